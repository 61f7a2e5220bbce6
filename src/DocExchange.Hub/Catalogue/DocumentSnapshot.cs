using DocExchange.Core.Documents;
using DocExchange.Core.Routing;

namespace DocExchange.Hub.Catalogue;

/// <summary>What searches and lists ask of a document.</summary>
internal sealed record DocumentSnapshot
{
    public required DocumentId Id { get; init; }

    public required PackageId Package { get; init; }

    public required long PackageSize { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }

    public required string Type { get; init; }

    public required string Urgency { get; init; }

    public required string Sender { get; init; }

    public required IReadOnlyList<string> Issuers { get; init; }

    /// <summary>Sender, issuers and recipients: whoever may find the document.</summary>
    public required IReadOnlyList<string> Parties { get; init; }

    public required DocumentPhase Phase { get; init; }

    public required DateTimeOffset DispatchedAt { get; init; }

    public required DateTimeOffset? AcceptedAt { get; init; }

    public required long DispatchedIndex { get; init; }

    public required int Recipients { get; init; }

    public required int Delivered { get; init; }

    public required int SignedFor { get; init; }

    public required int Returned { get; init; }

    public required bool IsFinal { get; init; }

    public required bool HoldsNumber { get; init; }

    /// <summary>The deadline of those who owe an answer and are not stated overdue; null where nobody does.</summary>
    public required DateTimeOffset? AwaitedBy { get; init; }

    /// <summary>The deadline of the document, whether it has passed or not.</summary>
    public required DateTimeOffset? SignBy { get; init; }

    /// <summary>The recipients it was withdrawn from.</summary>
    public required IReadOnlyList<string> Withdrawn { get; init; }

    /// <summary>The archive volume that holds it; empty before 已归档. Known from the volumes, not from the ledger.</summary>
    public string Volume { get; init; } = "";

    /// <summary>Whether an office may know of it: the sender and the issuers at once, the recipients from the acceptance on.</summary>
    public bool IsVisibleTo(string office) => SeesAll(office) || (AcceptedAt is not null && Parties.Contains(office));

    /// <summary>Whether an office sees the receipts of all, not only its own.</summary>
    public bool SeesAll(string office) => Sender == office || Issuers.Contains(office);

    public static DocumentSnapshot Of(DocumentState state) => new()
    {
        Id = state.Id,
        Package = state.Dispatch.Package,
        PackageSize = state.Dispatch.PackageSize,
        Number = state.Dispatch.Number ?? "",
        Title = state.Dispatch.Title,
        Type = state.Dispatch.DocumentType,
        Urgency = state.Dispatch.Urgency ?? "",
        Sender = state.Sender.ToString(),
        Issuers = [.. state.Dispatch.Issuers.Select(id => id.ToString())],
        Parties = [.. state.Recipients.Select(row => row.Office).Append(state.Sender).Concat(state.Dispatch.Issuers).Distinct().Select(id => id.ToString())],
        Phase = state.Phase,
        DispatchedAt = state.DispatchedAt,
        AcceptedAt = state.AcceptedAt,
        DispatchedIndex = state.DispatchedIndex,
        Recipients = state.Recipients.Count,
        Delivered = state.Recipients.Count(row => row.DeliveredAt is not null),
        SignedFor = state.Recipients.Count(row => row.IsSignedFor),
        Returned = state.Recipients.Count(row => row.IsReturned),
        IsFinal = state.IsFinal,
        HoldsNumber = state.HoldsNumber,
        AwaitedBy = state.Awaited.Any() ? state.Dispatch.SignBy : null,
        SignBy = state.Dispatch.SignBy,
        Withdrawn = [.. state.Recipients.Where(row => row.State == DeliveryState.Withdrawn).Select(row => row.Office.ToString())],
    };

    /// <summary>Whether an office may have the package: as it may know of the document, unless it was withdrawn from it.</summary>
    public bool MayFetch(string office) => SeesAll(office) || (AcceptedAt is not null && Parties.Contains(office) && !Withdrawn.Contains(office));

    /// <summary>发文字号 are unique per issuer: the key under which one is held.</summary>
    public static string NumberKey(string issuer, string number) => issuer + "|" + number;
}
