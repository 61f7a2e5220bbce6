using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>Each of what goes wrong most often is said by itself, in words of its own, and all of them when all are there.</summary>
[TestFixture]
public sealed class VerdictWordsTests
{
    private static readonly byte[] Content = "关于开展安全检查的通知"u8.ToArray();

    private SigningOffice office = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        office.Dispose();
    }

    [Test]
    public void Altered_content_is_only_that() =>
        Says(Judge((Of(key, Content) with { Content = "别的"u8.ToArray() }).Encode()), "CMS_DIGEST_MISMATCH", Indication.TotalFailed, SubIndication.HashFailure, "改动");

    [Test]
    public void An_expired_certificate_is_only_that() =>
        Says(Judge(Of(key, Content).Encode(), SigningOffice.End.AddDays(1)), "CERT_EXPIRED", Indication.Indeterminate, SubIndication.OutOfBoundsNoPoe, "过期");

    [Test]
    public void A_revoked_certificate_is_only_that() =>
        Says(Judge(Of(key, Content).Encode(), isRevoked: true), "CERT_REVOKED", Indication.TotalFailed, SubIndication.Revoked, "吊销");

    [Test]
    public async Task A_signing_time_outside_the_validity_is_only_that() => Says(
        Judge(await CmsSigner.SignAsync(Content, key, SigningOffice.Start.AddDays(-1), CmsForm.Encapsulated, CancellationToken.None)),
        "CMS_SIGNING_TIME_OUTSIDE_VALIDITY", Indication.Indeterminate, SubIndication.SigConstraintsFailure, "有效期");

    [Test]
    public void A_chain_that_leads_nowhere_is_only_that() =>
        Says(Judge(Of(key, Content).Encode(), isTrusted: false), "CERT_ISSUER_UNKNOWN", Indication.Indeterminate, SubIndication.NoCertificateChainFound, "颁发者");

    [Test]
    public void All_of_them_together_are_all_listed()
    {
        var cms = Of(key, Content).WithAttribute("1.2.840.113549.1.9.5", UtcTime(SigningOffice.Start.AddDays(-1))) with { Content = "别的"u8.ToArray() };

        var verdict = Judge(cms.Encode(), SigningOffice.End.AddDays(1), isRevoked: true);

        Assert.That(
            verdict.Faults.Select(fault => fault.Code),
            Is.SupersetOf(new[] { "CMS_DIGEST_MISMATCH", "CERT_EXPIRED", "CERT_REVOKED", "CMS_SIGNING_TIME_OUTSIDE_VALIDITY" }));
    }

    [Test]
    public void Nothing_signed_is_never_passed()
    {
        var verdict = new Verdict([], []);

        Assert.That(verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.SubIndication)), Is.EqualTo(new[] { ("NO_SIGNATURE", Indication.Indeterminate, SubIndication.SignedDataNotFound) }));
        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.SignedDataNotFound)));
    }

    private static void Says(Verdict verdict, string code, Indication indication, SubIndication sub, string chinese)
    {
        var faults = verdict.Faults.ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(faults.Select(fault => fault.Code).Distinct(), Is.EqualTo(new[] { code }), "nothing else is wrong, though an authority may have the same fault");
            Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((indication, sub)));
            Assert.That(faults[0].Chinese, Does.Contain(chinese));
            Assert.That(faults[0].English, Is.Not.Empty.And.Not.EqualTo(faults[0].Chinese));
        }
    }

    private Verdict Judge(byte[] cms, DateTimeOffset? at = null, bool isRevoked = false, bool isTrusted = true)
    {
        var store = new TrustStore(isTrusted ? office.Store.Anchors : [], isTrusted ? [office.Authority.Certificate] : [], []);
        if (isRevoked)
        {
            var entry = new RevokedCertificate(key.Certificate.SerialNumber, SigningOffice.Now.AddDays(-1), RevocationReason.KeyCompromise);
            store = store.With(office.Authority.IssueRevocationList([entry], SigningOffice.Now.AddDays(-1), SigningOffice.End.AddDays(7), 7));
        }

        return new CmsValidator(store, ValidationPolicy.Foreign).Judge(cms, null, at ?? SigningOffice.Now, CertificateUsage.DocumentSigning);
    }
}
