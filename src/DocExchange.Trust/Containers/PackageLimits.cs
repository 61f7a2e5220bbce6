namespace DocExchange.Trust.Containers;

/// <summary>
/// What a reader is willing to look at. Everything is checked before it is allocated or written. The format itself
/// sets upper bounds (<see cref="FormatMaxSize"/>, <see cref="FormatMaxNameLength"/>); a limit above them has no effect.
/// </summary>
public sealed record PackageLimits
{
    /// <summary>
    /// Packages carry no Zip64 structures, so that each has exactly one encoding: 4 GiB less two bytes is the most
    /// that 32-bit sizes and offsets can express (0xFFFFFFFF is reserved, PKWARE APPNOTE §4.4.8).
    /// </summary>
    public const long FormatMaxSize = 0xFFFF_FFFE;

    /// <summary>UTF-8 bytes; with the number before it a name stays under the 255 bytes file systems allow.</summary>
    public const int FormatMaxNameLength = 200;

    public static readonly PackageLimits Default = new();

    /// <summary>Bytes of the whole file.</summary>
    public long MaxPackageSize { get; init; } = 4L << 30;

    /// <summary>ZIP entries, those in META-INF and mimetype included.</summary>
    public int MaxEntries { get; init; } = 200;

    /// <summary>Bytes of metadata.xml.</summary>
    public long MaxMetadataSize { get; init; } = 1 << 20;

    /// <summary>Bytes of META-INF/ASiCManifest.xml.</summary>
    public int MaxManifestSize { get; init; } = 1 << 20;

    /// <summary>Bytes of META-INF/signature.p7s.</summary>
    public int MaxSignatureSize { get; init; } = 1 << 20;

    /// <summary>Bytes of one META-INF/seal-n.ses, the picture inside it included.</summary>
    public int MaxSealSize { get; init; } = 4 << 20;

    public int MaxSeals { get; init; } = 20;

    /// <summary>UTF-8 bytes of the name of a body or an attachment, without folder and number.</summary>
    public int MaxNameLength { get; init; } = FormatMaxNameLength;

    /// <summary>Whether a draft that nobody has signed yet (no META-INF/signature.p7s) may be read or written.</summary>
    public bool AllowUnsigned { get; init; }

    internal long EffectiveMaxSize => Math.Min(MaxPackageSize, FormatMaxSize);

    internal int EffectiveMaxNameLength => Math.Min(MaxNameLength, FormatMaxNameLength);
}
