using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DocExchange.Core.Verdicts;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>Signatures that name a signature policy (RFC 5126 §5.8.1, ETSI EN 319 102-1 §5.2.4).</summary>
[TestFixture]
public sealed class SignaturePolicyTests
{
    private const string PolicyAttribute = "1.2.840.113549.1.9.16.2.15";
    private const string PolicyOid = "1.2.156.3003.1.1";

    private static readonly byte[] Content = "关于做好防汛工作的通知"u8.ToArray();
    private static readonly byte[] PolicyDigest = SHA256.HashData("签名策略"u8);
    private static readonly byte[] Qualifiers = Sequence(Sequence(Oid("1.2.840.113549.1.9.16.5.1"), Tlv(0x16, "http://example.cn/policy"u8.ToArray())));

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
    public void One_that_the_site_does_not_know_leaves_the_signature_open()
    {
        var verdict = Judge(With(Named()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(verdict), Is.EqualTo(new[] { ("CMS_SIGNATURE_POLICY_UNKNOWN", Indication.Indeterminate, SubIndication.SignaturePolicyNotAvailable) }));
            Assert.That(verdict.SubIndication.ToEtsi(), Is.EqualTo("SIGNATURE_POLICY_NOT_AVAILABLE"));
            Assert.That(verdict.Signatures[0].Findings.Single(finding => finding.Code == "CMS_SIGNATURE_POLICY_UNKNOWN").Chinese, Does.Contain(PolicyOid));
            Assert.That(VerdictCheck.Of(verdict.Signatures[0]).Select(check => (check.Code, check.Result)), Has.Member(("context", CheckResult.Open)).And.Member(("constraints", CheckResult.Passed)));
        }
    }

