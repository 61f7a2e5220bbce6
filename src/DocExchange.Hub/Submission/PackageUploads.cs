using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Submission;

/// <summary>
/// Takes in the bytes of packages. Only a package that a logged Dispatched of an office of the calling node promises
/// is taken, and only so many bytes as it promised.
/// </summary>
internal sealed class PackageUploads(ISpool spool, ICatalogue catalogue, DirectoryKeeper directories, PackageIntake intake, NodeLimits limits)
{
    private const int MaxChunk = 1024 * 1024;

    /// <summary>Bytes of the largest message a node sends: a piece of a package and what goes with it, or a statement and its objects.</summary>
    public const int MaxMessage = MaxChunk + (256 * 1024);

    public async Task<Wire.UploadReply> ReceiveAsync(IAsyncStreamReader<Wire.UploadRequest> requests, PartyId caller, CancellationToken cancellation)
    {
        if (!await requests.MoveNext(cancellation))
        {
            throw new RefusedException(Refusal.FormatFailure, "上传没有内容。", "The upload is empty.");
        }

        var first = requests.Current;
        var document = CheckPromised(first.PackageId.ToDigest("package_id"), first.Size.ToCount("size"), caller);
        using var place = limits.Uploads.TryTake(caller.ToString()) ?? throw new RefusedException(
            Refusal.Busy, $"节点 {caller} 同时上传的公文包已有 {limits.Uploads.Most} 个，请稍后续传。", $"The node {caller} has {limits.Uploads.Most} uploads under way, as many as it may. Continue later.");
        try
        {
            await using var upload = await spool.BeginAsync(document.Package.Value, document.PackageSize, cancellation);
            if (upload.Offset != first.Offset.ToCount("offset"))
            {
                throw new RefusedException(
                    Refusal.WrongState, $"续传应从第 {upload.Offset} 字节开始。", $"The upload goes on at byte {upload.Offset}, not {first.Offset}.",
                    new Dictionary<string, string> { ["held"] = $"{upload.Offset}" });
            }

            do
            {
                await WriteAsync(upload, requests.Current, cancellation);
            }
            while (await requests.MoveNext(cancellation));

            return Finish(await upload.CommitAsync(cancellation), document);
        }
        catch (UploadRefusedException refused)
        {
            throw new RefusedException(refused.Reason is UploadRefusal.InProgress or UploadRefusal.TooManyUploads ? Refusal.Busy : Refusal.TooLarge, "上传未接受：" + FaultWords.Of(refused), refused.Message);
        }
        catch (StorageException cause)
        {
            throw new RefusedException(Refusal.StorageFull, $"中心{cause.State.Chinese}，已收到的部分保留，请稍后续传。", cause.Message);
        }
    }

    public Wire.QueryUploadReply Query(Digest package, PartyId caller)
    {
        var document = Find(package, caller);
        // While nobody judged it, the upload that brought it may have failed behind its last byte, unknown to the judges: an
        // upload of nothing more makes up for that. Of a rejected document nothing more is wanted.
        if ((spool.Contains(package) && document.Phase != DocumentPhase.AwaitingPackage) || document.Volume.Length > 0 || document.Phase == DocumentPhase.Rejected)
        {
            return new Wire.QueryUploadReply { Held = checked((ulong)document.PackageSize), Complete = true };
        }

        return new Wire.QueryUploadReply { Held = checked((ulong)(spool.Contains(package) ? document.PackageSize : spool.Held(package))) };
    }

    private static async Task WriteAsync(SpoolUpload upload, Wire.UploadRequest request, CancellationToken cancellation)
    {
        if (request.Chunk.Length > MaxChunk)
        {
            throw new RefusedException(Refusal.TooLarge, $"每块最多 {MaxChunk} 字节。", $"A chunk has at most {MaxChunk} bytes.");
        }

        await upload.WriteAsync(request.Chunk.Memory, cancellation);
    }

    private Wire.UploadReply Finish(CommitResult result, DocumentSnapshot document)
    {
        switch (result)
        {
            case CommitResult.Stored:
                // Whoever else promised this package is answered too.
                foreach (var promise in catalogue.FindByPackage(document.Package))
                {
                    intake.Consider(promise.Id);
                }

                return new Wire.UploadReply { Held = checked((ulong)document.PackageSize) };
            case CommitResult.Incomplete incomplete:
                return new Wire.UploadReply { Held = checked((ulong)incomplete.Offset) };
            case CommitResult.Different different:
                throw new RefusedException(
                    Refusal.NotAuthentic, $"上传的内容不是所声明的公文包（应为 {different.Announced}，实为 {different.Received}），已丢弃，请重新上传。",
                    $"The bytes are not the package announced: {different.Announced} expected, {different.Received} received. They were discarded; upload it again.");
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }

    private DocumentSnapshot CheckPromised(Digest package, long size, PartyId caller)
    {
        var document = Find(package, caller);
        if (document.Phase == DocumentPhase.Rejected)
        {
            throw new RefusedException(Refusal.WrongState, $"公文包 {package} 的公文已被中心退件。", $"The document of the package {package} was rejected.");
        }

        return size == document.PackageSize
            ? document
            : throw new RefusedException(
                Refusal.Disagreement, $"发文凭证声明公文包为 {document.PackageSize} 字节，上传声明为 {size} 字节。", $"The Dispatched says {document.PackageSize} bytes, the upload {size}.");
    }

    private DocumentSnapshot Find(Digest package, PartyId caller)
    {
        var promises = catalogue.FindByPackage(new PackageId(package));
        if (promises.Count == 0)
        {
            throw new RefusedException(Refusal.UnknownDocument, $"没有声明公文包 {package} 的发文凭证。请先提交发文凭证。", $"No Dispatched promises the package {package}. Post it first.");
        }

        var own = promises.Where(document => directories.Current.Find(PartyId.Parse(document.Sender))?.HostedBy == caller).ToList();
        if (own.Count == 0)
        {
            throw new RefusedException(Refusal.NotHosted, $"节点 {caller} 不承载公文包 {package} 的发文单位。", $"The node {caller} does not host the sender of the package {package}.");
        }

        return own.Find(document => document.Phase != DocumentPhase.Rejected) ?? own[0];
    }
}
