using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Registers;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Drafts;

/// <summary>会签用印 at the socket, for seal keepers who have signed in: the acts of the pages, under the same rules.</summary>
internal sealed class SealQueueService(
    SocketCaller caller, Sealing sealing, DraftSheets sheets, PackageHandover handover, SealUses uses, IOptions<DeskOptions> options, TimeProvider clock) : Local.SealQueue.SealQueueBase
{
    private const int DefaultPage = 100;
    private const int LargestPage = 500;

    [Allowed(Roles.SealKeeper)]
    public override Task<Local.ListWaitingReply> ListWaiting(Local.ListWaitingRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        return Task.FromResult(new Local.ListWaitingReply { Waiting = { sealing.WaitingFor(office).Select(LineOf) }, TwoPersons = options.Value.TwoPersonSealing });
    }

    [Allowed(Roles.SealKeeper)]
    public override Task<Local.DraftSheet> ShowWaiting(Local.DraftRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        return Task.FromResult(SheetOf(sealing.AskedOf(office, request.Draft), office));
    }

    [Allowed(Roles.SealKeeper)]
    public override Task SaveWaitingPart(Local.SaveDraftPartRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        // What an issuer is asked for is the frozen package, never a file beside it.
        var wanted = new Local.SaveDraftPartRequest { Part = request.Part };
        return handover.GiveAsync(sealing.AskedOf(office, request.Draft), wanted, responseStream, context.CancellationToken);
    }

    [Allowed(Roles.SealKeeper)]
    public override async Task<Local.ApproveSealingReply> ApproveSealing(Local.ApproveSealingRequest request, ServerCallContext context)
    {
        var (office, keeper) = caller.At(request.Office);
        return new Local.ApproveSealingReply { IsDone = await sealing.ApproveAsync(office, request.Draft, request.DocumentId, keeper, context.CancellationToken) };
    }

    [Allowed(Roles.SealKeeper)]
    public override async Task<Local.RefuseSealingReply> RefuseSealing(Local.RefuseSealingRequest request, ServerCallContext context)
    {
        var (office, keeper) = caller.At(request.Office);
        await sealing.SendBackAsync(office, request.Draft, request.DocumentId, request.Reason, keeper, context.CancellationToken);
        return new Local.RefuseSealingReply();
    }

    [Allowed(Roles.SealKeeper)]
    public override async Task<Local.DraftSheet> TakeForeignPackage(IAsyncStreamReader<Local.TakeInPackageRequest> requestStream, ServerCallContext context)
    {
        var order = await requestStream.MoveNext(context.CancellationToken) && requestStream.Current.Order is { } first
            ? first
            : throw new RefusedException(Refusal.FormatFailure, "首条消息应说明是什么。", "The first message must say what it is.");
        var (office, keeper) = caller.At(order.Office);
        DraftRow? row = null;
        await handover.TakeAsync(requestStream, async path => row = await sealing.TakeForeignAsync(office, path, keeper, context.CancellationToken), context.CancellationToken);
        return SheetOf(row!, office);
    }

    [Allowed(Roles.SealKeeper)]
    public override Task<Local.CloseForeignPackageReply> CloseForeignPackage(Local.DraftRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        sealing.Close(office, request.Draft);
        return Task.FromResult(new Local.CloseForeignPackageReply());
    }

    [Allowed(Roles.SealKeeper, Roles.Supervisor)]
    public override Task<Local.ListSealUsesReply> ListSealUses(Local.ListSealUsesRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var most = request.Limit == 0 ? DefaultPage : (int)Math.Min(request.Limit, LargestPage);
        var page = uses.Page(office, RegisterFilters.Require(request, clock), request.Page, most);
        return Task.FromResult(new Local.ListSealUsesReply { Uses = { page.Uses.Select(ToWire) }, Next = page.Next ?? "" });
    }

    private Local.DraftLine LineOf(DraftRow row)
    {
        var line = DraftSheets.LineOf(row);
        line.Warnings.AddRange(sealing.PassedDeadlinesOf(row).Select(DraftSheets.RemarkOf));
        return line;
    }

    private Local.DraftSheet SheetOf(DraftRow row, PartyId office)
    {
        var sheet = sheets.Of(row, office);
        sheet.Remarks.AddRange(sealing.PassedDeadlinesOf(row).Select(DraftSheets.RemarkOf));
        return sheet;
    }

    private static Local.SealUse ToWire(SealUseRow use) => new()
    {
        At = Listing.Time(DateTimeOffset.FromUnixTimeMilliseconds(use.At)),
        Number = use.Number,
        Title = use.Title,
        Seal = use.Seal,
        AskedBy = use.AskedBy,
        ApprovedBy = use.ApprovedBy,
        DocumentId = use.Document,
    };
}
