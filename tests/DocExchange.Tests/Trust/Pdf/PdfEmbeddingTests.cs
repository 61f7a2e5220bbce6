using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>Signatures of a PDF inside another one are told from those of the file, and what was altered is not told away by a stream around it.</summary>
public sealed class PdfEmbeddingTests
{
    private const string End = "\nendstream\nendobj\n";

    private SigningOffice office = null!;
    private TrustStore trust = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Open()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        trust = office.Store with { Intermediates = [office.Authority.Certificate] };
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    [TestCase("5 0 obj\n<</Type/EmbeddedFile/Length #>>\nstream\r\n", "\nendstream\nendobj\n")]
    [TestCase("5 0 obj <</Length 6 0 R>>stream\n", "endstream\nendobj\n6 0 obj\n#\nendobj\n")]
    [TestCase("6 0 obj # endobj\n5 0 obj <</Type/EmbeddedFile/Length 6 0 R/Subtype/pdf>>\nstream\n", "\r\nendstream\nendobj\n")]
    [TestCase("6 0 obj 4 endobj\n16 0 obj 4 endobj\n5 0 obj <</Length 6 0 R>>\nstream\n", "\r\nendstream\nendobj\n6 0 obj # endobj 6 1 obj 4 endobj\n")]
    public async Task Tells_a_signature_of_a_file_inside_from_those_of_the_file(string stream, string end) =>
        await ExpectAsync(PdfMaker.Embed(await SignAsync(PdfMaker.Plain()), stream, end), embedded: 1);

    // Of what is in a stream other programs show nothing, so it has to be one.
    [TestCase("%stream\n", "")]
    [TestCase("%5 0 obj<</Length #>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length #>>\nstream\n", "")]
    [TestCase("5 0 obj<</Length #/Length #>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length 9>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length 9999999>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</DL #>>\nstream\n", "endstream")]
    [TestCase("5 0 obj[<</Length #>>]\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length #>>\n%stream\n", "endstream")]
    [TestCase("5 0 obj<</Length 1 0 R>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length 4 0 R>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length # # #>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length # 0 R>>\nstream\n", "endstream")]
    [TestCase("5 0 obj<</Length 6 0 R>>\nstream\n", "endstream 6 0 obj 9 endobj 16 0 obj # endobj 6 1 obj # endobj 6 0 obj # 9 endobj")]
    public async Task A_signature_does_not_vanish_behind_the_beginning_of_a_stream(string before, string behind) =>
        await ExpectAsync(PdfMaker.Embed(await SignAsync(PdfMaker.Plain()), before, behind + "\n", first: "%PDF-1.7\n"), unread: 1);

    [Test]
    public async Task A_signature_does_not_vanish_that_goes_on_behind_the_end_of_the_stream([Values] bool isReference)
    {
        byte[] first = [.. PdfMaker.Plain(), .. "%\nendstream\n"u8];
        var signed = await SignAsync(first);
        var length = PdfMaker.Plain().Length + 2;
        await ExpectAsync(PdfMaker.Embed(signed, isReference ? $"6 0 obj {length} endobj 5 0 obj<</Length 6 0 R>>\nstream\n" : $"5 0 obj<</Length {length}>>\nstream\n"), unread: 1);
        await ExpectAsync(PdfMaker.Embed(signed), embedded: 1);
    }

    // Whoever has altered a signed file may put it in a stream and go on using it, for programs find what is in there in many ways.
    [TestCase(null)]
    [TestCase("trailer\n<</Root 1 0 R/Prev 300>>\nstartxref\n300\n%%EOF\n")]
    [TestCase("trailer\n<</Size 60/A[/A[/A[/A>>\nstartxref\n999999999999999999999\n%%EOF\n")]
    public async Task A_signature_does_not_vanish_in_a_stream_once_its_file_is_altered(string? behind)
    {
        var signed = await SignAsync(PdfMaker.Plain());
        await ExpectAsync(PdfMaker.Embed(signed, end: End + behind), embedded: 1);
        await ExpectAsync(PdfMaker.Embed(Altered(signed), end: End + behind), unread: 1);
        await ExpectAsync(PdfMaker.Embed(Altered(signed), end: End + behind, first: "%PDF-1.7\n"), unread: 1);
    }

    [Test]
    public async Task A_digest_that_is_written_anew_makes_no_signature_of_what_was_altered()
    {
        byte[] covered = [];
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(key, covered = content));
        var old = Convert.ToHexString(SHA256.HashData(covered));
        var text = Encoding.Latin1.GetString(Altered(signed));
        Assert.That(text, Does.Contain(old));

