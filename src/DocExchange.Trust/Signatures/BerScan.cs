namespace DocExchange.Trust.Signatures;

/// <summary>
/// Walks tags and lengths (X.690 §8.1) without reading values, so that everything after it works on bytes whose depth
/// and lengths are known to hold.
/// </summary>
internal ref struct BerScan
{
    private const int Indefinite = -1;
    private const int OidTag = 0x06;
    private const int IntegerTag = 0x02;

    private readonly ReadOnlySpan<byte> bytes;
    private readonly CmsLimits limits;
    private readonly Span<int> ends;
    private readonly bool isTolerant;
    private int depth;
    private int position;

    private BerScan(ReadOnlySpan<byte> bytes, CmsLimits limits, bool isTolerant)
    {
        this.bytes = bytes;
        this.limits = limits;
        this.isTolerant = isTolerant;
        ends = new int[limits.MaxDepth + 1];
    }

    /// <summary>The number of bytes the first element takes.</summary>
    public int Length { get; private set; }

    public bool HasIndefiniteLength { get; private set; }

    public bool HasNonMinimalLength { get; private set; }

    /// <summary>Some element is nested too deeply, or is longer than is read.</summary>
    public bool IsBeyondLimits { get; private set; }

    public readonly bool HasDerLengths => !HasIndefiniteLength && !HasNonMinimalLength;

    /// <exception cref="CmsFormatException">A length reaches past its parent, or a limit is broken.</exception>
    public static BerScan Of(ReadOnlySpan<byte> bytes, CmsLimits limits)
    {
        var scan = new BerScan(bytes, limits, isTolerant: false);
        scan.Walk();
        return scan;
    }

    /// <summary>The same, except that what is beyond the limits is passed over: whoever reads it has to scan it by itself.</summary>
    /// <exception cref="CmsFormatException">A length reaches past its parent.</exception>
    public static BerScan Over(ReadOnlySpan<byte> bytes, CmsLimits limits)
    {
        var scan = new BerScan(bytes, limits, isTolerant: true);
        scan.Walk();
        return scan;
    }

    private void Walk()
    {
        do
        {
            if (depth > 0 && ends[depth - 1] == Indefinite && IsEndOfContents())
            {
                position += 2;
                depth--;
            }
            else
            {
                Element();
            }

            while (depth > 0 && ends[depth - 1] == position)
            {
                depth--;
            }
        }
        while (depth > 0);
        Length = position;
    }

    private void Element()
    {
        var length = ReadHeader(out var first, out var isConstructed);
        CheckSize(first, length);
        if (!isConstructed)
        {
            position += length;
            return;
        }

        Enter(length == Indefinite ? Indefinite : position + length);
    }

    private int ReadHeader(out int first, out bool isConstructed)
    {
        first = Next();
        if ((first & 0x1F) == 0x1F)
        {
            SkipLongTag();
        }
        else if (first == 0)
        {
            throw Malformed();
        }

        isConstructed = (first & 0x20) != 0;
        var length = ReadLength(isConstructed);
        var limit = InnermostEnd();
        if (length != Indefinite && length > limit - position)
        {
            throw new CmsFormatException(
                "CMS_LENGTH_OVERFLOW", $"第 {position} 字节处声明的长度 {length} 超出其上级结构。",
                $"At byte {position} a length of {length} is declared, which reaches past what holds it.");
        }

        return length;
    }

    private void Enter(int end)
    {
        if (depth >= limits.MaxDepth)
        {
            Decline(CmsFormatException.Limit(
                "CMS_TOO_DEEP", $"ASN.1 嵌套超过 {limits.MaxDepth} 层。", $"The ASN.1 elements are nested deeper than {limits.MaxDepth}."));
            PassOver(end);
            return;
        }

        ends[depth++] = end;
    }

    private void Decline(CmsFormatException limit)
    {
        IsBeyondLimits = true;
        if (!isTolerant)
        {
            throw limit;
        }
    }

    /// <summary>Only elements of indefinite length have to be looked into, for their ends.</summary>
    private void PassOver(int end)
    {
        if (end != Indefinite)
        {
            position = end;
            return;
        }

        for (var open = 1; open > 0;)
        {
            if (IsEndOfContents())
            {
                position += 2;
                open--;
                continue;
            }

            var length = ReadHeader(out _, out _);
            open += length == Indefinite ? 1 : 0;
            position += length == Indefinite ? 0 : length;
        }
    }

    private int ReadLength(bool isConstructed)
    {
        var first = Next();
        if (first < 0x80)
        {
            return first;
        }

        if (first == 0x80)
        {
            HasIndefiniteLength = true;
            return isConstructed ? Indefinite : throw Malformed();
        }

        long length = 0;
        for (var count = first & 0x7F; count > 0; count--)
        {
            length = (length * 256) + Next();
            if (length > int.MaxValue)
            {
                throw new CmsFormatException(
                    "CMS_LENGTH_OVERFLOW", $"第 {position} 字节处声明的长度超过 2 GiB。", $"At byte {position} a length beyond 2 GiB is declared.");
            }
        }

        HasNonMinimalLength |= (first & 0x7F) != LengthOfLength(length);
        return (int)length;
    }

    private static int LengthOfLength(long length) => length switch
    {
        < 0x80 => 0,
        < 0x100 => 1,
        < 0x1_0000 => 2,
        < 0x100_0000 => 3,
        _ => 4,
    };

    private void CheckSize(int tag, int length)
    {
        if (tag == OidTag && length > limits.MaxOidLength)
        {
            Decline(CmsFormatException.Limit(
                "CMS_OID_OVERSIZED", $"对象标识符长 {length} 字节，超过 {limits.MaxOidLength}。",
                $"An object identifier of {length} bytes is longer than {limits.MaxOidLength}."));
        }

        if (tag == IntegerTag && length > limits.MaxIntegerLength)
        {
            Decline(CmsFormatException.Limit(
                "CMS_INTEGER_OVERSIZED", $"整数长 {length} 字节，超过 {limits.MaxIntegerLength}。",
                $"An INTEGER of {length} bytes is longer than {limits.MaxIntegerLength}."));
        }
    }

    private void SkipLongTag()
    {
        for (var count = 0; (Next() & 0x80) != 0; count++)
        {
            if (count == 4)
            {
                throw Malformed();
            }
        }
    }

    private readonly bool IsEndOfContents() => position + 1 < bytes.Length && bytes[position] == 0 && bytes[position + 1] == 0;

    private readonly int InnermostEnd()
    {
        for (var index = depth - 1; index >= 0; index--)
        {
            if (ends[index] != Indefinite)
            {
                return ends[index];
            }
        }

        return bytes.Length;
    }

    private int Next() => position < InnermostEnd() ? bytes[position++] : throw Malformed();

    private readonly CmsFormatException Malformed() => new(
        "CMS_MALFORMED", $"第 {position} 字节处不是有效的 ASN.1 编码。", $"At byte {position} the bytes are not valid ASN.1.");
}
