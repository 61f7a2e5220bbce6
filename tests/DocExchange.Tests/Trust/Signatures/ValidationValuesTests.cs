using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>Chain and revocation data in the places where CAdES signatures of other makers carry them.</summary>
[TestFixture]
public sealed class ValidationValuesTests
{
    private const string CertificateValues = "1.2.840.113549.1.9.16.2.23";
    private const string RevocationValues = "1.2.840.113549.1.9.16.2.24";
    private const string OcspBasic = "1.3.6.1.5.5.7.48.1.1";

    private static readonly byte[] Content = "关于做好防汛工作的通知"u8.ToArray();
    private static readonly DateTimeOffset Now = SigningOffice.Now;
    private static readonly ValidationPolicy Demanding = ValidationPolicy.Foreign with { RevocationRequired = true };

    private SigningOffice office = null!;
    private KeyPair responderKey = null!;
    private Certificate responder = null!;
    private ISigningKey key = null!;

    [OneTimeSetUp]
    public void Found()
    {
        office = new SigningOffice();
        key = office.Certify(KeyAlgorithm.EcdsaP256);
        responderKey = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var name = new DistinguishedName("OCSP", null, null);
        responder = office.Authority.Issue(responderKey.CreateRequest(name), CertificateProfile.OcspResponder, name, null, SigningOffice.Start, SigningOffice.End);
    }

    [OneTimeTearDown]
    public void Close()
    {
        key.Dispose();
        responderKey.Dispose();
        office.Dispose();
    }

