using System.Buffers;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Submission;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Delivery;

/// <summary>Gives packages out to nodes that host a party: from the spool while it is there, else from the archive.</summary>
internal sealed class PackageDelivery(ISpool spool, IArchiveStore archive, ICatalogue catalogue, DirectoryKeeper directories)
{
    private const int ChunkSize = 256 * 1024;

    /// <exception cref="RefusedException">Unknown, not accepted, or none of the node's offices is party to it.</exception>
    public async Task SendAsync(Digest package, long offset, PartyId caller, IAsyncStreamWriter<Wire.PackageChunk> chunks, CancellationToken cancellation)
    {
        if (catalogue.FindByPackage(new PackageId(package)) is not [{ AcceptedAt: not null } document, ..] || !IsParty(document, caller))
        {
            // Not told apart: who is no party does not learn that the document exists.
            throw new RefusedException(Refusal.NotAParty, $"没有可供节点 {caller} 取用的公文包 {package}。", $"There is no package {package} for the node {caller}.");
        }

        RequireNotWithdrawn(document, caller);
        await using var content = OpenAt(package, offset, out _);
        var isFirst = true;
        await CopyAsync(content, async chunk =>
        {
            await chunks.WriteAsync(new Wire.PackageChunk { Size = isFirst ? checked((ulong)document.PackageSize) : 0, Chunk = chunk }, cancellation);
            isFirst = false;
        }, cancellation);
    }

    /// <param name="caller">Null for the hub's own people.</param>
    /// <exception cref="RefusedException">It was withdrawn from all of the node's offices that received it.</exception>
    public async Task SendAsync(DocumentSnapshot document, PartyId? caller, long offset, IAsyncStreamWriter<Wire.ArchiveChunk> chunks, CancellationToken cancellation)
    {
        if (caller is not null)
        {
            RequireNotWithdrawn(document, caller);
        }

        await using var content = OpenAt(document.Package.Value, offset, out var isArchived, preferArchive: true);
        var isFirst = true;
        await CopyAsync(content, async chunk =>
        {
            await chunks.WriteAsync(
                new Wire.ArchiveChunk { Size = isFirst ? checked((ulong)document.PackageSize) : 0, Volume = isFirst && isArchived ? document.Volume : "", Chunk = chunk }, cancellation);
            isFirst = false;
        }, cancellation);
    }

    /// <summary>The package for the hub's own people, from the archive where it is there.</summary>
    /// <exception cref="RefusedException">It is nowhere.</exception>
    public Stream Open(DocumentSnapshot document) => OpenAt(document.Package.Value, 0, out _, preferArchive: true);

    public bool IsParty(DocumentSnapshot document, PartyId node) => directories.Current.HostedBy(node).Any(office => document.Parties.Contains(office.Id.ToString()));

    // 撤回: what a recipient has not fetched by then, it does not get any more.
    private void RequireNotWithdrawn(DocumentSnapshot document, PartyId node) =>
        RequireNotWithdrawn(document, directories.Current.HostedBy(node).Select(office => office.Id));

    /// <exception cref="RefusedException">It was withdrawn from all of these offices that received it.</exception>
    public static void RequireNotWithdrawn(DocumentSnapshot document, IEnumerable<PartyId> offices)
    {
        if (!offices.Any(office => document.MayFetch(office.ToString())))
        {
            throw new RefusedException(
                Refusal.WrongState,
                $"公文 {document.Id} 已被发文单位撤回，公文包不再提供。",
                $"The document {document.Id} was withdrawn by its sender; the package is not given out any more.");
        }
    }

    private Stream OpenAt(Digest package, long offset, out bool isArchived, bool preferArchive = false)
    {
        var archived = preferArchive ? archive.OpenPackage(package) : null;
        var content = archived ?? spool.OpenRead(package) ?? archive.OpenPackage(package)
            ?? throw new RefusedException(Refusal.NotFound, $"公文包 {package} 既不在暂存区也不在档案卷中，请检查档案卷。", $"The package {package} is neither in the spool nor in a volume; check the archive volumes.");
        isArchived = archived is not null;
        if (offset > 0)
        {
            Skip(content, offset);
        }

        return content;
    }

    private static void Skip(Stream content, long offset)
    {
        if (content.CanSeek)
        {
            content.Position = offset;
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        for (var left = offset; left > 0;)
        {
            var read = content.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            left = read > 0 ? left - read : 0;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static async Task CopyAsync(Stream content, Func<ByteString, Task> send, CancellationToken cancellation)
    {
        // A message may still be in flight when the next is read: each chunk has its own copy.
        var buffer = new byte[ChunkSize];
        var sent = false;
        for (int read; (read = await content.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, cancellation)) > 0; sent = true)
        {
            await send(ByteString.CopyFrom(buffer, 0, read));
        }

        if (!sent)
        {
            await send(ByteString.Empty);
        }
    }
}
