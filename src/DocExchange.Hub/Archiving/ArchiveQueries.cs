using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.FullText;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Protocol;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// What the archive answers, to the hub's own people without limits, to a node within what its offices are party to.
/// </summary>
internal sealed class ArchiveQueries(ICatalogue catalogue, FullTextSearch fullText, FieldSearch fields, DocumentReplay replay, ILedgerStore ledger, DirectoryKeeper directories, TimeProvider clock)
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;
    private const int MaxText = 500;

    /// <summary>What a question says for internal documents, which have no code.</summary>
    public const string InternalType = "internal";

    /// <param name="caller">Null for the hub's own people.</param>
    /// <exception cref="RefusedException">A field of the query cannot be read.</exception>
    public Wire.SearchReply Search(Wire.SearchRequest request, PartyId? caller)
    {
        var parties = caller is null ? null : directories.Current.HostedBy(caller).Select(office => office.Id.ToString()).ToList();
        var query = new SearchQuery(
            Optional(request.Number, "number"),
            Optional(request.Title, "title")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [],
            Optional(request.Office, "office") is { } office ? WithPredecessors(ParseOffice(office)) : [],
            ParseDate(request.From, "from"),
            ParseDate(request.Until, "until", daysLater: 1),
            Optional(request.DocumentType, "document_type") is { } type ? ParseType(type) : null,
            parties,
            request.PageSize == 0 ? DefaultPage : (int)Math.Min(request.PageSize, MaxPage),
            ParsePage(request.Page));
        var found = Optional(request.Text, "text") is { } text ? fullText.Search(query, text) : fields.Search(query);
        var reply = new Wire.SearchReply { NextPage = found.Next?.ToString(CultureInfo.InvariantCulture) ?? "", IndexedSize = checked((ulong)found.IndexedSize), TextIndexedSize = checked((ulong)fullText.Size) };
        reply.Documents.AddRange(found.Documents.Select(document => ArchiveWire.Summary(document, parties is null || parties.Any(document.SeesAll))));
        return reply;
    }

    /// <summary>The document with the rows of the status board that the caller may see.</summary>
    public Wire.ArchivedDocument Get(string documentId, PartyId? caller)
    {
        var (snapshot, own) = Find(documentId, caller);
        var state = replay.Load(snapshot.Id)!;
        var reply = new Wire.ArchivedDocument { Summary = ArchiveWire.Summary(snapshot, SeesAll(state, own)) };
        reply.Rejections.AddRange(state.Rejections.Select(reason => reason.Chinese));
        reply.Recipients.AddRange(state.Recipients.Where(row => SeesAll(state, own) || own!.Contains(row.Office)).Select(row => ArchiveWire.Row(row, directories.Current)));
        return reply;
    }

    /// <summary>The ledger entries of a document that the caller may see, in order.</summary>
    public IReadOnlyList<Wire.StoryEntry> Story(string documentId, PartyId? caller)
    {
        var (snapshot, own) = Find(documentId, caller);
        var story = new List<(LoggedStatement Logged, Effect Effect)>();
        var state = replay.Load(snapshot.Id, (logged, effect) => story.Add((logged, effect)))!;
        return [.. story
            .Where(each => SeesAll(state, own) || Mailboxes.Of(each.Logged.Statement, each.Effect, state, directories.Current).Contains(caller!.ToString()) || each.Logged.Index == state.DispatchedIndex)
            .Select(each => new Wire.StoryEntry
            {
                Index = checked((ulong)each.Logged.Index),
                Entry = ledger.Read(each.Logged.Index).ToWire(),
                Type = each.Logged.Statement.Type.ToString(),
                Effective = each.Effect.IsEffective,
            })];
    }

    /// <summary>The document's statements that concern some of its parties, in order, with what each did.</summary>
    /// <param name="own">Null for all.</param>
    public IReadOnlyList<(LoggedStatement Logged, Effect Effect)> Concerning(DocumentId document, IReadOnlySet<PartyId>? own)
    {
        var story = new List<(LoggedStatement Logged, Effect Effect)>();
        var state = replay.Load(document, (logged, effect) => story.Add((logged, effect)))!;
        return own is null || own.Contains(state.Sender) || state.Dispatch.Issuers.Any(own.Contains)
            ? story
            : [.. story.Where(each => each.Logged.Index == state.DispatchedIndex || Mailboxes.PartiesOf(each.Logged.Statement, each.Effect, state).Any(own.Contains))];
    }

    /// <exception cref="RefusedException">Unknown, or the caller is no party to it; which of these is not told.</exception>
    public (DocumentSnapshot Document, HashSet<PartyId>? Own) Find(string documentId, PartyId? caller)
    {
        var own = caller is null ? null : directories.Current.HostedBy(caller).Select(office => office.Id).ToHashSet();
        var document = DocumentId.TryParse(documentId, out var id) ? catalogue.Find(id) : null;
        var isVisible = document is not null && (own is null || own.Any(office => document.IsVisibleTo(office.ToString())));
        return isVisible
            ? (document!, own)
            : throw new RefusedException(Refusal.UnknownDocument, $"没有公文 {documentId}，或无权查看。", $"There is no document {documentId}, or it is not yours to see.");
    }

    private static bool SeesAll(DocumentState state, HashSet<PartyId>? own) => own is null || own.Contains(state.Sender) || state.Dispatch.Issuers.Any(own.Contains);

    // Whoever took over an office's work looks for its documents under the new name.
    private IReadOnlyList<string> WithPredecessors(PartyId office) =>
        [office.ToString(), .. directories.Current.PredecessorsOf(office, clock.GetUtcNow()).Select(predecessor => predecessor.ToString())];

    private PartyId ParseOffice(string text) => PartyId.TryParse(text.Contains('/') ? text : $"{directories.Current.Exchange}/{text}")
        ?? directories.Current.Offices.FirstOrDefault(office => office.Name == text || office.ShortName == text)?.Id
        ?? throw new RefusedException(Refusal.UnknownRecipient, $"机构目录中没有单位“{text}”。", $"The directory has no office '{text}'.");

    // By its code (GB/T 33477), or by its name. Internal documents have no code and are kept without one.
    private static string ParseType(string text) => text == InternalType ? ""
        : DocumentTypes.TryFromCode(text, out var type) || Names.TryParse(text, out type) ? type.Code() ?? ""
        : throw new RefusedException(
            Refusal.FormatFailure,
            $"没有文种“{text}”。可用：{string.Join('、', DocumentTypes.All.Select(known => $"{known.Code() ?? InternalType} {known.Chinese()}"))}。",
            $"There is no document type '{text}'. There are: {string.Join(", ", DocumentTypes.All.Select(known => $"{known.Code() ?? InternalType} {known.English()}"))}.");

    private static string? Optional(string text, string field) => text.Length switch
    {
        0 => null,
        <= MaxText => text,
        _ => throw new RefusedException(Refusal.TooLarge, $"查询条件 {field} 过长。", $"The search field {field} has more than {MaxText} characters."),
    };

    // The day begins where the site is.
    private DateTimeOffset? ParseDate(string text, string field, int daysLater = 0) => text.Length == 0 ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is > 1 and < 9999 && date.AddDays(daysLater).ToDateTime(TimeOnly.MinValue) is var begin
            ? new DateTimeOffset(begin, clock.LocalTimeZone.GetUtcOffset(begin))
            : throw new RefusedException(Refusal.FormatFailure, $"{field} 应为 2026-01-31 形式的日期。", $"{field} must be a date such as 2026-01-31.");

    private static long? ParsePage(string text) => text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            ? before
            : throw new RefusedException(Refusal.FormatFailure, "page 应为上次查询返回的 next_page。", "page must be the next_page of the last reply.");
}
