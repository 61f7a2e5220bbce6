namespace DocExchange.Node.Receiving;

/// <summary>
/// A document received by one office, as its desk lists it: derived from the ledger and from what waits here, so it can be
/// made anew at any time. Times are milliseconds since 1970, UTC. The last fields are keys: each list is one range of one
/// index, in the order in which it is shown; null where the document is not in that list.
/// </summary>
internal sealed class ReceivedRow
{
    /// <summary>Office and document.</summary>
    public required string Id { get; set; }

    public required string Document { get; set; }

    public required string Office { get; set; }

    public required string Title { get; set; }

    public required string Number { get; set; }

    public required string Sender { get; set; }

    public required string DocumentType { get; set; }

    public required string Urgency { get; set; }

    public bool IsCopy { get; set; }

    /// <summary>A DeliveryState: what it will be once everything that waits here is in the ledger.</summary>
    public required string State { get; set; }

    /// <summary>An act of this office is signed and not yet at the hub.</summary>
    public bool IsWaiting { get; set; }

    public long? SignBy { get; set; }

    public long ReceivedAt { get; set; }

    public long? OpenedAt { get; set; }

    public long? SignedForAt { get; set; }

    /// <summary>Who signed for it or returned it.</summary>
    public string? ActedBy { get; set; }

    public string? RegisterNumber { get; set; }

    public long? HandedOverAt { get; set; }

    public long? CompletedAt { get; set; }

    /// <summary>Everything that was received: office, newest first.</summary>
    public required string Arrival { get; set; }

    /// <summary>By what is to be done: office, tab, urgent first, newest first.</summary>
    public string? Shelf { get; set; }

    /// <summary>已阅未签.</summary>
    public string? Seen { get; set; }

    /// <summary>特急, open, and nobody has acknowledged it.</summary>
    public string? Alarm { get; set; }

    /// <summary>收文登记簿: office, newest 签收 first.</summary>
    public string? Entered { get; set; }

    /// <summary>The same by sender.</summary>
    public string? EnteredFrom { get; set; }

    /// <summary>收文编号 by office, year and trailing digits.</summary>
    public string? Sequence { get; set; }

    /// <summary>收文编号 by office.</summary>
    public string? Numbered { get; set; }

    public bool IsOpen => State is nameof(Core.Routing.DeliveryState.Sent) or nameof(Core.Routing.DeliveryState.Delivered);

    public bool IsSignedFor => State is nameof(Core.Routing.DeliveryState.SignedFor) or nameof(Core.Routing.DeliveryState.Completed);
}

/// <summary>Who took notice of a 特急 document; its id is that of the <see cref="ReceivedRow"/>.</summary>
internal sealed class AcknowledgedRow
{
    public required string Id { get; set; }

    public required string Person { get; set; }

    public required string Name { get; set; }

    public long At { get; set; }
}

/// <summary>How an office numbers what it receives; its id is the office.</summary>
internal sealed class NumberingRow
{
    public required string Id { get; set; }

    public required string Form { get; set; }
}
