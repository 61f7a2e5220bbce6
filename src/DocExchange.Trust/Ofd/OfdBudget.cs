namespace DocExchange.Trust.Ofd;

/// <summary>
/// How much work one file may cost: as much as the limits say, and no more than its size makes likely, for a small file may be made to unpack
/// or to be read for minutes. Not safe for concurrent use.
/// </summary>
internal sealed class OfdBudget(OfdLimits limits, long fileSize)
{
    // Scans and pages of ordinary files unpack to 5 to 50 times their size.
    private const long Ratio = 100;
    private const long ReadRatio = 64;

    private long hashed;
    private long read;
    private long marks;
    private long unpacked;
    private long judged;
    private long followed;
    private long spelt;
    private long searched;
    private int references;

    /// <summary>Bytes of parts that are hashed.</summary>
    /// <exception cref="OfdFormatException">It is too much, as for all that follow.</exception>
    public void Hash(long size) => Spend(ref hashed, size, limits.MaxHashed, (64L << 20) + (Ratio * fileSize));

    /// <summary>Bytes of XML and signature values.</summary>
    public void Read(long size) => Spend(ref read, size, limits.MaxRead, (16L << 20) + (ReadRatio * fileSize));

    /// <summary>An XML file that is gone through.</summary>
    public void ReadXml(byte[] xml) => Spend(ref marks, OfdXml.MarksIn(xml), long.MaxValue, limits.MaxXmlMarks + (4 * fileSize));

    /// <summary>A CMS; the first of a file is judged however large it is.</summary>
    public void Judge(long size)
    {
        if (judged > 0)
        {
            Spend(ref judged, size, limits.MaxRead, (1L << 20) + (4 * fileSize));
        }

        judged = Math.Max(judged, size);
    }

    /// <summary>A reference that is followed, by the length of its location.</summary>
    public void Follow(int length)
    {
        Spend(ref followed, length, long.MaxValue, (4L << 20) + (4 * fileSize));
        if (++references > limits.MaxTotalReferences)
        {
            throw TooMuch();
        }
    }

    /// <summary>Letters of a name that may be written in several ways, each time it is gone through.</summary>
    public void Spell(int length) => Spend(ref spelt, length, long.MaxValue, (8L << 20) + (8 * fileSize));

    /// <summary>Bytes of what is no XML that are searched for names, and names that are compared there.</summary>
    public void Search(long size) => Spend(ref searched, size, limits.MaxRead, (8L << 20) + (4 * fileSize));

    /// <summary>Whether so much more may be unpacked of parts that nobody read.</summary>
    public bool TryUnpack(long size)
    {
        unpacked += size;
        return unpacked <= (128L << 20) + (Ratio * fileSize);
    }

    public static OfdFormatException TooMuch() => new(OfdFindings.NotAllChecked.Code, OfdFindings.NotAllChecked.Chinese, OfdFindings.NotAllChecked.English);

    private static void Spend(ref long spent, long size, long limit, long likely)
    {
        spent += size;
        if (spent > Math.Min(limit, likely))
        {
            throw TooMuch();
        }
    }
}
