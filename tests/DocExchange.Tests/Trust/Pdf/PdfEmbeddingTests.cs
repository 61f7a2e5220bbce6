using System.IO.Compression;
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

/// <summary>Signatures of a PDF inside another one are neither taken for those of the file nor passed over.</summary>
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

    // What programs find in there when they search the file for objects, references and streams do not tell.
    [TestCase("5 0 obj\n<</Type/EmbeddedFile/Length #>>\nstream\r\n", "\nendstream\nendobj\n")]
    [TestCase("5 0 obj <</Length 6 0 R>>stream\n", "endstream\nendobj\n6 0 obj\n#\nendobj\n")]
    [TestCase("5 0 obj<</Type/ObjStm/N 1/First 99/Length #>>\nstream\n", "\nendstream\nendobj\n")]
    [TestCase("%stream\n", "")]
    [TestCase("5 0 obj<</Length 9>>\nstream\n", "endstream")]
    public async Task A_signature_of_a_file_whose_bytes_stand_plainly_in_this_one_is_told_and_leaves_it_open(string stream, string end)
    {
        var signed = await SignAsync(PdfMaker.Plain());
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(PdfMaker.Embed(signed, stream, end), inside: 1);
            await ExpectAsync(PdfMaker.Embed(signed, stream, end, first: "%PDF-1.7\n"), inside: 1);
            await ExpectAsync(PdfMaker.Embed(Altered(signed), stream, end), inside: 1);
            await ExpectAsync(PdfMaker.Embed(await SignAsync(signed), stream, end), inside: 2);
        }
    }

    // ISO 32000-1 §7.11.4: as nearly all programs attach a file.
    [Test]
    public async Task A_signed_file_that_is_attached_compressed_is_no_matter()
    {
        var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(await SignAsync(PdfMaker.Plain()));
        }

        var file = PdfMaker.Embed(packed.ToArray(), "5 0 obj\n<</Type/EmbeddedFile/Filter/FlateDecode/Length #>>\nstream\n");
        Assert.That(Codes(await VerifyAsync(file)), Is.EqualTo(new[] { "PDF_NOT_SIGNED" }));
        await ExpectPassedAsync(await SignAsync(file));
    }

    [Test]
    public async Task A_signature_of_any_kind_is_told()
    {
        using var world = new SealWorld();
        using var site = new StampingSite();
        var seal = await world.MakeAsync();
        (string Kind, byte[] File)[] all =
        [
            ("seal", await PdfMaker.SignAsync(
                PdfMaker.Plain(), content => SealApplication.ApplyAsync(seal, world.Holder, content, "PDF", SealWorld.Sealed, CancellationToken.None), "GM.sm2seal")),
            ("time-stamp", await PdfMaker.SignAsync(PdfMaker.Plain(), content => site.StampAsync(content), "ETSI.RFC3161")),
            ("no value", await PdfMaker.SignAsync(PdfMaker.Plain(), _ => Task.FromResult<byte[]>([0x30, 0x03, 0x02, 0x01, 0x01]))),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (kind, file) in all)
            {
                await ExpectAsync(PdfMaker.Embed(file), inside: 1, kind);
                await ExpectAsync(PdfMaker.Embed(PdfMaker.Embed(file)), inside: 1, kind + " of a file in a file in the file");
            }
        }
    }

    private static byte[] Altered(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        Assert.That(text, Does.Contain("/Count 0"));
        return Encoding.Latin1.GetBytes(text.Replace("/Count 0", "/Count 9", StringComparison.Ordinal));
    }

    /// <summary>Of the file alone, and of the file with a signature of its own, which covers all of it.</summary>
    private async Task ExpectAsync(byte[] file, int inside, string what = "")
    {
        foreach (var each in new[] { file, await SignAsync(file) })
        {
            var judged = (await VerifyAsync(each)).Verdict;
            var told = judged.Findings.SingleOrDefault(finding => finding.Code == "PDF_EMBEDDED_SHARED");
            Assert.That((told?.Indication, told?.English.Split(' ')[0]), Is.EqualTo((Indication.Indeterminate, $"{inside}")), what);
            Assert.That((judged.Indication, judged.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.SignedDataNotFound)), what);
        }
    }

    private async Task ExpectPassedAsync(byte[] file)
    {
        var judged = await VerifyAsync(file);
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults.Select(finding => finding.English)));
    }

    private static IEnumerable<string> Codes(SignedDocument judged) => judged.Verdict.Findings.Select(finding => finding.Code);

    private Task<byte[]> SignAsync(byte[] pdf) => PdfMaker.SignAsync(pdf, content => SignAsync(key, content));

    private static Task<byte[]> SignAsync(ISigningKey key, byte[] content) => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

    private Task<SignedDocument> VerifyAsync(byte[] pdf) =>
        new PdfVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
}
