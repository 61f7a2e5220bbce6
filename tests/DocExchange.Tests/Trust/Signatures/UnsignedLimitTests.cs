using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>Parts that nobody signed, beyond the limits: anybody can add them, and they hide nothing of what was signed.</summary>
[TestFixture]
public sealed class UnsignedLimitTests
{
    private const string Unknown = "1.2.3.4";

    private static readonly byte[] Content = "关于做好防汛工作的通知"u8.ToArray();

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

    private static IEnumerable<TestCaseData> Unread()
    {
        yield return Case("attributes", [.. Enumerable.Repeat(Attribute(Unknown, Octets([1])), 65)]);
        yield return Case("values", Attribute(Unknown, [.. Enumerable.Repeat(Octets([1]), 65)]));
        yield return Case("depth", Attribute(Unknown, Deep(200)));
        yield return Case("depth of indefinite length", Attribute(Unknown, [.. Enumerable.Repeat<byte[]>([0x30, 0x80], 200).SelectMany(each => each), .. new byte[400]]));
        yield return Case("identifier", Attribute(Unknown, Tlv(0x06, [.. Enumerable.Repeat((byte)0x81, 999), 1])));
        yield return Case("integer", Attribute(Unknown, Tlv(0x02, [1, .. new byte[600]])));

        static TestCaseData Case(string name, params byte[][] attributes) => new TestCaseData((object)attributes).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Unread))]
    public void Unsigned_attributes_beyond_a_limit_leave_the_signature_open_and_hide_no_alteration(byte[][] attributes)
    {
        var cms = Of(key, Content) with { UnsignedAttributes = attributes };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(cms.Encode())), Is.EqualTo(new[] { ("CMS_LIMIT", SubIndication.Generic) }));
            Assert.That(Judge(cms.Encode()).Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
            Assert.That(Faults(Judge((cms with { Content = [1] }).Encode())), Is.EquivalentTo(new[] { ("CMS_DIGEST_MISMATCH", SubIndication.HashFailure), ("CMS_LIMIT", SubIndication.Generic) }));
            Assert.That(Judge((cms with { Content = [1] }).Encode()).SubIndication, Is.EqualTo(SubIndication.HashFailure));
            Assert.That(() => CmsSignedData.ParseWhole(cms.Encode(), CmsLimits.Default), Throws.InstanceOf<CmsFormatException>().With.Property(nameof(CmsFormatException.IsOfLimit)).True);
        }
    }

    [Test]
    public void A_malformed_unsigned_attribute_is_left_out_and_the_rest_is_judged()
    {
        var malformed = Sequence(Oid(Unknown), Tlv(0x31, Octets([1])), [5, 0]);
        var cms = Of(key, Content) with { UnsignedAttributes = [malformed, Sequence(), Octets([1]), Attribute(Unknown, Octets([1]))] };

        var verdict = Judge(cms.Encode());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(verdict.Signatures[0].Findings.Single(finding => finding.Code == "CMS_UNSIGNED_ATTRIBUTE_UNREADABLE").English, Does.StartWith("3 "));
            Assert.That(Judge((cms with { Content = [1] }).Encode()).SubIndication, Is.EqualTo(SubIndication.HashFailure));
            var strict = new CmsValidator(Store, ValidationPolicy.Strict).Judge(cms.Encode(), null, SigningOffice.Now, CertificateUsage.DocumentSigning);
            Assert.That(Faults(strict), Does.Contain(("CMS_UNSIGNED_ATTRIBUTE_UNREADABLE", SubIndication.FormatFailure)), "this product's own has none");
            Assert.That(strict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(Judge(Of(key, Content).WithMore(malformed).Encode()).SubIndication, Is.EqualTo(SubIndication.FormatFailure), "what is signed must be well-formed");
            Assert.That(Judge(Of(key, Content).WithMore(malformed).Encode()).Faults.First().English, Is.EqualTo("The bytes are not CMS SignedData: their ASN.1 cannot be read as that."));
        }
    }

    [Test]
    public void More_certificates_or_lists_than_the_limit_are_said_and_the_rest_is_judged([Values] bool ofLists)
    {
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(Of(key, Content).Encode(), CmsLimits.Default));
        var list = office.Root.IssueRevocationList([], SigningOffice.Now.AddDays(-1), SigningOffice.Now.AddDays(30), 1).Der;
        (ofLists ? pieces.Revocations : pieces.Certificates).AddRange(Enumerable.Repeat<ReadOnlyMemory<byte>>(ofLists ? list : key.Certificate.Der, 65));

        var verdict = Judge(pieces.Encode());

        Assert.That(verdict.Faults, Is.Empty);
        Assert.That(verdict.Signatures[0].Findings.Select(finding => finding.Code), Has.Exactly(1).EqualTo("CMS_VALUES_LEFT_OUT"));
    }

    [Test]
    public void A_certificate_or_list_beyond_a_limit_is_left_out_alone([Values] bool ofLists)
    {
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(Of(key, Content).Encode(), CmsLimits.Default));
        (ofLists ? pieces.Revocations : pieces.Certificates).Add(Deep(200));

        var signed = CmsSignedData.Parse(pieces.Encode(), CmsLimits.Default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(pieces.Encode()).Faults, Is.Empty);
            Assert.That((signed.UnreadableCertificates, signed.OtherRevocationInfos), Is.EqualTo(ofLists ? (0, 1) : (1, 0)));
            Assert.That(signed.IsDer, Is.False, "not looked into");
        }
    }

    [Test]
    public void More_signers_than_the_limit_leave_it_open_and_hide_no_alteration()
    {
        var cms = Of(key, Content) with { Copies = 65 };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(cms.Encode()).Faults.Select(fault => (fault.Code, fault.SubIndication, fault.Chinese)), Has.Member(("CMS_LIMIT", SubIndication.Generic, "签名人超过 64 个。超出部分未作验证。")));
            Assert.That(Judge((cms with { Content = [1] }).Encode()).SubIndication, Is.EqualTo(SubIndication.HashFailure));
        }
    }

    [Test]
    public void What_is_signed_is_not_judged_beyond_a_limit()
    {
        var deep = Of(key, Content).WithMore(Attribute(Unknown, Deep(200)));
        var many = Of(key, Content).WithMore([.. Enumerable.Repeat(Attribute(Unknown, Octets([1])), 65)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(deep.Encode())).First(), Is.EqualTo(("CMS_TOO_DEEP", SubIndication.Generic)));
            Assert.That(Faults(Judge(many.Encode())).First(), Is.EqualTo(("CMS_TOO_MANY", SubIndication.Generic)));
        }
    }

    [Test]
    public void What_was_left_out_is_kept_with_the_facts()
    {
        var validator = new CmsValidator(Store, ValidationPolicy.Foreign);
        var cms = Of(key, Content) with { UnsignedAttributes = [Attribute(Unknown, Deep(200))], Copies = 65 };
        var facts = validator.Gather(CmsSignedData.Parse(cms.Encode(), CmsLimits.Default), null);

        var kept = System.Text.Json.JsonSerializer.Deserialize<CmsFacts>(System.Text.Json.JsonSerializer.Serialize(facts, FactsText.Options), FactsText.Options)!;

        Assert.That(
            validator.Judge(kept, SigningOffice.Now, CertificateUsage.DocumentSigning)[0].Findings.Select(finding => finding.Code),
            Has.Exactly(2).EqualTo("CMS_LIMIT"));
    }

    private TrustStore Store => office.Store with { Intermediates = [office.Authority.Certificate] };

    private Verdict Judge(byte[] cms) => new CmsValidator(Store, ValidationPolicy.Foreign).Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning);

    private static IEnumerable<(string, SubIndication)> Faults(Verdict verdict) => verdict.Faults.Select(fault => (fault.Code, fault.SubIndication));

    private static byte[] Deep(int depth) => Enumerable.Range(0, depth).Aggregate(Octets([1]), (inner, _) => Sequence(inner));
}
