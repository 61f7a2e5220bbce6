using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DocExchange.Trust.Ofd;

/// <summary>SignedValue.dat and Seal.esl are DER; a few makers write them as base64 text, or as one PEM block.</summary>
internal static class OfdArmour
{
    private static readonly string[] Labels = ["CMS", "PKCS7"];

    /// <summary>Null where it is neither, or where anything but blanks stands beside: that could be shown as something else, and nobody signs it.</summary>
    public static byte[]? Open(byte[] bytes)
    {
        if (bytes is [0x30, ..])
        {
            return bytes;
        }

        var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes;
        text = text.Trim(" \r\n\t\0"u8);
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'\t', (byte)'~'))
        {
            return null;
        }

        var letters = Encoding.ASCII.GetString(text);
        if (!letters.StartsWith("-----", StringComparison.Ordinal))
        {
            return Base64.IsValid(letters) ? Convert.FromBase64String(letters) : null;
        }

        return PemEncoding.TryFind(letters, out var fields) && fields.Location.GetOffsetAndLength(letters.Length) == (0, letters.Length) && Labels.Contains(letters[fields.Label])
            ? Convert.FromBase64String(letters[fields.Base64Data])
            : null;
    }
}