    [Test]
    public void Certificate_values_complete_the_chain()
    {
        var bare = Of(key, Content);
        var carried = bare with { UnsignedAttributes = [Attribute(CertificateValues, Sequence(office.Authority.Certificate.Der))] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(bare.Encode(), ValidationPolicy.Foreign), Does.Contain("CERT_ISSUER_UNKNOWN"));
            Assert.That(Codes(carried.Encode(), ValidationPolicy.Foreign), Is.Empty);
        }
    }

    [Test]
    public void The_signers_certificate_may_be_among_the_values_alone()
    {
        var carried = Of(key, Content) with { Certificates = [], UnsignedAttributes = [Attribute(CertificateValues, Sequence(key.Certificate.Der, office.Authority.Certificate.Der))] };

        Assert.That(Codes(carried.Encode(), ValidationPolicy.Foreign), Is.Empty);
    }

    [Test]
    public void Revocation_values_say_what_lists_and_answers_beside_the_signature_would_say([Values] bool byAnswer, [Values] bool isRevoked)
    {
        var values = byAnswer ? Values([RootList], [Basic(isRevoked)]) : Values([RootList, List(isRevoked)], []);
        var carried = WithChain() with { UnsignedAttributes = [Attribute(CertificateValues, Sequence(office.Authority.Certificate.Der)), Attribute(RevocationValues, values)] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(WithChain().Encode(), Demanding), Does.Contain("CRL_MISSING"));
            Assert.That(Codes(carried.Encode(), Demanding), isRevoked ? Does.Contain("CERT_REVOKED") : Is.Empty);
            Assert.That(Judge(carried.Encode(), Demanding).SubIndication, Is.EqualTo(isRevoked ? SubIndication.Revoked : SubIndication.None));
        }
    }

    [Test]
    public void An_answer_without_its_envelope_among_the_revocation_data_serves([Values] bool isRevoked)
    {
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(WithChain().Encode(), CmsLimits.Default));
        pieces.Revocations.Add(RootList);
        pieces.Revocations.Add(Tlv(0xA1, [.. Oid(OcspBasic), .. Basic(isRevoked)]));
        var cms = pieces.Encode();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CmsSignedData.Parse(cms, CmsLimits.Default).OtherRevocationInfos, Is.Zero);
            Assert.That(Codes(cms, Demanding), isRevoked ? Does.Contain("CERT_REVOKED") : Is.Empty);
        }
    }

    // Nobody signed the attributes; only what is in them has signatures of its own.
    [Test]
    public void What_somebody_else_signed_changes_nothing([Values] bool byAnswer)
    {
        using var other = new SigningOffice();
        var name = new DistinguishedName("OCSP", null, null);
        var certified = other.Authority.Issue(responderKey.CreateRequest(name), CertificateProfile.OcspResponder, name, null, SigningOffice.Start, SigningOffice.End);
        var foreign = other.Authority.IssueRevocationList([], Now.AddDays(-1), Now.AddDays(30), 1).Der;
        var values = byAnswer ? Values([RootList], [Basic(isRevoked: false, certified)]) : Values([RootList, foreign], []);
        var carried = WithChain() with { UnsignedAttributes = [Attribute(RevocationValues, values)] };

        Assert.That(
            Judge(carried.Encode(), Demanding).Faults.Select(fault => (fault.Code, fault.SubIndication)), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }));
    }

    [Test]
    public void Values_that_cannot_be_read_are_left_out()
    {
        var broken = Of(key, Content) with
        {
            UnsignedAttributes =
            [
                Attribute(CertificateValues, Octets([1]), Sequence(Octets([1]), office.Authority.Certificate.Der)),
                Attribute(RevocationValues, Octets([1]), Sequence(Tlv(0xA0, Sequence(Sequence(Octets([1])))), Tlv(0xA1, Sequence(Octets([2])))), Sequence(Tlv(0xA0, Octets([3])))),
            ],
        };

        Assert.That(Codes(broken.Encode(), ValidationPolicy.Foreign), Is.Empty);
    }

    // Anybody can add them: they neither hide an alteration nor spoil what is good.
    [Test]
    public void More_values_than_the_limit_are_said_and_the_rest_is_judged([Values(CertificateValues, RevocationValues)] string oid)
    {
        byte[] Many(int count) => oid == CertificateValues
            ? Sequence([.. Enumerable.Repeat(office.Authority.Certificate.Der, count)])
            : Values([.. Enumerable.Repeat(RootList, count)], []);
        IEnumerable<string> Remarks(ForgedCms cms) => Judge(cms.Encode(), ValidationPolicy.Foreign).Signatures[0].Findings.Select(finding => finding.Code);

        // The limit is on all together.
        var over = WithChain() with { UnsignedAttributes = [Attribute(oid, Many(40)), Attribute(oid, Many(25)), Attribute(oid, Many(1))] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(over.Encode(), ValidationPolicy.Foreign), Is.Empty);
            Assert.That(Remarks(over), Has.Exactly(1).EqualTo("CMS_VALUES_LEFT_OUT"));
            Assert.That(Remarks(over with { UnsignedAttributes = [Attribute(oid, Many(64))] }), Has.None.EqualTo("CMS_VALUES_LEFT_OUT"));
            Assert.That(Judge((over with { Content = [1] }).Encode(), ValidationPolicy.Foreign).SubIndication, Is.EqualTo(SubIndication.HashFailure));
        }
    }

    [Test]
    public void In_our_own_form_they_are_no_certificates_of_the_signature()
    {
        var carried = WithChain() with { UnsignedAttributes = [Attribute(CertificateValues, Sequence(office.Root.Certificate.Der))] };
        var allowing = ValidationPolicy.Strict with { AllowedUnsignedAttributes = new HashSet<string> { CertificateValues } };

        Assert.That(Judge(carried.Encode(), allowing).Faults.Select(fault => fault.Code), Has.None.EqualTo("CMS_NOT_OWN_FORM"));
        Assert.That(Judge(carried.Encode(), ValidationPolicy.Strict).Faults.Select(fault => fault.Code), Has.Member("CMS_UNSIGNED_ATTRIBUTE"));
    }

    private ForgedCms WithChain()
    {
        var forged = Of(key, Content);
        return forged with { Certificates = [.. new[] { key.Certificate.Der, office.Authority.Certificate.Der }.Order(Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))] };
    }

    private byte[] RootList => office.Root.IssueRevocationList([], Now.AddDays(-1), Now.AddDays(30), 1).Der;

    private byte[] List(bool isRevoked) => office.Authority.IssueRevocationList(
        isRevoked ? [new RevokedCertificate(key.Certificate.SerialNumber, Now.AddDays(-2), RevocationReason.KeyCompromise)] : [], Now.AddDays(-1), Now.AddDays(30), 7).Der;

    /// <summary>A BasicOCSPResponse, taken out of its envelope.</summary>
    private byte[] Basic(bool isRevoked, Certificate? by = null)
    {
        var answer = OcspAnswers.Make(
            responderKey, by ?? responder, key.Certificate, office.Authority.Certificate,
            isRevoked ? OcspAnswers.RevokedAt(Now.AddDays(-2)) : OcspAnswers.Good, Now.AddHours(-1), Now.AddDays(1), along: [by ?? responder]);
        return Org.BouncyCastle.Asn1.Ocsp.OcspResponse.GetInstance(Asn1Object.FromByteArray(answer.Der)).ResponseBytes.Response.GetOctets();
    }

    private static byte[] Values(byte[][] lists, byte[][] answers) => Sequence(
        lists.Length == 0 ? [] : Tlv(0xA0, Sequence(lists)),
        answers.Length == 0 ? [] : Tlv(0xA1, Sequence(answers)));

    private IEnumerable<string> Codes(byte[] cms, ValidationPolicy policy) => Judge(cms, policy).Faults.Select(fault => fault.Code);

    private Verdict Judge(byte[] cms, ValidationPolicy policy) => new CmsValidator(office.Store, policy).Judge(cms, null, Now, CertificateUsage.DocumentSigning);
}
