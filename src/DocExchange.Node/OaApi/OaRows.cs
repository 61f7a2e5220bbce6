namespace DocExchange.Node.OaApi;

/// <summary>A token; its secret is kept as SHA-256 only. Never deleted: its id stands in the log.</summary>
internal sealed class TokenRow
{
    public required string Id { get; set; }

    /// <summary>Party id of the one office it speaks for.</summary>
    public required string Office { get; set; }

    public required string Application { get; set; }

    public required byte[] Secret { get; set; }

    public List<string> Roles { get; set; } = [];

    public required string MadeBy { get; set; }

    public long MadeAt { get; set; }

    public long Until { get; set; }

    public long? EndedAt { get; set; }

    /// <summary>To the hour.</summary>
    public long? UsedAt { get; set; }

    /// <summary>Ledger index below which the application has seen its mailbox.</summary>
    public long Seen { get; set; }

    public bool IsInForce(DateTimeOffset now) => EndedAt is null && now.ToUnixTimeMilliseconds() < Until;
}

/// <summary>What was answered to a request, by token and Idempotency-Key.</summary>
internal sealed class AnswerRow
{
    public required string Id { get; set; }

    /// <summary>SHA-256 of what was asked.</summary>
    public required byte[] Asked { get; set; }

    public long At { get; set; }

    /// <summary>0: begun, and nothing is known of how it ended.</summary>
    public int Status { get; set; }

    /// <summary>JSON.</summary>
    public string Answer { get; set; } = "";

    public string? Location { get; set; }
}
