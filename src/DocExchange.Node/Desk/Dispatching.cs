using System.Runtime.CompilerServices;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// Lets a package leave that was made before, such as a joint document every issuer has signed at home. It is verified
/// fully first: what is not sound here would be rejected there.
/// </summary>
internal sealed class Dispatching(
    DeskPeople people, DirectoryCopy directories, Issuing issuing, PackageShelf shelf, PackageVerification verification, Departure departure, IOptions<DeskOptions> options, TimeProvider time)
{
    public async Task<Local.SendReply> DispatchAsync(IAsyncStreamReader<Local.DispatchRequest> requests, CancellationToken cancellation)
    {
        var order = await requests.MoveNext(cancellation) && requests.Current.Order is { } first
            ? first
            : throw new RefusedException(Refusal.FormatFailure, "首条消息应为发送要求。", "The first message must be the order.");
        var path = shelf.NewDraftPath();
        try
        {
            var actor = DeskPeople.Actor(order.Person, "发文", Roles.For(StatementType.Dispatched));
            _ = AddressOf(order);
            await FileChunks.SaveAsync(ChunksOf(requests, cancellation), path, options.Value.MaxSize, cancellation);
            return await DispatchAsync(order, actor, path, null, null, cancellation);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <param name="path">The package, under a name of <see cref="PackageShelf.NewDraftPath"/>; it moves to the shelf.</param>
    /// <inheritdoc cref="Departure.LeaveAsync"/>
    public async Task<Local.SendReply> DispatchAsync(
        Local.DispatchOrder order, Actor actor, string path, Action<FinishedPackage>? alongside, DraftTurn? turn, CancellationToken cancellation)
    {
        var sender = people.Hosted(order.Office);
        DeskPeople.RequireRole(actor, "发文", Roles.For(StatementType.Dispatched));
        issuing.RequireBound(sender);
        var destination = AddressOf(order);
        var package = await ReadAsync(path, cancellation);
        RequireEntitled(package.Metadata, destination.Directory, sender);
        await VerifyAsync(package, destination, sender, actor, cancellation);
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone);
        var warnings = WritingContexts.Check(package.Metadata, destination, [.. package.Metadata.Issuers.Select(issuer => PartyId.Parse(issuer.OfficeId))], now, isFrozen: true);
        var reply = await departure.LeaveAsync(package, destination, sender, actor, alongside, turn, cancellation);
        reply.Warnings.AddRange(WritingContexts.Say(warnings, isEnglish: false));
        reply.WarningsEnglish.AddRange(WritingContexts.Say(warnings, isEnglish: true));
        return reply;
    }

    private Destination AddressOf(Local.DispatchOrder order)
    {
        var destination = departure.Address(directories.Newest(), order.Addressing, people.Hosted(order.Office), options.Value.MaxNames);
        Departure.RequireEnrolled(destination);
        return destination;
    }

    private static async IAsyncEnumerable<ByteString> ChunksOf(IAsyncStreamReader<Local.DispatchRequest> requests, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await requests.MoveNext(cancellation))
        {
            yield return requests.Current.Chunk;
        }
    }

    private async Task<FinishedPackage> ReadAsync(string path, CancellationToken cancellation)
    {
        using var reader = await PackageReader.OpenAsync(File.OpenRead(path), DraftStandings.Limits, cancellation);
        options.Value.RequireBody(reader.Body.FileName);
        await using (var body = reader.OpenEntry(reader.Body))
        {
            DeskOptions.RequireBodyContent(reader.Body.FileName, body);
        }

        var written = new WrittenPackage(await reader.ComputePackageIdAsync(cancellation), reader.Size);
        return new FinishedPackage(path, written, new DocumentId(reader.DocumentId), DocumentMetadata.Parse(reader.Metadata.Span));
    }

    // Issuers of a joint document sign for themselves; the host (主办机关) is dispatched for.
    private void RequireEntitled(DocumentMetadata metadata, OfficeDirectory directory, PartyId sender)
    {
        var host = metadata.Issuers[0].OfficeId;
        if (PartyId.TryParse(host) is not { } id || !directory.MayActFor(sender, id, time.GetUtcNow()))
        {
            throw DeskPeople.NotEntitled(directory, sender, host);
        }
    }

    private async Task VerifyAsync(FinishedPackage package, Destination destination, PartyId sender, Actor actor, CancellationToken cancellation)
    {
        var promise = new Promise(package.Document, Departure.Dispatch(package, destination), sender, actor, long.MaxValue, time.GetUtcNow());
        var (indication, reasons, isBroken) = await verification.JudgeAsync(File.OpenRead(package.DraftPath), promise, DraftStandings.Limits, cancellation);
        if (indication == Indication.TotalPassed)
        {
            return;
        }

        // What is missing can be mended by passing the package on; what is broken cannot.
        var missing = reasons.Where(reason => reason.Code == Refusal.SignatureMissing.ToReason()).ToList();
        throw missing.Count > 0 && !isBroken
            ? new RefusedException(
                Refusal.SignatureMissing,
                "未发送：" + string.Concat(missing.Select(reason => reason.Chinese)) + "请将公文包交其签署后再发送。",
                "Not dispatched. " + string.Join(" ", missing.Select(reason => reason.English)) + " Have the package countersigned there, then dispatch it.")
            : new RefusedException(
                Refusal.NotAuthentic,
                "公文包未通过验证，未发送：" + string.Concat(reasons.Select(reason => reason.Chinese)),
                "The package did not pass and was not dispatched: " + string.Join(" ", reasons.Select(reason => $"{reason.Code}: {reason.English}")));
    }
}
