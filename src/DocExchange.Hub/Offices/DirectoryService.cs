using DocExchange.Core.Refusals;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Offices;

/// <summary>The directory, its objects and the trust they rest on, for nodes.</summary>
internal sealed class DirectoryService(DirectoryKeeper directories, DirectoryHistory history, IObjectStore objects, ILedgerStore ledger, HubIdentity identity) : Wire.Directory.DirectoryBase
{
    public override Task<Wire.GetDirectoryReply> GetDirectory(Wire.GetDirectoryRequest request, ServerCallContext context)
    {
        var current = directories.Current;
        var version = request.Version == 0 ? current.Version : request.Version.ToCount("version");
        var index = version == current.Version ? directories.PublishedAt : history.IndexOf(version)
            ?? throw new RefusedException(Refusal.NotFound, $"没有机构目录第 {version} 版。", $"There is no directory version {version}.");
        return Task.FromResult(new Wire.GetDirectoryReply
        {
            Version = (ulong)version,
            Directory = ByteString.CopyFrom(objects.Get(history.DigestAt(index))),
            Index = (ulong)index,
            Entry = ledger.Read(index).ToWire(),
        });
    }

    /// <summary>Seals, revocation lists and lists of recipients are known by their SHA-256 only to those who were told it.</summary>
    public override Task<Wire.GetObjectReply> GetObject(Wire.GetObjectRequest request, ServerCallContext context)
    {
        var digest = request.Sha256.ToDigest("sha256");
        var content = objects.Get(digest) ?? throw new RefusedException(Refusal.NotFound, $"没有对象 {digest}。", $"There is no object {digest}.");
        return Task.FromResult(new Wire.GetObjectReply { Content = ByteString.CopyFrom(content) });
    }

    public override Task<Wire.GetTrustReply> GetTrust(Wire.GetTrustRequest request, ServerCallContext context) => Task.FromResult(new Wire.GetTrustReply
    {
        Certificates = ByteString.CopyFromUtf8(string.Concat(directories.Current.Authorities.Select(authority => authority.ToPem()))),
        RevocationLists = ByteString.CopyFromUtf8(string.Concat(directories.Trust.RevocationLists.Select(list => list.ToPem()))),
        LedgerKey = identity.LedgerKey.Verifier.ToString(),
    });
}
