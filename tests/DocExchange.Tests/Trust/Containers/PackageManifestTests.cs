using System.Text;
using System.Xml.Linq;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Trust.Containers;

public sealed class PackageManifestTests
{
    private static readonly XNamespace Asic = "http://uri.etsi.org/02918/v1.2.1#";
    private static readonly XNamespace Ds = "http://www.w3.org/2000/09/xmldsig#";
    private static readonly XNamespace Ours = "urn:docexchange:package:1";

    [Test]
    public async Task Is_an_ASiCManifest_that_any_XML_parser_reads()
    {
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, true, CancellationToken.None);

        var root = XDocument.Load(new MemoryStream(manifest.Bytes)).Root!;

        var signature = root.Elements().First();
        var references = root.Elements(Asic + "DataObjectReference").ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(root.Name, Is.EqualTo(Asic + "ASiCManifest"));
            Assert.That((string?)signature.Attribute("URI"), Is.EqualTo("META-INF/signature.p7s"));
            Assert.That((string?)signature.Attribute("MimeType"), Is.EqualTo("application/pkcs7-signature"));
            Assert.That(references.Select(reference => Uri.UnescapeDataString((string)reference.Attribute("URI")!)), Is.EqualTo(SamplePackage.Parts.Select(part => part.Path)));
            Assert.That(references.Select(reference => (bool?)reference.Attribute("Rootfile")), Is.EqualTo(new bool?[] { null, true, null, null }));
            Assert.That(references.Select(reference => (string?)reference.Element(Ds + "DigestMethod")!.Attribute("Algorithm")), Is.All.EqualTo("http://www.w3.org/2001/04/xmlenc#sha256"));
            Assert.That((string?)references[1].Element(Ds + "DigestValue"), Is.EqualTo(Convert.ToBase64String(Digest.Of(SamplePackage.Body).Span)));
            Assert.That(root.Descendants(Asic + "Extension").Select(extension => (string?)extension.Attribute("Critical")), Is.All.EqualTo("false"));
            Assert.That(root.Descendants(Ours + "SM3Value").Count(), Is.EqualTo(4));
        }
    }

    [Test]
    public async Task Reads_back_what_it_wrote([Values] bool withSm3)
    {
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, withSm3, CancellationToken.None);

        var parsed = PackageManifest.Parse(manifest.Bytes);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(parsed.DocumentId, Is.EqualTo(manifest.DocumentId));
            Assert.That(parsed.Entries.Select(entry => (entry.Path, entry.MediaType, entry.Sha256)), Is.EqualTo(manifest.Entries.Select(entry => (entry.Path, entry.MediaType, entry.Sha256))));
            Assert.That(parsed.Entries.Select(entry => entry.Sm3), Is.EqualTo(manifest.Entries.Select(entry => entry.Sm3)));
            Assert.That(parsed.Entries.Select(entry => entry.Size), Is.All.Null);
            Assert.That(manifest.Entries[1].Size, Is.EqualTo(SamplePackage.Body.Length));
        }
    }

    [Test]
    public async Task SM3_and_CRC32_have_the_values_of_their_standards()
    {
        // GB/T 32905 Annex A.1: SM3("abc").
        List<PackagePart> parts = [PackagePart.Metadata("abc"u8.ToArray()), PackagePart.Body("x", () => new MemoryStream())];
        var manifest = await PackageManifest.CreateAsync(parts, true, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexStringLower(manifest.Entries[0].Sm3!), Is.EqualTo("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"));
            Assert.That(Crc32.Of("123456789"u8), Is.EqualTo(0xCBF43926));
            Assert.That(Crc32.Of([]), Is.Zero);
        }
    }

    [Test]
    public void CRC32_is_the_same_in_pieces_of_any_length()
    {
        var data = new byte[1000];
        new Random(1).NextBytes(data);
        var bitwise = data.Aggregate(~0u, (crc, value) => Enumerable.Range(0, 8).Aggregate(crc ^ value, (word, _) => (word & 1) == 1 ? (word >> 1) ^ 0xEDB88320 : word >> 1));

        for (var cut = 0; cut < 70; cut++)
        {
            var crc = default(Crc32);
            crc.Append(data.AsSpan(0, cut));
            crc.Append(data.AsSpan(cut));
            Assert.That(crc.Value, Is.EqualTo(~bitwise), $"cut at {cut}");
        }
    }

    [TestCase("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n", TestName = "Refuses_a_DTD")]
    [TestCase("xmlenc#sha256", "xmldsig#sha1", TestName = "Refuses_another_digest_algorithm")]
    [TestCase("<ds:DigestValue>", "<ds:DigestValue> ", TestName = "Refuses_blanks_in_a_digest")]
    [TestCase("=</ds:DigestValue>", "</ds:DigestValue>", TestName = "Refuses_a_digest_without_padding")]
    [TestCase("Critical=\"false\"", "Critical=\"true\"", TestName = "Refuses_a_critical_extension")]
    [TestCase("URI=\"metadata.xml\"", "URI=\"metadata%2Exml\"", TestName = "Refuses_a_reference_escaped_needlessly")]
    [TestCase("URI=\"metadata.xml\"", "URI=\"file:///etc/passwd\"", TestName = "Refuses_a_reference_elsewhere")]
    [TestCase(" MimeType=\"application/xml\"", " MimeType=\"application/xml; charset=utf-8\"", TestName = "Refuses_parameters_in_a_media_type")]
    [TestCase("</asic:ASiCManifest>\n", "</asic:ASiCManifest>", TestName = "Refuses_a_missing_last_newline")]
    [TestCase("</asic:ASiCManifest>\n", "</asic:ASiCManifest>\n<!-- -->", TestName = "Refuses_a_trailing_comment")]
    [TestCase("META-INF/signature.p7s", "META-INF/other.p7s", TestName = "Refuses_another_signature_file")]
    [TestCase(" Rootfile=\"true\"", "", TestName = "Refuses_a_body_not_marked_as_root")]
    [TestCase("\n", "\r\n", TestName = "Refuses_other_line_ends")]
    public async Task Refuses_a_manifest_written_differently(string part, string replacement)
    {
        var text = Encoding.UTF8.GetString((await PackageManifest.CreateAsync(SamplePackage.Parts, true, CancellationToken.None)).Bytes);
        Assert.That(text, Does.Contain(part));

        var fault = Assert.Throws<PackageFormatException>(() => PackageManifest.Parse(Encoding.UTF8.GetBytes(text.Replace(part, replacement, StringComparison.Ordinal))));

        Assert.That(fault!.Code, Is.EqualTo(PackageFaults.ManifestInvalid));
    }

    [Test]
    public async Task Refuses_SM3_for_some_entries_only()
    {
        var text = Encoding.UTF8.GetString((await PackageManifest.CreateAsync(SamplePackage.Parts, true, CancellationToken.None)).Bytes);
        var start = text.IndexOf("    <asic:DataObjectReferenceExtensions>", StringComparison.Ordinal);
        const string end = "</asic:DataObjectReferenceExtensions>\n";
        var without = text.Remove(start, text.IndexOf(end, StringComparison.Ordinal) + end.Length - start);

        var fault = Assert.Throws<PackageFormatException>(() => PackageManifest.Parse(Encoding.UTF8.GetBytes(without)));

        Assert.That(fault!.English, Does.Contain("SM3"));
    }

    [TestCase("")]
    [TestCase("..")]
    [TestCase(".profile")]
    [TestCase("a/b.pdf")]
    [TestCase("a\\b.pdf")]
    [TestCase("a\nb.pdf")]
    [TestCase("fdp.\u202Eexe")]
    [TestCase("\u200Bx.pdf")]
    [TestCase("x.pdf ")]
    [TestCase("x.pdf.")]
    [TestCase("x.pdf:stream")]
    [TestCase("con.pdf")]
    [TestCase("LPT1")]
    public void Refuses_hostile_names(string name)
    {
        var body = Assert.Throws<PackageFormatException>(() => PackagePart.Body(name, () => Stream.Null));
        var attachment = Assert.Throws<PackageFormatException>(() => PackagePart.Attachment(1, name, () => Stream.Null));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(body!.Code, Is.EqualTo(PackageFaults.EntryName));
            Assert.That(attachment!.Code, Is.EqualTo(PackageFaults.EntryName));
            Assert.That(body.Message.Any(letter => char.IsControl(letter) || letter == '\u202E'), Is.False);
        }
    }

    [Test]
    public void Refuses_a_name_that_is_not_Unicode()
    {
        // Not a test case: attributes are stored as UTF-8, which cannot hold half a surrogate pair.
        var fault = Assert.Throws<PackageFormatException>(() => PackagePart.Body("\uD800.pdf", () => Stream.Null));

        Assert.That(fault!.Message, Does.Contain("\\uD800"));
    }

    [Test]
    public void Names_may_have_200_bytes_and_not_one_more()
    {
        var name = new string('文', 65) + ".html";

        using (Assert.EnterMultipleScope())
        {
            Assert.That(PackagePart.Body(name, () => Stream.Null).MediaType, Is.EqualTo("text/html"));
            Assert.That(() => PackagePart.Body("x" + name, () => Stream.Null), Throws.TypeOf<PackageFormatException>());
            Assert.That(() => PackagePart.Attachment(1000, name, () => Stream.Null), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    [TestCase(PackageFaults.EntryMissing, "body/a.pdf")]
    [TestCase(PackageFaults.EntryMissing, "metadata.xml")]
    [TestCase(PackageFaults.EntryDuplicate, "metadata.xml", "body/a.pdf", "body/b.pdf")]
    [TestCase(PackageFaults.EntryDuplicate, "metadata.xml", "metadata.xml", "body/b.pdf")]
    [TestCase(PackageFaults.EntryOrder, "body/a.pdf", "metadata.xml")]
    [TestCase(PackageFaults.EntryOrder, "metadata.xml", "body/a.pdf", "attachments/002-b.pdf")]
    [TestCase(PackageFaults.EntryOrder, "metadata.xml", "body/a.pdf", "attachments/001-a.pdf", "attachments/001-b.pdf")]
    [TestCase(PackageFaults.EntryUnlisted, "metadata.xml", "body/a.pdf", "attachments/1-b.pdf")]
    [TestCase(PackageFaults.EntryUnlisted, "metadata.xml", "body/a.pdf", "META-INF/x.xml")]
    public async Task Refuses_parts_that_make_no_package(string code, params string[] paths)
    {
        var parts = paths.Select(path => new PackagePart(path, "text/plain", () => new MemoryStream())).ToList();

        var fault = await Assert.ThrowsAsync<PackageFormatException>(() => PackageManifest.CreateAsync(parts, false, CancellationToken.None));

        Assert.That(fault!.Code, Is.EqualTo(code));
    }
}