    [Test]
    public void An_implied_one_is_none() => Assert.That(Faults(Judge(With([5, 0]))), Is.Empty);

    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.156.3003.1.1" }] }""")]
    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.3" }, { "oid": "1.2.156.3003.1.1", "hash": "HASH" }] }""")]
    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.156.3003.1.1", "digest": "SHA-256", "hash": "HASH" }] }""")]
    public void One_that_the_site_names_is_accepted_and_said(string text)
    {
        var verdict = Judge(With(Named()), PolicyOf(text));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(verdict), Is.Empty);
            Assert.That(verdict.Signatures[0].Findings.Select(finding => finding.Code), Has.Member("CMS_SIGNATURE_POLICY_ACCEPTED"));
            Assert.That(VerdictCheck.Of(verdict.Signatures[0]).Select(check => (check.Code, check.Result)), Has.Member(("context", CheckResult.Passed)));
        }
    }

    [Test]
    public void Another_text_of_it_or_none_is_not_the_one_the_site_names()
    {
        var accepting = PolicyOf("""{ "signaturePolicies": [{ "oid": "1.2.156.3003.1.1", "hash": "HASH" }] }""");
        var expected = new[] { ("CMS_SIGNATURE_POLICY_DIFFERS", Indication.Indeterminate, SubIndication.PolicyProcessingError) };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(With(Named(SHA256.HashData([1]))), accepting)), Is.EqualTo(expected));
            Assert.That(Faults(Judge(With(Named(new byte[32])), accepting)), Is.EqualTo(expected), "RFC 5126: all zeros stand for a digest that is not known");
            Assert.That(Faults(Judge(With(Sequence(Oid(PolicyOid), Qualifiers)), accepting)), Is.EqualTo(expected), "without a digest");
            Assert.That(Faults(Judge(With(Sequence(Oid(PolicyOid), Sequence(Algorithm("2.16.840.1.101.3.4.2.2"), Octets(PolicyDigest)))), accepting)), Is.EqualTo(expected), "under the name of another algorithm");
        }
    }

    [Test]
    public void What_cannot_be_read_or_is_there_twice_or_unsigned_is_refused()
    {
        var unsigned = Of(key, Content) with { UnsignedAttributes = [Attribute(PolicyAttribute, Named())] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(With(Octets([1])))), Is.EqualTo(new[] { ("CMS_ATTRIBUTE_UNREADABLE", Indication.TotalFailed, SubIndication.FormatFailure) }));
            Assert.That(Faults(Judge(With(Named(), Named()))), Is.EqualTo(new[] { ("CMS_ATTRIBUTE_NOT_SINGLE", Indication.TotalFailed, SubIndication.FormatFailure) }));
            Assert.That(Faults(Judge(unsigned.Encode())), Is.EqualTo(new[] { ("CMS_ATTRIBUTE_UNSIGNED", Indication.Indeterminate, SubIndication.SigConstraintsFailure) }));
        }
    }

    [Test]
    public void What_was_measured_is_kept_and_the_site_may_come_to_know_it_later()
    {
        var validator = new CmsValidator(Store, ValidationPolicy.Foreign);
        var facts = validator.Gather(CmsSignedData.Parse(With(Named()), CmsLimits.Default), null);
        var kept = JsonSerializer.Deserialize<CmsFacts>(JsonSerializer.Serialize(facts, FactsText.Options), FactsText.Options)!;
        var later = new CmsValidator(Store, PolicyOf("""{ "signaturePolicies": [{ "oid": "1.2.156.3003.1.1", "hash": "HASH" }] }"""));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(validator.Judge(kept, SigningOffice.Now, CertificateUsage.DocumentSigning)[0].SubIndication, Is.EqualTo(SubIndication.SignaturePolicyNotAvailable));
            Assert.That(later.Judge(kept, SigningOffice.Now, CertificateUsage.DocumentSigning)[0].Indication, Is.EqualTo(Indication.TotalPassed));
        }
    }

    [Test]
    public void Facts_of_a_version_that_did_not_look_at_it_are_judged_without_it()
    {
        var validator = new CmsValidator(Store, ValidationPolicy.Foreign);
        IEnumerable<Finding> JudgeKept(byte[] cms, Action<JsonObject> change)
        {
            var json = JsonSerializer.SerializeToNode(validator.Gather(CmsSignedData.Parse(cms, CmsLimits.Default), null), FactsText.Options)!;
            change(json["signers"]![0]!.AsObject());
            return validator.Judge(json.Deserialize<CmsFacts>(FactsText.Options)!, SigningOffice.Now, CertificateUsage.DocumentSigning)[0].Findings;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(JudgeKept(With(Named()), signer => Assert.That(signer.Remove("signaturePolicy"))).Worst().Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(JudgeKept(With(Octets([1])), _ => { }).Worst().Code, Is.EqualTo("CMS_ATTRIBUTE_UNREADABLE"), "what was looked at stays a fault");
        }
    }

    [TestCase("""{ "signaturePolicies": [{ "oid": "first" }] }""", "first")]
    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.3", "digest": "SHA-256" }] }""", "1.2.3")]
    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.3", "digest": "CRC", "hash": "00" }] }""", "CRC")]
    [TestCase("""{ "signaturePolicies": [{ "oid": "1.2.3", "hash": "00" }] }""", "00")]
    [TestCase("""{ "signaturePolicies": [{ "hash": "00" }] }""", "oid")]
    public void A_mistake_in_the_sites_list_is_refused_and_named(string text, string named) =>
        Assert.That(() => PolicyText.Parse(Encoding.UTF8.GetBytes(text)), Throws.InstanceOf<FormatException>().With.Message.Contains(named));

    [Test]
    public void The_sites_list_is_written_as_it_is_read()
    {
        var policy = PolicyOf("""{ "signaturePolicies": [{ "oid": "1.2.3" }, { "oid": "1.2.156.3003.1.1", "digest": "SHA-256", "hash": "HASH" }] }""");

        var again = PolicyText.Parse(PolicyText.Write(policy, "")).ApplyTo(ValidationPolicy.Foreign).SignaturePolicies;

        Assert.That(again.Select(each => (each.Oid, each.DigestAlgorithm, each.Digest is { } digest ? Convert.ToHexString(digest.Span) : null)), Is.EqualTo(new[]
        {
            ("1.2.3", null, null), (PolicyOid, Sha256, Convert.ToHexString(PolicyDigest)),
        }));
    }

    private static byte[] Named(byte[]? digest = null) => Sequence(Oid(PolicyOid), Sequence(Algorithm(Sha256), Octets(digest ?? PolicyDigest)), Qualifiers);

    private static ValidationPolicy PolicyOf(string text) =>
        PolicyText.Parse(Encoding.UTF8.GetBytes(text.Replace("HASH", Convert.ToHexStringLower(PolicyDigest), StringComparison.Ordinal))).ApplyTo(ValidationPolicy.Foreign);

    private byte[] With(params byte[][] values) => Of(key, Content).WithAttribute(PolicyAttribute, values).Encode();

    private static IEnumerable<(string, Indication, SubIndication)> Faults(Verdict verdict) => verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.SubIndication));

    private TrustStore Store => office.Store with { Intermediates = [office.Authority.Certificate] };

    private Verdict Judge(byte[] cms, ValidationPolicy? policy = null) =>
        new CmsValidator(Store, policy ?? ValidationPolicy.Foreign).Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning);
}
