using DocExchange.Core.Verdicts;
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

    // Unsigned, it can be added by whoever has the file: it is listed as what it is, and the file is judged without it.
    [Test]
    public void One_that_does_not_pass_is_left_out_and_the_signature_is_judged_without_it()
    {
        var cms = WithCertificates(Of(key, Content)).CounterSigned(Counter(other) with { Signature = static _ => Pair(5, 7) }, Counter(gm));

        var verdict = Judge(cms);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Signatures.Select(signature => signature.Indication), Is.EqualTo(new[] { Indication.TotalPassed, Indication.TotalFailed, Indication.TotalPassed }));
            Assert.That(verdict.Signatures.Select(signature => signature.IsLeftOut), Is.EqualTo(new[] { false, true, false }));
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(verdict.Signatures[0].Findings.Single(finding => finding.Code == "COUNTER_SIGNATURE_LEFT_OUT").English, Does.StartWith("1 "));
            Assert.That(VerdictWords.NameOf((_, english) => english, verdict.Signatures[1]), Is.EqualTo("counter-signature (left out)"));
        }
    }

    [Test]
    public void One_of_a_stranger_leaves_the_verdict_of_the_file_alone()
    {
        using var elsewhere = new SigningOffice();
        using var stranger = elsewhere.Certify(KeyAlgorithm.EcdsaP256);

        var verdict = Judge((WithCertificates(Of(key, Content)) with { Certificates = [key.Certificate.Der, stranger.Certificate.Der] }).CounterSigned(Counter(stranger)));

        Assert.That((verdict.Indication, verdict.Signatures[1].SubIndication, verdict.Signatures[1].IsLeftOut), Is.EqualTo((Indication.TotalPassed, SubIndication.NoCertificateChainFound, true)));
    }

    [Test]
    public void One_that_is_left_out_takes_with_it_what_stands_upon_it()
    {
        var value = DocExchange.Trust.Signatures.CmsSignedData.Parse(WithCertificates(Of(key, Content)).CounterSigned(Counter(other)), DocExchange.Trust.Signatures.CmsLimits.Default)
            .Signers[0].UnsignedAttributes!.All[0].Encoded.ToArray();
        var upon = Counter(other) with { Signature = static _ => Pair(5, 7), UnsignedAttributes = [value] };

        var verdict = Judge(WithCertificates(Of(key, Content)).CounterSigned(upon));

        Assert.That((verdict.Indication, string.Join(' ', verdict.Signatures.Select(signature => signature.IsLeftOut))), Is.EqualTo((Indication.TotalPassed, "False True True")));
    }

    [Test]
    public void One_moved_from_another_signature_is_not_over_this_one()
    {
        var elsewhere = WithCertificates(Of(key, "别的公文"u8.ToArray())).CounterSigned(Counter(other));
        var moved = DocExchange.Trust.Signatures.CmsSignedData.Parse(elsewhere, DocExchange.Trust.Signatures.CmsLimits.Default)
            .Signers[0].UnsignedAttributes!.All[0].Encoded.ToArray();

        var verdict = Judge((WithCertificates(Of(key, Content)) with { UnsignedAttributes = [moved] }).Encode());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Signatures[1].SubIndication, Is.EqualTo(SubIndication.HashFailure));
            Assert.That(verdict.Signatures[1].Findings.Select(finding => finding.Code), Has.Member("CMS_COUNTER_SIGNATURE_OF_ANOTHER").And.Not.Member("CMS_DIGEST_MISMATCH"), "the content is intact");
        }
    }

    [Test]
    public void One_with_a_content_type_is_malformed()
    {
        var verdict = Judge(WithCertificates(Of(key, Content)).CounterSigned(Of(other, [])));

        Assert.That(verdict.Signatures[1].Findings.Select(finding => finding.Code), Has.Member("CMS_COUNTER_SIGNATURE_CONTENT_TYPE"));
    }

    [Test]
    public void What_is_no_signature_at_all_is_said_and_left_out()
    {
        var cms = (WithCertificates(Of(key, Content)) with { UnsignedAttributes = [Attribute("1.2.840.113549.1.9.6", Octets([1, 2, 3]))] }).Encode();

        Assert.That(Judge(cms).Faults, Is.Empty);
        Assert.That(Judge(cms).Signatures[0].Findings.Select(finding => finding.Code), Has.Member("CMS_COUNTER_SIGNATURE_UNREADABLE"));
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
