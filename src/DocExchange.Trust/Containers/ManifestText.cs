using System.Text;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Containers;

/// <summary>
/// The one serialisation of a manifest. Reading follows the same literals byte by byte instead of parsing XML: there
/// are no DTDs, entities, namespaces or encodings to be tricked with, and what is accepted is exactly what is written.
/// </summary>
internal static class ManifestText
{
    private const string Head =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
          <asic:SigReference URI="META-INF/signature.p7s" MimeType="application/pkcs7-signature"/>

        """;

    private const string Uri = "  <asic:DataObjectReference URI=\"";
    private const string MimeType = "\" MimeType=\"";

    // Annex A.4.2: the file a viewer opens first.
    private const string Root = "\" Rootfile=\"true";
    private const string Sha256 = "\">\n    <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\n    <ds:DigestValue>";
    private const string Sha256End = "</ds:DigestValue>\n";
    private const string Sm3 =
        "    <asic:DataObjectReferenceExtensions>\n      <asic:Extension Critical=\"false\"><package:SM3Value xmlns:package=\"urn:docexchange:package:1\">";

    private const string Sm3End = "</package:SM3Value></asic:Extension>\n    </asic:DataObjectReferenceExtensions>\n";
    private const string UriEnd = "  </asic:DataObjectReference>\n";
    private const string Tail = "</asic:ASiCManifest>\n";

    public static byte[] Write(IReadOnlyList<ManifestEntry> entries)
    {
        var text = new StringBuilder(Head);
        foreach (var entry in entries)
        {
            text.Append(Uri).Append(Escape(entry.Path)).Append(MimeType).Append(entry.MediaType);
            text.Append(IsRoot(entry.Path) ? Root : "");
            text.Append(Sha256).Append(Convert.ToBase64String(entry.Sha256.Span)).Append(Sha256End);
            if (entry.Sm3 is { } sm3)
            {
                text.Append(Sm3).Append(Convert.ToBase64String(sm3)).Append(Sm3End);
            }

            text.Append(UriEnd);
        }

        return Encoding.ASCII.GetBytes(text.Append(Tail).ToString());
    }

    /// <exception cref="PackageFormatException">MANIFEST_INVALID or ENTRY_COUNT.</exception>
    public static IReadOnlyList<ManifestEntry> Read(ReadOnlySpan<byte> bytes, int maxEntries)
    {
        var text = new LiteralReader(bytes);
        var entries = new List<ManifestEntry>();
        text.Expect(Head);
        while (text.Take(Uri))
        {
            if (entries.Count == maxEntries)
            {
                throw new PackageFormatException(PackageFaults.EntryCount, $"清单列出的条目超过上限 {maxEntries}。", $"The manifest lists more than the limit of {maxEntries} entries.");
            }

            entries.Add(ReadEntry(ref text));
        }

        text.Expect(Tail);
        text.ExpectEnd();
        if (entries.Any(entry => entry.Sm3 is null != entries[0].Sm3 is null))
        {
            throw LiteralReader.Invalid("只有部分条目有 SM3 值", "some entries have an SM3 value and others have none");
        }

        return entries;
    }

    private static ManifestEntry ReadEntry(ref LiteralReader text)
    {
        var path = Unescape(text.Until('"', 3 * EntryNames.MaxPathLength));
        text.Expect(MimeType);
        var mediaType = text.Until('"', MediaTypes.MaxLength);
        if (!MediaTypes.IsWellFormed(mediaType))
        {
            throw LiteralReader.Invalid($"“{EntryNames.Quote(path)}”的媒体类型无效", $"the media type of '{EntryNames.Quote(path)}' is not one");
        }

        text.Expect(IsRoot(path) ? Root + Sha256 : Sha256);
        var sha256 = Digest.FromBytes(ReadValue(ref text, path));
        text.Expect(Sha256End);
        byte[]? sm3 = null;
        if (text.Take(Sm3))
        {
            sm3 = ReadValue(ref text, path);
            text.Expect(Sm3End);
        }

        text.Expect(UriEnd);
        return new ManifestEntry(path, mediaType, null, sha256, sm3);
    }

    private static byte[] ReadValue(ref LiteralReader text, string path)
    {
        var encoded = text.Until('<', 44);
        var value = new byte[Digest.Size];

        // Comparing what would be written also refuses blanks inside and stray bits in the last character.
        return Convert.TryFromBase64String(encoded, value, out var size) && size == Digest.Size && Convert.ToBase64String(value) == encoded
            ? value
            : throw LiteralReader.Invalid($"“{EntryNames.Quote(path)}”的摘要值无效", $"a digest value of '{EntryNames.Quote(path)}' is not the base64 of {Digest.Size} bytes");
    }

    // RFC 3986 §2.3, segment by segment: everything but unreserved characters as upper-case %XX of UTF-8.
    private static string Escape(string path) => string.Join('/', path.Split('/').Select(System.Uri.EscapeDataString));

    private static string Unescape(string uri)
    {
        try
        {
            var path = System.Uri.UnescapeDataString(uri);
            if (Escape(path) == uri)
            {
                return path;
            }
        }
        catch (FormatException)
        {
            // Falls through to the one complaint: an unpaired surrogate cannot be escaped again.
        }

        throw LiteralReader.Invalid($"引用“{EntryNames.Quote(uri)}”的编码不规范", $"the reference '{EntryNames.Quote(uri)}' is not escaped as it must be");
    }

    private static bool IsRoot(string path) => path.StartsWith(EntryNames.BodyFolder, StringComparison.Ordinal);
}