        await ExpectAsync(PdfMaker.Embed(Encoding.Latin1.GetBytes(text.Replace(old, Convert.ToHexString(SHA256.HashData(Altered(covered))), StringComparison.Ordinal))), unread: 1);
    }

    [Test]
    public async Task A_signature_of_any_kind_is_told_by_what_it_fits()
    {
        using var world = new SealWorld();
        using var site = new StampingSite();
        using var rsa = office.Certify(KeyAlgorithm.Rsa);
        using var sm2 = office.Certify(KeyAlgorithm.Sm2);
        var seal = await world.MakeAsync();
        var signed = await SignAsync(PdfMaker.Plain());
        (string Kind, byte[] File)[] all =
        [
            ("SM2", await PdfMaker.SignAsync(PdfMaker.Plain(), content => SignAsync(sm2, content))),
            ("SHA-1", await PdfMaker.SignAsync(
                PdfMaker.Plain(), content => CmsSigner.SignAsync(SHA1.HashData(content), rsa, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), "adbe.pkcs7.sha1")),
            ("seal", await PdfMaker.SignAsync(
                PdfMaker.Plain(), content => SealApplication.ApplyAsync(seal, world.Holder, content, "PDF", SealWorld.Sealed, CancellationToken.None), "GM.sm2seal")),
            ("time-stamp", await PdfMaker.SignAsync(PdfMaker.Plain(), content => site.StampAsync(content), "ETSI.RFC3161")),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (kind, file) in all)
            {
                await ExpectAsync(PdfMaker.Embed(file), embedded: 1, what: kind);
                await ExpectAsync(PdfMaker.Embed(Altered(file)), unread: 1, what: kind + ", altered");
            }

            await ExpectAsync(PdfMaker.Embed(await PdfMaker.SignAsync(signed, content => site.StampAsync(content), "ETSI.RFC3161")), embedded: 2);
            await ExpectAsync(PdfMaker.Embed(PdfMaker.Embed(signed)), embedded: 1, what: "a file in a file in the file");
            await ExpectAsync(PdfMaker.Embed(await PdfMaker.SignAsync(PdfMaker.Plain(), _ => Task.FromResult<byte[]>([0x30, 0x03, 0x02, 0x01, 0x01]))), unread: 1, what: "no value");
        }
    }

    // A window ends at 64 KiB, and the next one begins 128 bytes before.
    [Test]
    public async Task Finds_the_length_wherever_in_the_file_it_stands()
    {
        var signed = await SignAsync(PdfMaker.Plain());
        var stream = "5 0 obj<</Length 6 0 R>>\nstream\n";
        var before = PdfMaker.Embed(signed, stream, references: _ => "").Length;
        for (var at = (64 * 1024) - 140; at < (64 * 1024) + 12; at++)
        {
            var padded = PdfMaker.Embed(signed, stream, $"{End}%{new string('x', at - before - 2)}\n6 0 obj #\nendobj\n");
            Assert.That(Codes(await VerifyAsync(padded)), Does.Contain("PDF_BYTE_RANGE_IGNORED"), $"{at}");
        }
    }

    [Test]
    public async Task Looks_at_files_inside_no_more_than_its_limits_allow()
    {
        var covered = 0;
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), content =>
        {
            covered = content.Length;
            return SignAsync(key, content);
        });
        var once = PdfMaker.Embed(signed);
        var twice = PdfMaker.Embed(signed, first: Encoding.Latin1.GetString(once));
        var searched = PdfMaker.Embed(signed, "6 0 obj # endobj 5 0 obj<</Length 6 0 R>>\nstream\n");
        using (Assert.EnterMultipleScope())
        {
            await ExpectCountsAsync(twice, (2, 0), new PdfLimits { MaxEmbedded = 2 });
            await ExpectCountsAsync(twice, (1, 1), new PdfLimits { MaxEmbedded = 1 });
            await ExpectCountsAsync(twice, (2, 0), new PdfLimits { MaxHashed = 2 * covered });
            await ExpectCountsAsync(twice, (1, 1), new PdfLimits { MaxHashed = (2 * covered) - 1 });
            await ExpectCountsAsync(searched, (1, 0), new PdfLimits { MaxHashed = searched.Length + covered });
            await ExpectCountsAsync(searched, (0, 1), new PdfLimits { MaxHashed = searched.Length + covered - 1 });
            Assert.That((PdfLimits.Default.MaxEmbeddedHashedOf(1), PdfLimits.Default.MaxEmbeddedHashedOf(1L << 30), PdfLimits.Default.MaxEmbeddedHashedOf(1L << 32)), Is.EqualTo((128L << 20, 8L << 30, 16L << 30)));
        }
    }

    private static byte[] Altered(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        Assert.That(text, Does.Contain("/Count 0"));
        return Encoding.Latin1.GetBytes(text.Replace("/Count 0", "/Count 9", StringComparison.Ordinal));
    }

    /// <summary>Of the file alone, and of the file with a signature of its own, which covers all of it.</summary>
    private async Task ExpectAsync(byte[] file, int embedded = 0, int unread = 0, string what = "")
    {
        await ExpectCountsAsync(file, (embedded, unread), null, what);
        var within = (await VerifyAsync(await SignAsync(file))).Verdict;
        Assert.That(
            (within.Indication, within.SubIndication), Is.EqualTo(unread == 0 ? (Indication.TotalPassed, SubIndication.None) : (Indication.Indeterminate, SubIndication.SignedDataNotFound)),
            string.Join("\n", within.Faults.Select(finding => finding.English).Prepend(what)));
    }

    private async Task ExpectCountsAsync(byte[] file, (int Embedded, int Unread) counts, PdfLimits? limits, string what = "")
    {
        var findings = (await VerifyAsync(file, limits)).Verdict.Findings;
        Assert.That((CountIn("PDF_BYTE_RANGE_IGNORED"), CountIn("PDF_SIGNATURE_UNREAD")), Is.EqualTo(counts), what);

        int CountIn(string code) => findings.SingleOrDefault(finding => finding.Code == code) is { } found ? int.Parse(found.English.Split(' ')[0], CultureInfo.InvariantCulture) : 0;
    }

    private static IEnumerable<string> Codes(SignedDocument judged) => judged.Verdict.Findings.Select(finding => finding.Code);

    private Task<byte[]> SignAsync(byte[] pdf) => PdfMaker.SignAsync(pdf, content => SignAsync(key, content));

    private static Task<byte[]> SignAsync(ISigningKey key, byte[] content) => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

    private Task<SignedDocument> VerifyAsync(byte[] pdf, PdfLimits? limits = null) =>
        new PdfVerifier(trust, ValidationPolicy.Foreign, limits).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
}
