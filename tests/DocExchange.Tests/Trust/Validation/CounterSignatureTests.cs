using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.CounterSigning;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Validation;

[TestFixture]
public sealed class CounterSignatureTests
{
    private static readonly byte[] Content = "关于联合检查的通知"u8.ToArray();

    private SigningOffice office = null!;
    private ISigningKey key = null!;
    private ISigningKey other = null!;
    private ISigningKey gm = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        other = office.Certify(KeyAlgorithm.EcdsaP256, "市政府法制办");
        gm = office.Certify(KeyAlgorithm.Sm2, "市保密局");
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        other.Dispose();
        gm.Dispose();
        office.Dispose();
    }

    [Test]
    public void Each_is_listed_and_judged_as_an_entry_of_its_own()
    {
        var verdict = Judge(WithCertificates(Of(key, Content)).CounterSigned(Counter(other), Counter(gm)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(verdict.Signatures.Select(signature => signature.Signer), Is.EqualTo(new[] { key.Certificate, other.Certificate, gm.Certificate }));
            Assert.That(verdict.Signatures.Select(signature => signature.Of), Is.EqualTo(new int?[] { null, 0, 0 }));
        }
    }

    [Test]
    public void One_over_another_value_fails_and_the_signature_itself_does_not()
    {
        var cms = WithCertificates(Of(key, Content)).CounterSigned(Counter(other) with { Signature = static _ => Pair(5, 7) });

        var verdict = Judge(cms);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Signatures.Select(signature => signature.Indication), Is.EqualTo(new[] { Indication.TotalPassed, Indication.TotalFailed }));
            Assert.That(verdict.SubIndication, Is.EqualTo(SubIndication.SigCryptoFailure), "the file as a whole is not passed");
        }
    }

    [Test]
    public void One_moved_from_another_signature_is_a_hash_failure()
    {
        var elsewhere = WithCertificates(Of(key, "别的公文"u8.ToArray())).CounterSigned(Counter(other));
        var moved = DocExchange.Trust.Signatures.CmsSignedData.Parse(elsewhere, DocExchange.Trust.Signatures.CmsLimits.Default)
            .Signers[0].UnsignedAttributes!.All[0].Encoded.ToArray();

        var verdict = Judge((WithCertificates(Of(key, Content)) with { UnsignedAttributes = [moved] }).Encode());

        Assert.That(verdict.Signatures[1].SubIndication, Is.EqualTo(SubIndication.HashFailure));
    }

    [Test]
    public void One_with_a_content_type_is_malformed()
    {
        var verdict = Judge(WithCertificates(Of(key, Content)).CounterSigned(Of(other, [])));

        Assert.That(verdict.Signatures[1].Findings.Select(finding => finding.Code), Has.Member("CMS_COUNTER_SIGNATURE_CONTENT_TYPE"));
    }

    [Test]
    public void What_is_no_signature_at_all_is_reported()
    {
        var cms = (WithCertificates(Of(key, Content)) with { UnsignedAttributes = [Attribute("1.2.840.113549.1.9.6", Octets([1, 2, 3]))] }).Encode();

        Assert.That(Judge(cms).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "CMS_COUNTER_SIGNATURE_UNREADABLE" }));
    }

    [Test]
    public void More_than_the_limit_are_not_verified_and_reported()
    {
        var cms = WithCertificates(Of(key, Content)).CounterSigned([.. Enumerable.Repeat(Counter(other), 10)]);

        var verdict = Judge(cms, ValidationPolicy.Foreign with { Limits = new() { MaxSigners = 4 } });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Signatures, Has.Count.EqualTo(5));
            Assert.That(verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.SubIndication)), Is.EqualTo(new[] { ("CMS_LIMIT", Indication.Indeterminate, SubIndication.Generic) }));
            Assert.That(verdict.Signatures.Skip(1).Select(signature => signature.Indication), Is.All.EqualTo(Indication.TotalPassed));
        }
    }

    private ForgedCms WithCertificates(ForgedCms cms) => cms with { Certificates = [key.Certificate.Der, other.Certificate.Der, gm.Certificate.Der] };

    private Verdict Judge(byte[] cms, ValidationPolicy? policy = null) => new CmsValidator(
        office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] }, policy ?? ValidationPolicy.Foreign)
        .Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning);
}
