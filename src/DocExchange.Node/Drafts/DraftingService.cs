using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Pages.SigningIn;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Drafts;

/// <summary>Drafts at the socket, for people who have signed in: the acts of the pages, under the same rules.</summary>
internal sealed class DraftingService(
    SocketCaller caller, DraftBook drafts, DraftChecks checks, DraftSheets sheets, Freezing freezing, Sealing sealing, DraftDeparture departing, Corrections corrections,
    PackageHandover handover, NumberRegister numbers, DirectoryCopy directories, TimeProvider time) : Local.Drafting.DraftingBase
{
    private const int DefaultPage = 100;
    private const int LargestPage = 500;

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.ListDraftsReply> ListDrafts(Local.ListDraftsRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var most = request.Limit == 0 ? DefaultPage : (int)Math.Min(request.Limit, LargestPage);
        var rows = drafts.Page(office, request.Page, most);
        return Task.FromResult(new Local.ListDraftsReply { Drafts = { rows.Select(DraftSheets.LineOf) }, Next = rows.Count == most ? rows[^1].Key : "" });
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.DraftSheet> ShowDraft(Local.DraftRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        return Task.FromResult(sheets.Of(drafts.Find(office, request.Draft)));
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.DraftSheet> OpenDraft(Local.OpenDraftRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        return Task.FromResult(sheets.Of(drafts.Open(office, actor, (_, fields) => DraftFields.Take(request.Fields ?? fields.Clone(), fields, office, time))));
    }

    [Allowed(Roles.Dispatcher)]
    public override async Task<Local.DraftSheet> ReviseDocument(Local.ReviseDocumentRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        return sheets.Of(await corrections.BeginAsync(office, DraftMetadata.DocumentIdOf(request.DocumentId), request.Reason.Length > 0 ? request.Reason : null, actor, context.CancellationToken));
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.DraftSheet> ChangeDraft(Local.ChangeDraftRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        var typed = request.Fields ?? throw new RefusedException(Refusal.FormatFailure, "未给出公文各项。", "No fields are given.");
        return Task.FromResult(sheets.Of(drafts.Change(office, request.Draft, actor, (int)Math.Min(request.Version, int.MaxValue), (_, fields) => DraftFields.Take(typed, fields, office, time))));
    }

    [Allowed(Roles.Dispatcher)]
    public override async Task<Local.DraftSheet> AddDraftFile(IAsyncStreamReader<Local.AddDraftFileRequest> requestStream, ServerCallContext context)
    {
        var added = await requestStream.MoveNext(context.CancellationToken) && requestStream.Current.File is { File: not null } first ? first : throw NoOrder();
        var (office, actor) = caller.At(added.Office);
        var number = drafts.AddFile(office, added.Draft, actor, added.File.Name, (long)Math.Min(added.File.Size, long.MaxValue), added.IsBody);
        try
        {
            await handover.ReceiveAsync(added.Draft, DraftBook.FileOf(drafts.Find(office, added.Draft), number), requestStream, context.CancellationToken);
        }
        catch
        {
            RemoveUnfinished(office, added.Draft, actor, number, added.File.Name);
            throw;
        }

        return sheets.Of(drafts.Find(office, added.Draft));
    }

    // Unless somebody has done so, and given the number to another, or has frozen the draft without it.
    private void RemoveUnfinished(PartyId office, string id, Actor actor, int number, string name)
    {
        try
        {
            if (drafts.Find(office, id).Files.Any(file => file.Number == number && file.Name == name))
            {
                drafts.RemoveFile(office, id, actor, number);
            }
        }
        catch (RefusedException)
        {
            // What went wrong first is what there is to be said.
        }
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.DraftSheet> RemoveDraftFile(Local.DraftFileRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        var file = DraftBook.FileOf(drafts.Find(office, request.Draft), (int)Math.Min(request.Number, int.MaxValue));
        if (request.Name.Length > 0 && request.Name != file.Name)
        {
            throw new RefusedException(Refusal.WrongState, $"编号 {file.Number} 现在是“{file.Name}”，未删除。", $"Number {file.Number} is '{file.Name}' by now; nothing is removed.");
        }

        drafts.RemoveFile(office, request.Draft, actor, file.Number);
        return Task.FromResult(sheets.Of(drafts.Find(office, request.Draft)));
    }

    [Allowed(Roles.Dispatcher)]
    public override async Task<Local.DraftSheet> FreezeDraft(Local.DraftRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        checks.Look(drafts.Find(office, request.Draft)).RequireNothingInTheWay();
        return sheets.Of(await freezing.FreezeAsync(office, request.Draft, actor, context.CancellationToken));
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.DraftSheet> TakeBackDraft(Local.DraftRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        freezing.Reopen(office, request.Draft, "");
        return Task.FromResult(sheets.Of(drafts.Find(office, request.Draft)));
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.DiscardDraftReply> DiscardDraft(Local.DraftRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        DraftBook.RequireEditing(drafts.Find(office, request.Draft));
        drafts.Discard(office, request.Draft);
        return Task.FromResult(new Local.DiscardDraftReply());
    }

    [Allowed(Roles.Dispatcher)]
    public override Task SaveDraftPart(Local.SaveDraftPartRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        return handover.GiveAsync(drafts.Find(office, request.Draft), request, responseStream, context.CancellationToken);
    }

    [Allowed(Roles.Dispatcher)]
    public override async Task<Local.DraftSheet> TakeInPackage(IAsyncStreamReader<Local.TakeInPackageRequest> requestStream, ServerCallContext context)
    {
        var order = await requestStream.MoveNext(context.CancellationToken) && requestStream.Current.Order is { } first ? first : throw NoOrder();
        var (office, _) = caller.At(order.Office);
        _ = drafts.Find(office, order.Draft);
        await handover.TakeAsync(requestStream, path => sealing.TakeInAsync(office, order.Draft, path, context.CancellationToken), context.CancellationToken);
        return sheets.Of(drafts.Find(office, order.Draft));
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.SendReply> SendDraft(Local.SendDraftRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        checks.Look(drafts.Find(office, request.Draft)).RequireSameRecipients(request.RecipientsMark);
        return departing.SendAsync(office, request.Draft, request.DocumentId, actor, context.CancellationToken);
    }

    [Allowed(Roles.Dispatcher)]
    public override Task<Local.NumberSeriesReply> GetNumberSeries(Local.NumberSeriesRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var (directory, now) = (directories.Newest(), time.GetUtcNow());
        // Of the office itself and of those it dispatches for: what the form of a draft offers.
        var codes = directory.Offices.Where(each => directory.MayActFor(office, each.Id, now)).SelectMany(each => each.AgencyCodes).Distinct().ToList();
        return codes.Contains(request.AgencyCode)
            ? Task.FromResult(DraftSheets.SeriesOf(numbers.SeriesOf(request.AgencyCode, request.Year > 0 ? (int)Math.Min(request.Year, int.MaxValue) : TimeZoneInfo.ConvertTime(now, time.LocalTimeZone).Year)))
            : throw new RefusedException(Refusal.NotFound, $"本单位可用的机关代字为：{string.Join("、", codes)}。", $"The agency codes this office dispatches under are: {string.Join(", ", codes)}.");
    }

    private static RefusedException NoOrder() => new(Refusal.FormatFailure, "首条消息应说明是什么。", "The first message must say what it is.");
}
