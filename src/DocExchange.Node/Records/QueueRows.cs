using DocExchange.Core.Refusals;

namespace DocExchange.Node.Records;

/// <summary>A statement that is signed and not yet acknowledged by the hub. Ids ascend in the order of posting.</summary>
internal class QueuedRow
{
    public long Id { get; set; }

    public required string Chain { get; set; }

    public long Number { get; set; }

    public required string Statement { get; set; }

    public required string Type { get; set; }

    public required string Issuer { get; set; }

    public string? Document { get; set; }

    /// <summary>By <see cref="PlaceOf"/>; null in rows of before it was kept.</summary>
    public string? Place { get; set; }

    /// <summary>Of a Delivered: for which office.</summary>
    public string? Recipient { get; set; }

    public required byte[] Cms { get; set; }

    public byte[]? RecipientObject { get; set; }

    public long At { get; set; }

    /// <summary>Ids it had before it was numbered anew; none of them is in the ledger.</summary>
    public List<string> FormerIds { get; set; } = [];

    /// <summary>The document, and the recipient whose row of the board is all that the statement can change, if there is one.</summary>
    public static string PlaceOf(string document, string? row) => $"{document}|{row}";
}

/// <summary>A statement the hub refused: not in the ledger, kept as evidence.</summary>
internal sealed class RefusedRow : QueuedRow
{
    public required string Reason { get; set; }

    public required string Chinese { get; set; }

    public required string English { get; set; }

    public static RefusedRow Of(QueuedRow refused, RefusedException refusal) => new()
    {
        Id = refused.Id,
        Chain = refused.Chain,
        Number = refused.Number,
        Statement = refused.Statement,
        Type = refused.Type,
        Issuer = refused.Issuer,
        Document = refused.Document,
        Place = refused.Place,
        Recipient = refused.Recipient,
        Cms = refused.Cms,
        RecipientObject = refused.RecipientObject,
        At = refused.At,
        FormerIds = refused.FormerIds,
        Reason = refusal.Refusal.ToReason(),
        Chinese = refusal.Message,
        English = refusal.English,
    };
}
