namespace DocExchange.Trust.Ofd;

/// <summary>How much of a foreign OFD is looked at before it is refused. Sizes in bytes.</summary>
public sealed record OfdLimits
{
    public static readonly OfdLimits Default = new();

    /// <summary>The ZIP file.</summary>
    public long MaxFileSize { get; init; } = 4L << 30;

    /// <summary>Files and folders in it.</summary>
    public int MaxEntries { get; init; } = 20_000;

    /// <summary>The ZIP directory: names, comments and extra fields together.</summary>
    public int MaxDirectorySize { get; init; } = 16 << 20;

    public int MaxNameLength { get; init; } = 1024;

    /// <summary>One part, unpacked.</summary>
    public long MaxEntrySize { get; init; } = 1L << 30;

    /// <summary>All parts, unpacked.</summary>
    public long MaxTotalSize { get; init; } = 4L << 30;

    /// <summary>Unpacked to packed size of a part; parts of up to 1 MiB are not held to it.</summary>
    public int MaxRatio { get; init; } = 1000;

    /// <summary>One XML file that is read; pages are hashed, not read.</summary>
    public int MaxXmlSize { get; init; } = 16 << 20;

    public int MaxXmlDepth { get; init; } = 64;

    /// <summary>SignedValue.dat or Seal.esl.</summary>
    public int MaxSignatureSize { get; init; } = 16 << 20;

    public int MaxBodies { get; init; } = 16;

    /// <summary>Signatures of all documents in the file together.</summary>
    public int MaxSignatures { get; init; } = 200;

    /// <summary>References of one signature.</summary>
    public int MaxReferences { get; init; } = 20_000;

    /// <summary>
    /// Parts that are hashed, each time one is, over all signatures together: a part counts once an algorithm, however
    /// many signatures refer to it. Of a small file less.
    /// </summary>
    public long MaxHashed { get; init; } = 8L << 30;

    /// <summary>XML and signature values that are read, each time one is, over all signatures together; of a small file less.</summary>
    public long MaxRead { get; init; } = 1L << 30;

    /// <summary>Elements and attributes of one XML file that is kept in memory: a list of signatures, a description.</summary>
    public int MaxXmlNodes { get; init; } = 250_000;

    /// <summary>Elements and attributes of all XML that is gone through, without what the size of the file allows on top.</summary>
    public int MaxXmlMarks { get; init; } = 1_000_000;

    /// <summary>References of all signatures together.</summary>
    public int MaxTotalReferences { get; init; } = 200_000;

    /// <summary>Names of parts that are met on the way to finding out what belongs to the document.</summary>
    public int MaxCrawledNames { get; init; } = 500_000;

    /// <summary>XML files that are read to find out what belongs to the document.</summary>
    public int MaxCrawledFiles { get; init; } = 20_000;
}
