using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.OaApi;

/// <summary>Documents as the office of a token may see them: those it sent, and those that were accepted for it.</summary>
internal sealed class OaDocuments(Reading reading, DocumentStates states, NodeRecords records)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 500;

    public async Task<OaShown> ShowAsync(ApiCaller caller, string id, CancellationToken cancellation)
    {
        var shown = await FindAsync(caller, id, cancellation);
        return new OaShown(
            Of(shown.State, caller),
            shown.Reply.Indication.Length > 0 ? shown.Reply.Indication : null,
            [.. shown.Reply.Findings],
            shown.IsLocked ? [] : [.. shown.Reply.Parts.Select(part => new OaPart(part.Path, part.MediaType, (long)part.Size, Convert.ToHexStringLower(part.Sha256.Span)))],
            [.. shown.Reply.Document.Rejections]);
    }

    /// <summary>Where each recipient stands: all of them for the sender, one's own row for a recipient.</summary>
    public async Task<OaBoard> BoardAsync(ApiCaller caller, string id, CancellationToken cancellation)
    {
        var (reply, _, _) = await FindAsync(caller, id, cancellation, withLinks: true);
        return new OaBoard(id, [.. reply.Document.Recipients.Select(row => new OaRecipient(
            row.Office, row.OfficeName, row.Kind == "copy", row.State, row.StateChinese, Some(row.DeliveredAt), Some(row.OpenedAt), Some(row.SignedForAt), Some(row.Actor),
            Some(row.ReturnedAt), Some(row.ReturnReason), (int)row.Urged, Some(row.LastUrgedAt), Some(row.RegisterNumber), Some(row.OverdueSince), Some(row.Link), Some(row.LinkLastSeen), Some(row.DutyTelephone)))]);
    }

    /// <summary>The package, or one part of it; the caller disposes of it.</summary>
    public async Task<OpenedFile> OpenAsync(ApiCaller caller, string id, string part, CancellationToken cancellation)
    {
        var found = await FindAsync(caller, id, cancellation);
        return found.IsLocked
            ? throw new RefusedException(Refusal.WrongState, "该公文已被发文单位撤回，本单位副本已锁定。如有疑问，请联系发文单位。", "The sender has withdrawn the document; this copy is locked. Call the sender if you have a question.")
            : await reading.OpenAsync(new Local.SaveRequest { DocumentId = id, Part = part }, cancellation);
    }

    /// <summary>What the office has sent, newest first.</summary>
    public OaList Sent(ApiCaller caller, string? page, int? limit)
    {
        var most = Math.Clamp(limit ?? DefaultPage, 1, LargestPage);
        var reply = reading.List(new Local.ListRequest { Office = caller.Office, Page = page ?? "", Limit = (uint)most }, isInbox: false);
        var documents = reply.Documents.Select(listed => Foreseen(DocumentId.Parse(listed.Summary.DocumentId))).OfType<DocumentState>();
        return new OaList([.. documents.Select(state => Of(state, caller))], Some(reply.Next));
    }

    public OaDocument Of(DocumentState state, ApiCaller caller)
    {
        var office = PartyId.Parse(caller.Office);
        return new OaDocument(
            state.Id.ToString(), state.Dispatch.Package.ToString(), state.Dispatch.PackageSize, state.Dispatch.Number, state.Dispatch.Title, state.Dispatch.DocumentType, state.Dispatch.Urgency,
            state.Sender.ToString(), [.. state.Dispatch.Issuers.Select(issuer => issuer.ToString())], state.Phase.ToString(),
            state.AcceptedAt, state.Dispatch.SignBy, state.Recipient(office)?.State.ToString(), IsHere(state, office));
    }

    private async Task<(Local.ShowReply Reply, DocumentState State, bool IsLocked)> FindAsync(ApiCaller caller, string id, CancellationToken cancellation, bool withLinks = false)
    {
        var office = PartyId.Parse(caller.Office);
        var reply = await reading.ShowAsync(new Local.ShowRequest { DocumentId = id, Office = caller.Office, WithLinks = withLinks }, cancellation);
        var state = Foreseen(DocumentId.Parse(id));
        return state is not null && (state.Sender == office || state.AcceptedAt is not null)
            ? (reply, state, state.Sender != office && state.Recipient(office) is { State: DeliveryState.Withdrawn })
            : throw new RefusedException(Refusal.UnknownDocument, $"没有公文 {id}。", $"There is no document {id}.");
    }

    private DocumentState? Foreseen(DocumentId id) => states.Foresee(id, out _);

    private bool IsHere(DocumentState state, PartyId office) => state.Sender == office || records.Packages.FindById(state.Id.ToString()) is { State: PackageState.Verified };

    private static string? Some(string text) => text.Length > 0 ? text : null;
}
