namespace DocExchange.Trust.Signatures;

/// <summary>How much of a foreign CMS is read before it is refused. Sizes in bytes.</summary>
public sealed record CmsLimits
{
    public static readonly CmsLimits Default = new();

    public int MaxSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Nested ASN.1 elements.</summary>
    public int MaxDepth { get; init; } = 64;

    public int MaxSigners { get; init; } = 64;

    public int MaxCertificates { get; init; } = 64;

    public int MaxRevocationInfos { get; init; } = 64;

    /// <summary>Of one signer, signed and unsigned each.</summary>
    public int MaxAttributes { get; init; } = 64;

    /// <summary>How many time-stamps of one CMS are measured and judged, those of all signers together.</summary>
    public int MaxTimestamps { get; init; } = 16;

    public int MaxOidLength { get; init; } = 64;

    public int MaxIntegerLength { get; init; } = 512;
}
