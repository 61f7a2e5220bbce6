using DocExchange.Tests.Trust.Signatures;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Pdf;

/// <summary>Time-stamps in a PDF: with a signature (PAdES B-T) and over the document (ISO 32000-2 §12.8.5).</summary>
public sealed class PdfTimestampTests
{
    private static readonly DateTimeOffset Revocation = SigningOffice.Now.AddDays(10);
    private static readonly DateTimeOffset Later = SigningOffice.Now.AddDays(20);

    private StampingSite site = null!;
    private ISigningKey signer = null!;

    [SetUp]
    public void Open()
    {
        site = new StampingSite();
        signer = site.Office.Certify(KeyAlgorithm.EcdsaP256);
    }

    [TearDown]
    public void Close()
    {
        signer.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task A_signature_is_judged_at_the_time_its_time_stamp_proves()
    {
        var pdf = PdfMaker.Plain();
        for (var i = 0; i < 2; i++)
        {
            pdf = await PdfMaker.SignAsync(pdf, async content => await SignatureLevels.AddTimestampsAsync(await SignAsync(content), site.Client(), CancellationToken.None));
        }

        var judged = await VerifyAsync(pdf);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "PDF_CHANGED_AFTER_SIGNING" }), "of the first");
            Assert.That(judged.Verdict.Signatures.Select(signature => signature.Of), Is.EqualTo(new int?[] { null, 0, null, 2 }));
            Assert.That(judged.Signatures.Count(signature => signature.ActsAsSeal), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task A_document_time_stamp_proves_the_age_of_the_signatures_before_it()
    {
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), SignAsync);
        var stamped = await PdfMaker.SignAsync(signed, content => site.StampAsync(content), "ETSI.RFC3161");
        site.Clock.SetUtcNow(Revocation.AddDays(1));
        var late = await PdfMaker.SignAsync(signed, content => site.StampAsync(content), "ETSI.RFC3161");

        var bare = await VerifyAsync(signed);
        var judged = await VerifyAsync(stamped);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bare.Verdict.SubIndication, Is.EqualTo(SubIndication.RevokedNoPoe));
            Assert.That(judged.Signatures[0].Verdict.Proof!.Time, Is.EqualTo(SigningOffice.Now + TimestampAuthority.Accuracy));
            Assert.That((judged.Signatures[1].Verdict.Kind, judged.Signatures[1].Verdict.Indication), Is.EqualTo((SignatureKind.Timestamp, Indication.TotalPassed)), string.Join("\n", judged.Verdict.Faults));
            Assert.That(judged.Signatures[1].ActsAsSeal, Is.False);
            Assert.That((await VerifyAsync(late)).Signatures[0].Verdict.SubIndication, Is.EqualTo(SubIndication.RevokedNoPoe));
        }
    }

    [Test]
    public async Task A_document_time_stamp_is_nobodys_approval_of_what_was_added_since_the_last_signature()
    {
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), SignAsync);
        byte[] added = [.. signed, .. "2 0 obj\n<</Type/Pages/Kids[7 0 R]/Count 1>>\nendobj\n%%EOF\n"u8];
        var judged = await VerifyAsync(await PdfMaker.SignAsync(added, content => site.StampAsync(content), "ETSI.RFC3161"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate));
            Assert.That(judged.Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "PDF_ADDED_AFTER_SIGNING" }));
            Assert.That(judged.HasUnprotectedContent, Is.True);
        }
    }

    // Anybody has one of any file.
    [Test]
    public async Task A_document_time_stamp_alone_is_no_signature()
    {
        var judged = await VerifyAsync(await PdfMaker.SignAsync(PdfMaker.Plain(), content => site.StampAsync(content), "ETSI.RFC3161"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((judged.Verdict.Indication, judged.Verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.SignedDataNotFound)));
            Assert.That(judged.Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "PDF_TIMESTAMP_ONLY" }));
            Assert.That(BodyFindings.Of(judged, BodySignatures.Refuse), Is.Empty, "it is none of a body");
        }
    }

    [Test]
    public async Task A_document_time_stamp_over_altered_bytes_fails_and_proves_nothing()
    {
        var pdf = await PdfMaker.SignAsync(await PdfMaker.SignAsync(PdfMaker.Plain(), SignAsync), content => site.StampAsync([.. content, 0]), "ETSI.RFC3161");
        var judged = await VerifyAsync(pdf);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((judged.Signatures[1].Verdict.Indication, judged.Signatures[1].Verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
            Assert.That(judged.Signatures[0].Verdict.Proof, Is.Null);
        }
    }

    private Task<byte[]> SignAsync(byte[] content) => CmsSigner.SignAsync(content, signer, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);

    private Task<SignedDocument> VerifyAsync(byte[] pdf)
    {
        var trust = site.StoreWith(new RevokedCertificate(signer.Certificate.SerialNumber, Revocation, RevocationReason.KeyCompromise));
        return new PdfVerifier(trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(pdf), Later, CancellationToken.None);
    }
}
