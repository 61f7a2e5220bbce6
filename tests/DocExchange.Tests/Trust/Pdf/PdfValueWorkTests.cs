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

/// <summary>What verifying the values of all signatures of a PDF may cost together.</summary>
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
    public async Task Seals_draw_on_the_work_of_the_file_too()
    {
        using var world = new SealWorld();
        var seal = await world.MakeAsync();
        var file = PdfMaker.Plain();
        for (var round = 0; round < 2; round++)
        {
            file = await PdfMaker.SignAsync(file, content => SealApplication.ApplyAsync(seal, world.Holder, content, "PDF", SealWorld.Sealed, CancellationToken.None), "GM.sm2seal");
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await RefusedAsync(CertificatePathOptions.Default.MaxFileWork), Is.EqualTo(new[] { 0, 0 }));

            // Two values each, that of the seal's maker too; the last signature is judged first.
            Assert.That(await RefusedAsync(250), Is.EqualTo(new[] { 2, 1 }));
        }

        async Task<IEnumerable<int>> RefusedAsync(long work) =>
            (await new PdfVerifier(world.Trust, ValidationPolicy.Foreign with { MaxFileWork = work }).VerifyAsync(new MemoryStream(file), SealWorld.Sealed, CancellationToken.None))
                .Signatures.Select(signature => signature.Verdict.Findings.Count(finding => finding.Code == "CMS_VALUE_LIMIT"));
    }

    [Test]
    public async Task Time_stamps_draw_on_the_share_of_what_is_added()
    {
        using var site = new StampingSite();
        using var signer = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), content => Task.FromResult((ForgedCms.Of(signer, content) with { Content = null }).Encode()));
        var stamped = await PdfMaker.SignAsync(signed, content => site.StampAsync(content), "ETSI.RFC3161");
        var store = site.StoreWith() with { Intermediates = [site.Office.Authority.Certificate] };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await LimitsAsync(CertificatePathOptions.Default.MaxAddedWork), Is.EqualTo(new[] { 0, 0 }));
            Assert.That(await LimitsAsync(0), Is.EqualTo(new[] { 0, 1 }));
        }

        async Task<IEnumerable<int>> LimitsAsync(long added) =>
            (await new PdfVerifier(store, ValidationPolicy.Foreign with { MaxAddedWork = added }).VerifyAsync(new MemoryStream(stamped), SigningOffice.Now.AddDays(1), CancellationToken.None))
                .Signatures.Select(signature => signature.Verdict.Findings.Count(finding => finding.Code == "CMS_VALUE_LIMIT"));
    }

    private Task<byte[]> SignAsync(byte[] pdf, int copies = 1) =>
        PdfMaker.SignAsync(pdf, content => Task.FromResult((ForgedCms.Of(key, content) with { Content = null, Copies = copies }).Encode()));

    private Task<SignedDocument> VerifyAsync(byte[] pdf, ValidationPolicy policy) =>
        new PdfVerifier(trust, policy).VerifyAsync(new MemoryStream(pdf), SigningOffice.Now, CancellationToken.None);
}
