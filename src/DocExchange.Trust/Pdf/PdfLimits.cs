namespace DocExchange.Trust.Pdf;

/// <summary>How much of a foreign PDF is looked at. Sizes in bytes.</summary>
public sealed record PdfLimits
{
    public static readonly PdfLimits Default = new();

    private const long AlwaysHashed = 128L << 20;
    private const int Rounds = 32;
    private const long AlwaysRead = 8L << 20;
    private const int MaxRead = 16;
    private const int ReadRounds = 8;

    public long MaxFileSize { get; init; } = 4L << 30;

    /// <summary>Signatures, and mentions of ByteRange that turn out to be none.</summary>
    public int MaxSignatures { get; init; } = 64;

    /// <summary>Contents of a signature, as hexadecimal digits.</summary>
    public int MaxContentsSize { get; init; } = 16 << 20;

    /// <summary>What is hashed for all signatures together: the bytes each covers, once for each of its algorithms.</summary>
    public long MaxHashed { get; init; } = 16L << 30;

    /// <summary>The same for one file: it grows with the file, so that a small one is never much work.</summary>
    public long MaxHashedOf(long size) => Math.Min(MaxHashed, Math.Max(AlwaysHashed, size * Rounds));

    /// <summary>What is read of objects that may be signatures. 64 that are any take less, and what is only written like an object takes the whole file each.</summary>
    internal long MaxReadOf(long size) => Math.Min((long)MaxRead * MaxContentsSize, Math.Max(AlwaysRead, size * ReadRounds));
}
