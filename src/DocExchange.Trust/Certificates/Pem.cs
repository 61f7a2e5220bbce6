using System.Security.Cryptography;
using System.Text;

namespace DocExchange.Trust.Certificates;

/// <summary>The textual encodings of RFC 7468.</summary>
public static class Pem
{
    private static ReadOnlySpan<byte> Boundary => "-----BEGIN "u8;

    /// <summary>The DER bytes of every block with this label; the input itself, as one block, when it is not PEM.</summary>
    public static IReadOnlyList<byte[]> Blocks(ReadOnlySpan<byte> derOrPem, string label)
    {
        if (derOrPem.IndexOf(Boundary) < 0)
        {
            return [derOrPem.ToArray()];
        }

        var blocks = new List<byte[]>();
        var text = Encoding.Latin1.GetString(derOrPem).AsSpan();
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label].SequenceEqual(label))
            {
                blocks.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()));
            }

            text = text[fields.Location.End..];
        }

        return blocks;
    }

    public static string Write(string label, ReadOnlySpan<byte> der) => PemEncoding.WriteString(label, der) + "\n";
}
