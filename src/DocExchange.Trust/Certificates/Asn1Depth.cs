using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>The ASN.1 library descends by recursion, so that depth is limited before it sees anything.</summary>
internal static class Asn1Depth
{
    private const int Indefinite = -1;
    private const int Constructed = 0x20;
    private const int LongTag = 0x1F;

    /// <exception cref="FormatException">The bytes are not well-formed, or nested deeper than a signature may be.</exception>
    public static void Check(ReadOnlySpan<byte> encoded)
    {
        var limits = CmsLimits.Default with { MaxOidLength = int.MaxValue, MaxIntegerLength = int.MaxValue };
        if (BerScan.Of(encoded, limits).Length != encoded.Length)
        {
            throw CertificateFormatException.Malformed("结构之后还有别的字节。", "Something follows the structure.");
        }
    }

    /// <summary>Values of extensions are read as they are needed; what is not ASN.1 at all fails only then.</summary>
    /// <exception cref="FormatException">A value is nested deeper than a signature may be.</exception>
    public static void CheckValues(X509Extensions? extensions)
    {
        foreach (var oid in extensions?.GetExtensionOids() ?? [])
        {
            if (IsTooDeep(extensions!.GetExtension(oid).Value.GetOctets(), CmsLimits.Default.MaxDepth))
            {
                throw CertificateFormatException.Limit(
                    $"扩展项 {oid.Id} 嵌套超过 {CmsLimits.Default.MaxDepth} 层。", $"The extension {oid.Id} is nested deeper than {CmsLimits.Default.MaxDepth}.");
            }
        }
    }

    /// <summary>Goes no further than to what is malformed, and throws nothing: there may be hundreds of thousands of values.</summary>
    private static bool IsTooDeep(ReadOnlySpan<byte> value, int max)
    {
        Span<int> ends = stackalloc int[max];
        var (depth, at) = (0, 0);
        do
        {
            if (depth > 0 && ends[depth - 1] == Indefinite && value[at..] is [0, 0, ..])
            {
                (depth, at) = (depth - 1, at + 2);
            }
            else if (!TryReadHead(value[at..], out var isConstructed, out var start, out var length) || length > value.Length - at - start)
            {
                return false;
            }
            else if (!isConstructed)
            {
                at += start + Math.Max(length, 0);
            }
            else if (depth == max)
            {
                return true;
            }
            else
            {
                at += start;
                ends[depth++] = length == Indefinite ? Indefinite : at + length;
            }

            while (depth > 0 && ends[depth - 1] != Indefinite && ends[depth - 1] <= at)
            {
                depth--;
            }
        }
        while (depth > 0);
        return false;
    }

    /// <summary>Tag and length (X.690 §8.1.2, §8.1.3).</summary>
    private static bool TryReadHead(ReadOnlySpan<byte> element, out bool isConstructed, out int start, out int length)
    {
        (isConstructed, start, length) = (element is [var first, ..] && (first & Constructed) != 0, 1, 0);
        if (element.Length > 1 && (element[0] & LongTag) == LongTag)
        {
            while (start < element.Length && (element[start++] & 0x80) != 0)
            {
            }
        }

        if (start >= element.Length)
        {
            return false;
        }

        var octets = element[start++];
        if (octets < 0x80)
        {
            length = octets;
            return true;
        }

        var count = octets & 0x7F;
        if (count == 0)
        {
            length = Indefinite;
            return isConstructed;
        }

        var size = 0L;
        for (; count > 0 && start < element.Length && size <= int.MaxValue; count--)
        {
            size = (size << 8) | element[start++];
        }

        length = (int)Math.Min(size, int.MaxValue);
        return count == 0;
    }
}
