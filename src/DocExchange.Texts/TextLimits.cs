namespace DocExchange.Texts;

/// <summary>What reading the words of one body may cost. What is beyond is left out, and said.</summary>
public sealed record TextLimits
{
    public static readonly TextLimits Default = new();

    /// <summary>Bytes of the file; a larger one is not read.</summary>
    public long MaxFileSize { get; init; } = 256L << 20;

    public int MaxPages { get; init; } = 1_000;

    /// <summary>Of all pages together.</summary>
    public int MaxCharacters { get; init; } = 1_000_000;

    /// <summary>Processor time; waiting for the disk or for others is not counted, but ends at five times as much.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of memory that objects may take in the process that reads.</summary>
    public long MaxMemory { get; init; } = 64L << 20;

    /// <summary>One XML file of an OFD, unpacked.</summary>
    public int MaxXmlSize { get; init; } = 8 << 20;
}
