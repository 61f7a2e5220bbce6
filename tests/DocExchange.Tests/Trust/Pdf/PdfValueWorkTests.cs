using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>What verifying the values of all signatures of a PDF may cost together, its own and those of files inside.</summary>
public sealed class PdfValueWorkTests
{
    // One value by this key is estimated at 100 and a little for what it covers.
    private const long OfOne = 110;

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

    [Test]
    public async Task Beyond_the_work_for_one_file_no_value_is_verified_and_none_called_right()
    {
        var many = await SignAsync(PdfMaker.Plain(), copies: 5);
        var twice = await SignAsync(await SignAsync(PdfMaker.Plain()));
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(many, CertificatePathOptions.Default.MaxFileWork, verified: 5, of: 5);
            await ExpectAsync(many, 2 * OfOne, verified: 2, of: 5);
            await ExpectAsync(many, 0, verified: 0, of: 5);
            await ExpectAsync(twice, CertificatePathOptions.Default.MaxFileWork, verified: 2, of: 2);
            await ExpectAsync(twice, OfOne, verified: 1, of: 2);
        }

        async Task ExpectAsync(byte[] file, long work, int verified, int of)
        {
            var judged = await VerifyAsync(file, ValidationPolicy.Foreign with { MaxFileWork = work });
            var refused = judged.Signatures.Where(signature => signature.Verdict.Findings.Any(finding => finding.Code == "CMS_VALUE_LIMIT")).ToList();
            Assert.That((judged.Signatures.Count, refused.Count), Is.EqualTo((of, of - verified)), $"{work}");
            Assert.That(refused.Select(signature => (signature.Integrity, signature.Verdict.Indication)), Has.All.EqualTo((SignatureIntegrity.Unknown, Indication.Indeterminate)));
        }
    }

    [Test]
    public async Task Files_inside_have_a_share_of_their_own_and_what_is_beyond_it_is_not_called_theirs()
    {
        var signed = await SignAsync(PdfMaker.Plain());
        var twice = PdfMaker.Embed(signed, first: System.Text.Encoding.Latin1.GetString(PdfMaker.Embed(signed)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Counts(await VerifyAsync(twice, ValidationPolicy.Foreign with { MaxFileWork = 0, MaxAddedWork = 2 * OfOne })), Is.EqualTo((2, 0)));
            Assert.That(Counts(await VerifyAsync(twice, ValidationPolicy.Foreign with { MaxAddedWork = OfOne })), Is.EqualTo((1, 1)));
            Assert.That(Counts(await VerifyAsync(twice, ValidationPolicy.Foreign with { MaxAddedWork = 0 })), Is.EqualTo((0, 2)));
        }
    }

    // ISO 32000-1 §12.8.3.3.1.
    [Test]
    public async Task A_signature_of_a_file_inside_has_one_signer()
    {
        Assert.That(Counts(await VerifyAsync(PdfMaker.Embed(await SignAsync(PdfMaker.Plain())), ValidationPolicy.Foreign)), Is.EqualTo((1, 0)));
        Assert.That(Counts(await VerifyAsync(PdfMaker.Embed(await SignAsync(PdfMaker.Plain(), copies: 2)), ValidationPolicy.Foreign)), Is.EqualTo((0, 1)));
    }

    private static (int Embedded, int Unread) Counts(SignedDocument judged)
    {
        return (CountIn("PDF_BYTE_RANGE_IGNORED"), CountIn("PDF_SIGNATURE_UNREAD"));

        int CountIn(string code) => judged.Verdict.Findings.SingleOrDefault(finding => finding.Code == code) is { } found ? found.English.First(char.IsAsciiDigit) - '0' : 0;
    }

    private Task<byte[]> SignAsync(byte[] pdf, int copies = 1) =>
        PdfMaker.SignAsync(pdf, content => Task.FromResult((ForgedCms.Of(key, content) with { Content = null, Copies = copies }).Encode()));

    private Task<SignedDocument> VerifyAsync(byte[] pdf, ValidationPolicy policy) =>
        new PdfVerifier(trust, policy).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
}
