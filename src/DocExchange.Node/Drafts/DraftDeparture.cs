using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>确认发送: a frozen draft whose issuers have all signed leaves, and is a draft no more in the same transaction.</summary>
internal sealed class DraftDeparture(NodeRecords records, DraftBook drafts, DraftShelf shelf, PackageShelf packages, Dispatching dispatching)
{
    /// <param name="document">Id of the document that was shown.</param>
    /// <exception cref="RefusedException">Something is missing, or it is not what was shown.</exception>
    public async Task<Local.SendReply> SendAsync(PartyId office, string id, string document, Actor actor, CancellationToken cancellation)
    {
        DeskPeople.RequireRole(actor, "发文", [Roles.Dispatcher]);
        var row = drafts.Find(office, id);
        if (row.IsForeign)
        {
            throw new RefusedException(Refusal.WrongState, "外单位主办的联合发文由主办单位发送。请下载会签件交还主办单位。", "A joint document of another host is sent by that host. Download it signed and give it back.");
        }

        if (row.Stage != DraftStage.Frozen)
        {
            throw new RefusedException(Refusal.WrongState, "公文尚未定稿，请先定稿。", "The draft is not frozen; freeze it first.");
        }

        Sealing.RequireShown(row, document);
        if (!Sealing.IsComplete(row))
        {
            var missing = row.Steps.Where(step => !step.IsDone).ToList();
            throw new RefusedException(
                Refusal.WrongState,
                $"公文尚未完成会签用印：{string.Join("、", missing.Select(step => step.Name))}。",
                $"Signatures or seals are missing: {string.Join(", ", missing.Select(step => step.Office))}.");
        }

        var path = packages.NewDraftPath();
        try
        {
            await CopyAsync(row, path, cancellation);
            var order = new Local.DispatchOrder { Office = office.ToString(), Addressing = DraftBook.FieldsOf(row).Addressing };
            var reply = await dispatching.DispatchAsync(order, actor, path, package => Leave(row, package.Metadata, actor), null, cancellation);
            shelf.Remove(id);
            return reply;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task CopyAsync(DraftRow row, string path, CancellationToken cancellation)
    {
        await using var from = shelf.OpenRead(row.Id, row.Package!);
        await using var to = DurableFile.Create(path);
        await from.CopyToAsync(to, cancellation);
    }

    // Inside the write that queues the Dispatched.
    private void Leave(DraftRow row, DocumentMetadata metadata, Actor actor)
    {
        records.Drafts.Delete(row.Id);
        if (Departure.ReplacedBy(metadata) is { } replaced)
        {
            records.Successions.Upsert(new SuccessionRow
            {
                Id = row.Document!,
                Office = row.Office,
                Replaced = replaced.ToString(),
                Reason = row.ReplaceReason.Length > 0 ? row.ReplaceReason : "更正重印",
                ActorId = actor.Id,
                ActorName = actor.Name,
                ActorRole = actor.Role,
                ActorSignIn = actor.SignIn,
            });
        }
    }
}

/// <summary>
/// A 更正重印件 makes its predecessor void. That is stated when the hub has accepted the new document and not before: were it
/// rejected, there would be none in force.
/// </summary>
internal sealed partial class Succession(NodeRecords records, DocumentStates states, Acting acting, TimeProvider time, ILogger<Succession> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    /// <summary>States what can be stated now.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var row in records.Successions.FindAll().ToList())
        {
            switch (states.Read(DocumentId.Parse(row.Id), state => (DocumentPhase?)state.Phase))
            {
                case DocumentPhase.Rejected or DocumentPhase.Voided or DocumentPhase.Withdrawn:
                    records.Write(() => records.Successions.Delete(row.Id));
                    break;
                case DocumentPhase.Accepted or DocumentPhase.Superseded:
                    await SupersedeAsync(row, cancellation);
                    break;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFault(fault);
            }
        }
    }

    private async Task SupersedeAsync(SuccessionRow row, CancellationToken cancellation)
    {
        var request = new Local.ActRequest { Office = row.Office, DocumentId = row.Replaced, Type = nameof(StatementType.Superseded), Text = row.Id, Reason = row.Reason };
        try
        {
            await acting.ActAsync(request, new Actor(row.ActorId, row.ActorName, row.ActorRole, row.ActorSignIn), cancellation);
        }
        catch (RefusedException refused) when (refused.Refusal is Refusal.WrongState or Refusal.UnknownDocument)
        {
            // It is void already: by an earlier attempt that was queued before a crash, or by hand.
            LogDone(row.Replaced, refused.English);
        }

        records.Write(() => records.Successions.Delete(row.Id));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Superseding failed; it is tried again")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Document} is not superseded: {Why}")]
    private partial void LogDone(string document, string why);
}
