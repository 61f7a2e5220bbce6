using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1.X509;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>
/// Another authority certified the key of an authority too and says of that certificate that it is stolen: anybody may certify a public key, so no sentence tells it of the authority as a
/// fact, and no verdict fails by it.
/// </summary>
public sealed class DoubtIsToldTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DistinguishedName MiddleName = new("Middle", null, null);
    private static readonly CertificatePathOptions Strict = CertificateCheck.Strict with { RequiresProfile = false };

    private PastPki pki = null!;
    private Certificate cross = null!;
    private Certificate older = null!;

    [SetUp]
    public void SetUp()
    {
        pki = new PastPki();
        pki.Others.Add(Authority(pki.RootKey, RootName, pki.OtherKey, MiddleName, Day(2016), Day(2040)));
        cross = Authority(pki.OtherKey, MiddleName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        older = Authority(pki.RootKey, RootName, pki.IssuerKey, AuthorityName, Day(2017), Day(2040));
        pki.Others.AddRange([cross, older]);
    }

    [TearDown]
    public void TearDown() => pki.Dispose();

    [TestCase(RevocationReason.KeyCompromise)]
    [TestCase(RevocationReason.CaCompromise)]
    public void A_certificate_check_leaves_open_what_another_authority_says_and_fails_what_its_own_says(RevocationReason reason)
    {
        Indication Judge(bool isOfOther) => CertificateCheck.Judge(pki.Leaf, new TrustStore([pki.Root], [pki.Issuer, .. pki.Others], Lists(isOfOther, Day(2024), reason)), Today, CertificateUsage.Any, Strict).Indication;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(isOfOther: true), Is.EqualTo(Indication.Indeterminate));
            Assert.That(Judge(isOfOther: false), Is.EqualTo(Indication.TotalFailed));
        }
    }

    [Test]
    public void What_is_in_doubt_of_later_is_told_as_a_doubt([Values] bool isOfOther)
    {
        var found = pki.Paths(Lists(isOfOther, Day(2025), RevocationReason.KeyCompromise)).Build(pki.Leaf, [], Signed, CertificateUsage.Any).Findings;

        using (Assert.EnterMultipleScope())
        {
            foreach (var code in new[] { "CERT_REVOKED_LATER", "CRL_ISSUER_REVOKED" })
            {
                AssertTold(found.First(finding => finding.Code == code), isOfOther);
            }
        }
    }

    [Test]
    public void That_an_authority_is_held_later_is_told_as_a_doubt_where_it_is_one([Values] bool isOfOther)
    {
        var statement = new RevocationStatement("key", Today, null, new RevokedCertificate("1", Today, RevocationReason.CertificateHold), 0, null) { IsInDoubt = isOfOther, IsOfOtherIssuer = isOfOther };
        var found = StatusFindings.Later(pki.Issuer, statement);

        Assert.That(found.Code, Is.EqualTo("CERT_HELD_LATER"));
        AssertTold(found, isOfOther);
    }

    // By a responder whose key was stolen later, and may have been dated back; the authority itself says later that the signer is good.
    [Test]
    public void That_a_signer_was_on_hold_and_was_released_is_told_as_a_doubt_where_it_is_one([Values] bool isStolen)
    {
        var responder = Responder(pki.IssuerKey, AuthorityName, pki.OtherKey, Day(2023), Day(2030));
        var holds = OcspAnswers.Make(
            pki.OtherKey, responder, pki.Leaf, pki.Issuer, OcspAnswers.RevokedAt(Day(2024, 5), RevocationReason.CertificateHold), Day(2024, 5, 10), Day(2024, 5, 20), along: [responder]);
        var releases = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Day(2024, 7), Today.AddDays(20));
        var own = isStolen ? pki.OwnList(Recently, Names(responder, Day(2025), RevocationReason.KeyCompromise)) : pki.OwnList(Recently);
        var found = pki.Judge([pki.RootList(), List(pki.OtherKey, MiddleName, Recently, []), own], holds, releases).Single(finding => finding.Code == "CERT_WAS_ON_HOLD");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((found.Indication, found.SubIndication, found.IsDoubtful), Is.EqualTo((Indication.Indeterminate, SubIndication.RevokedNoPoe, isStolen)));
            Assert.That(found.English, isStolen ? Does.EndWith("whether it was on hold is not known.") : Does.Contain("until it was released"));
            Assert.That(found.Chinese, isStolen ? Does.EndWith("当时是否暂停无法确定。") : Does.Contain("其后已恢复"));
        }
    }

    [Test]
    public async Task A_time_stamp_whose_authority_is_said_to_have_lost_its_key_later_is_left_open_and_not_said_to_be_so([Values] bool isOfOther)
    {
        var stamper = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeID.id_kp_timeStamping)));
        using var key = pki.LeafKey.Certified(stamper, []);
        var info = new TimestampInfo
        {
            Version = 1,
            Policy = "1.2.3.4",
            Imprint = MessageImprint.Of(DigestAlgorithm.Sha256, DigestAlgorithms.Hash(DigestAlgorithm.Sha256, StampingSite.Content)),
            SerialNumber = 1,
            GenTime = Signed,
            Accuracy = TimeSpan.FromSeconds(1),
        };
        var token = await TokenWriter.WriteAsync(info, key, withCertificates: true, CancellationToken.None);
        var store = new TrustStore([pki.Root], [pki.Issuer, .. pki.Others], Lists(isOfOther, Day(2025), RevocationReason.KeyCompromise));
        var verdict = new TimestampValidator(store, new TimestampPolicy()).Judge(token, ContentDigests.Of(StampingSite.Content), Today);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Signature.Indication, Is.EqualTo(Indication.Indeterminate));
            AssertTold(verdict.Signature.Findings.Single(finding => finding.Code == "TST_AUTHORITY_REVOKED_LATER"), isOfOther);
        }
    }

    private RevocationList[] Lists(bool isOfOther, DateTimeOffset at, RevocationReason reason) =>
    [
        isOfOther ? pki.RootList() : pki.RootList(Names(older, at, reason)),
        List(pki.OtherKey, MiddleName, Recently, isOfOther ? [Names(cross, at, reason)] : []),
        pki.OwnList(Recently),
    ];

    private static void AssertTold(Finding finding, bool isInDoubt)
    {
        Assert.That(finding.English, isInDoubt ? Does.Contain("another certificate of the same key, made by another authority") : Does.Not.Contain("another"), finding.Code);
        Assert.That(finding.Chinese, isInDoubt ? Does.Contain("另一机构为同一密钥签发的另一证书").And.Contains("称") : Does.Not.Contain("另一机构"), finding.Code);
    }
}
