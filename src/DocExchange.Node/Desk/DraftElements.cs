using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Inbox;
using DocExchange.Node.Outbox;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>The elements of GB/T 33480 that clerks seldom type: as given, or derived of what directory and draft say.</summary>
internal sealed class DraftElements(IdentifierRegister identifiers, DocumentStates states)
{
    /// <summary>Typed where an element that would be derived shall be left out.</summary>
    public const string LeftOut = "-";

    private static readonly Local.DraftElements Nothing = new();

    /// <param name="metadata">All that is not among these elements.</param>
    /// <param name="kept">The identifier this draft had before; it keeps it while office, year and type stay.</param>
    /// <param name="today">By the clock here.</param>
    /// <exception cref="RefusedException">A field cannot be read; the message says which.</exception>
    public DocumentMetadata Complete(DocumentMetadata metadata, Local.DraftElements? given, OfficeDirectory directory, DocumentIdentifier? kept, DateOnly today)
    {
        given ??= Nothing;
        var (host, sender) = (directory.Find(PartyId.Parse(metadata.Issuers[0].OfficeId)), PartyId.Parse(metadata.DispatchedBy));
        return metadata with
        {
            Identifier = IdentifierOf(given.Identifier, metadata, host, kept),
            CopyNumber = Given(given.CopyNumber),
            Masthead = GivenOr(given.Masthead, () => MastheadOf(metadata.Type, metadata.Issuers[0].PrintedName)),
            PrintedNumber = PrintedNumberOf(given.PrintedNumber),
            LeaderSignature = Given(given.LeaderSignature),
            Notes = Given(given.Notes),
            PrintedBy = GivenOr(given.PrintedBy, () => metadata.Type.IsOfficial() ? directory.Find(sender)?.Name : null),
            PrintedOn = PrintedOnOf(given.PrintedOn, metadata, today),
            ReleaseLevel = Given(given.ReleaseLevel),
            Publicity = PublicityOf(given.Publicity),
            Relations =
            [
                .. metadata.Relations,
                .. given.RepliesTo.Select(text => RelationOf(RelationKind.RepliesTo, text, sender)),
                .. given.Forwards.Select(text => RelationOf(RelationKind.Forwards, text, sender)),
            ],
        };
    }

    /// <summary>What has to be given so that a document like this comes of it: of its own identifier and day of printing nothing.</summary>
    public static Local.DraftElements Of(DocumentMetadata metadata, OfficeDirectory directory)
    {
        return new Local.DraftElements
        {
            CopyNumber = metadata.CopyNumber ?? "",
            Masthead = Unlike(metadata.Masthead, MastheadOf(metadata.Type, metadata.Issuers[0].PrintedName)),
            PrintedNumber = metadata.PrintedNumber ?? "",
            LeaderSignature = metadata.LeaderSignature ?? "",
            Notes = metadata.Notes ?? "",
            PrintedBy = Unlike(metadata.PrintedBy, metadata.Type.IsOfficial() ? directory.Find(PartyId.Parse(metadata.DispatchedBy))?.Name : null),
            ReleaseLevel = metadata.ReleaseLevel ?? "",
            Publicity = metadata.Publicity == Publicity.Unstated ? "" : metadata.Publicity.Chinese(),
            RepliesTo = { Texts(RelationKind.RepliesTo) },
            Forwards = { Texts(RelationKind.Forwards) },
        };

        IEnumerable<string> Texts(RelationKind kind) => metadata.Relations.Where(relation => relation.Kind == kind).Select(relation => $"{relation.Document} {relation.Number}".Trim());
        static string Unlike(string? found, string? derived) => found == derived ? "" : found ?? LeftOut;
    }

    private DocumentIdentifier? IdentifierOf(string given, DocumentMetadata metadata, Office? host, DocumentIdentifier? kept) => given switch
    {
        LeftOut => null,
        "" when metadata.Type.IsOfficial() && UnifiedSocialCreditCode.TryParse(host?.CreditCode, out var code) =>
            kept is not null && kept.Office == code && kept.Year == metadata.Date.Year && kept.Type == metadata.Type ? kept : identifiers.NextOf(code, metadata.Date.Year, metadata.Type),
        "" => null,
        _ => DocumentIdentifier.TryParse(given, out var typed) ? typed : throw DraftMetadata.Unreadable("公文标识", "identifier", given, "1.2.156.10.113400000029860376-001-2017-0F-00001-9"),
    };

    // GB/T 9704: the issuer's name with 文件 or without, letters without, orders with 令; of minutes and announcements the heading is their own.
    private static string? MastheadOf(DocumentType type, string host)
    {
        var masthead = type switch
        {
            DocumentType.Letter => host,
            DocumentType.Order => host + "令",
            DocumentType.Communique or DocumentType.Announcement or DocumentType.PublicNotice or DocumentType.Minutes => null,
            _ => type.IsOfficial() ? host + "文件" : null,
        };
        return masthead?.Length <= MetadataLimits.Name ? masthead : null;
    }

    // What is a 发文字号 counts as one: kept apart, it would be under no rule.
    private static string? PrintedNumberOf(string given) => DocumentNumber.TryParse(given, out _)
        ? throw new RefusedException(
            Refusal.FormatFailure, $"“{given}”是发文字号，请填入“发文字号”。", $"'{given}' is a document number (发文字号) and belongs into the field number.")
        : Given(given);

    private static DateOnly? PrintedOnOf(string given, DocumentMetadata metadata, DateOnly today) => given switch
    {
        LeftOut => null,
        "" => !metadata.Type.IsOfficial() ? null : today < metadata.Date ? metadata.Date : today,
        _ => DateOnly.TryParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw DraftMetadata.Unreadable("印发日期", "printed_on", given, "2026-01-31"),
    };

    private static Publicity PublicityOf(string given) =>
        given.Length == 0 ? Publicity.Unstated
        : Names.TryParse(given, out Publicity publicity) ? publicity
        : throw DraftMetadata.Unreadable("公开属性", "publicity", given, "主动公开 / 依申请公开 / 不予公开");

    private DocumentRelation RelationOf(RelationKind kind, string text, PartyId office)
    {
        var parts = text.Split((char[]?)null, 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts is [var first, ..] && DocumentId.TryParse(first, out var id)
            ? new DocumentRelation(kind, id, parts.Length == 2 ? Normal(parts[1]) : states.Read(id, state => IsPartyTo(state, office) ? state.Dispatch.Number : null))
            : new DocumentRelation(kind, null, Normal(text.Trim()));
    }

    private static string Normal(string number) => DocumentNumber.TryParse(number, out var read) ? read.ToString() : number;

    private static bool IsPartyTo(Core.Routing.DocumentState state, PartyId office) => state.Sender == office || state.Recipients.Any(row => row.Office == office);

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static string? GivenOr(string text, Func<string?> derived) => text == LeftOut ? null : text.Length > 0 ? text : derived();
}
