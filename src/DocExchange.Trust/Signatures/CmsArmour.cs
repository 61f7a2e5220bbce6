using System.Buffers;
using System.Buffers.Text;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Signatures;

/// <summary>The wrappings a CMS travels in: none, PEM (RFC 7468 §9), or bare base64 as mail and web services leave it.</summary>
internal static class CmsArmour
{
    private const int LongestStart = 64;

    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    public static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.Length == 0 || encoded.Span[0] == 0x30)
        {
            return encoded;
        }

        if (encoded.Span.IndexOf("-----BEGIN "u8) < 0)
        {
            return FromBase64(encoded.Span) ?? encoded;
        }

        var blocks = Blocks(encoded.Span, "CMS");
        blocks = blocks.Count == 0 ? Blocks(encoded.Span, "PKCS7") : blocks;
        return blocks.Count == 1 ? blocks[0] : throw CmsReader.Malformed($"one CMS block is expected in the PEM text, {blocks.Count} found");
    }

    public static bool LooksLikeSignedData(ReadOnlySpan<byte> start)
    {
        if (start.IndexOf("-----BEGIN CMS-----"u8) >= 0 || start.IndexOf("-----BEGIN PKCS7-----"u8) >= 0)
        {
            return true;
        }

        if (start.Length > 0 && start[0] != 0x30)
        {
            var letters = Letters(start[..Math.Min(start.Length, LongestStart)]);
            return FromBase64(letters.AsSpan(0, letters.Length - (letters.Length % 4))) is { } decoded && IsContentInfo(decoded);
        }

        return IsContentInfo(start);
    }

    private static bool IsContentInfo(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> rfc = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
        ReadOnlySpan<byte> gm = [0x06, 0x0A, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02];
        if (start.Length < 2 || start[0] != 0x30)
        {
            return false;
        }

        var header = start[1] > 0x80 ? 2 + (start[1] & 0x7F) : 2;
        return start.Length > header && (start[header..].StartsWith(rfc) || start[header..].StartsWith(gm));
    }

    /// <summary>Null where the text is no base64.</summary>
    private static byte[]? FromBase64(ReadOnlySpan<byte> text)
    {
        var letters = Letters(text);
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(letters.Length)];
        return letters.Length > 0 && Base64.DecodeFromUtf8(letters, decoded, out _, out var size) == OperationStatus.Done ? decoded[..size] : null;
    }

    private static byte[] Letters(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith(Utf8Mark) ? text[Utf8Mark.Length..] : text;
        var letters = new byte[rest.Length];
        var count = 0;
        foreach (var letter in rest)
        {
            if (!Blanks.Contains(letter))
            {
                letters[count++] = letter;
            }
        }

        return letters[..count];
    }

    private static IReadOnlyList<byte[]> Blocks(ReadOnlySpan<byte> pem, string label)
    {
        try
        {
            return Pem.Blocks(pem, label);
        }
        catch (FormatException fault)
        {
            throw CmsReader.Malformed("the base64 of the PEM text is damaged", fault);
        }
    }
}
