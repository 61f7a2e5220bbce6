namespace DocExchange.Trust.Timestamps;

/// <summary>The object identifiers of time-stamps and of the signature levels made with them.</summary>
public static class TimestampOids
{
    /// <summary>The policy of the authority built into this product: whoever runs the exchange runs the clock.</summary>
    /// <remarks>An UUID as OID (ITU-T X.667 §8): it needs no registration.</remarks>
    public const string BuiltInPolicy = "2.25.157076800335931318454571897690360239766";

    // RFC 3161 §2.4.2.
    internal const string Info = "1.2.840.113549.1.9.16.1.4";

    // ETSI EN 319 122-1 §5.2.8, §5.3 and §5.5.
    internal const string ContentTimestamp = "1.2.840.113549.1.9.16.2.20";
    internal const string SignatureTimestamp = "1.2.840.113549.1.9.16.2.14";
    internal const string ArchiveTimestampV3 = "0.4.0.1733.2.4";
    internal const string HashIndexV3 = "0.4.0.19122.1.5";

    // ETSI TS 101 733 V2.2.1 §6.4.2, and EN 319 122-1 V1.0.0 §5.5.2.
    internal const string HashIndex = "0.4.0.1733.2.5";
    internal const string HashIndexV2 = "0.4.0.19122.1.4";
}
