using System.Security.Cryptography;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// Lets a package leave that was made before, such as a joint document every issuer has signed at home. It is verified
/// fully first: what is not sound here would be rejected there.
/// </summary>
internal sealed class Dispatching(
    DeskPeople people, DirectoryCopy directories, PackageShelf shelf, PackageVerification verification, Departure departure, IOptions<DeskOptions> options, TimeProvider time)
{
    public async Task<Local.SendReply> DispatchAsync(IAsyncStreamReader<Local.DispatchRequest> requests, CancellationToken cancellation)
    {
        var order = await requests.MoveNext(cancellation) && requests.Current.Order is { } first
            ? first
            : throw new RefusedException(Refusal.FormatFailure, "首条消息应为发送要求。", "The first message must be the order.");
        var sender = people.Hosted(order.Office);
        var actor = DeskPeople.Actor(order.Person, "发文", DeskPeople.Dispatcher, DeskPeople.SealKeeper);
        var destination = departure.Address(directories.Newest(), order.Addressing, sender, options.Value.MaxNames);
        Departure.RequireEnrolled(destination);

        var path = shelf.DraftPath(RandomNumberGenerator.GetHexString(32, lowercase: true));
        try
        {
            await ReceiveAsync(requests, path, cancellation);
            var package = await ReadAsync(path, cancellation);
            CheckEntitled(package.Metadata, destination.Directory, sender);
            await VerifyAsync(package, destination, sender, cancellation);
            return await departure.LeaveAsync(package, destination, sender, actor, cancellation);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task ReceiveAsync(IAsyncStreamReader<Local.DispatchRequest> requests, string path, CancellationToken cancellation)
    {
        await using var file = DurableFile.Create(path);
        await foreach (var request in requests.ReadAllAsync(cancellation))
        {
            if (file.Position + request.Chunk.Length > options.Value.MaxSize)
            {
                throw new RefusedException(Refusal.TooLarge, $"公文包超过 {options.Value.MaxSize} 字节。", $"The package is larger than {options.Value.MaxSize} bytes.");
            }

            await file.WriteAsync(request.Chunk.Memory, cancellation);
        }
    }

    private static async Task<FinishedPackage> ReadAsync(string path, CancellationToken cancellation)
    {
        using var reader = await PackageReader.OpenAsync(File.OpenRead(path), PackageLimits.Default, cancellation);
        var written = new WrittenPackage(await reader.ComputePackageIdAsync(cancellation), reader.Size);
        return new FinishedPackage(path, written, new DocumentId(reader.DocumentId), DocumentMetadata.Parse(reader.Metadata.Span));
    }

    private void CheckEntitled(DocumentMetadata metadata, OfficeDirectory directory, PartyId sender)
    {
        // Issuers of a joint document sign for themselves; the host (主办机关) is dispatched for.
        var host = metadata.Issuers[0].OfficeId;
        if (PartyId.TryParse(host) is not { } id || !directory.MayActFor(sender, id, time.GetUtcNow()))
        {
            throw new RefusedException(
                Refusal.NotEntitled,
                $"机构目录第 {directory.Version} 版未授权 {sender} 代 {host} 发文。",
                $"Directory version {directory.Version} does not let {sender} dispatch for {host}.");
        }
    }

    private async Task VerifyAsync(FinishedPackage package, Destination destination, PartyId sender, CancellationToken cancellation)
    {
        var promise = new Promise(package.Document, Departure.Dispatch(package, destination), sender, long.MaxValue, time.GetUtcNow());
        var (indication, faults) = await verification.JudgeAsync(File.OpenRead(package.DraftPath), promise, cancellation);
        if (indication != Indication.TotalPassed)
        {
            throw new RefusedException(
                Refusal.NotAuthentic,
                "公文包未通过验证，未发送：" + string.Concat(faults.Select(fault => fault.Chinese)),
                "The package did not pass and was not dispatched: " + string.Join(" ", faults.Select(fault => $"{fault.Code}: {fault.English}")));
        }
    }
}
