using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>Whoever has an authority's key writes any genTime he likes: what protects against him does not rest on it.</summary>
[TestFixture]
public sealed class TimestampForgerTests
{
    private static readonly DateTimeOffset Now = SigningOffice.Now;

    [Test]
    public async Task A_key_that_has_become_too_short_is_judged_by_the_time_of_judgement()
    {
        using var site = new StampingSite(KeyAlgorithm.Rsa);
        var token = await site.ForgeAsync(info => info);
        var ended = StampingSite.Policy with { Algorithms = AlgorithmPolicy.Default.With("RSA < 3072", Now.AddDays(1)) };

        var today = Judge(site.StoreWith(), ended, token, Now);
        var later = Judge(site.StoreWith(), ended, token, Now.AddDays(2));

        Assert.That(Faults(today), Is.Empty);
        Assert.That(Faults(later), Is.EqualTo(new[] { "TST_ALGORITHM_EXPIRED" }));
    }

    [Test]
    public async Task An_authority_above_that_has_expired_ends_the_proof_too()
    {
        using var site = new StampingSite();
        using var rootKey = KeyPair.Generate(Suite.Intl);
        using var middleKey = KeyPair.Generate(Suite.Intl);
        using var pair = KeyPair.Generate(Suite.Intl);
        var (rootName, middleName) = (new DistinguishedName("根", null, null), new DistinguishedName("中间", null, null));
        var root = Issue((rootKey, rootName), (rootKey, rootName), Now.AddDays(5), ForAuthority);
        var middle = Issue((rootKey, rootName), (middleKey, middleName), Now.AddDays(10), ForAuthority);
        var leaf = Issue((middleKey, middleName), (pair, SamplePki.OfficeName), Now.AddYears(1), extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeID.id_kp_timeStamping)));
        using var key = pair.Certified(leaf, [middle]);
        var token = await TokenWriter.WriteAsync(TimestampToken.Parse(await site.ForgeAsync(info => info)).Info, key, withCertificates: true, CancellationToken.None);
        var store = new TrustStore([root], [middle], []);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(store, StampingSite.Policy, token, Now.AddDays(9))), Is.Empty, "an anchor is trusted while it is in the store");
            Assert.That(Faults(Judge(store, StampingSite.Policy, token, Now.AddDays(11))), Is.EqualTo(new[] { "TST_AUTHORITY_EXPIRED" }));
        }
    }

    [Test]
    public async Task The_exchanges_own_service_is_known_by_who_certified_it_whatever_policy_it_names()
    {
        using var site = new StampingSite();
        var token = await site.ForgeAsync(info => info with { Policy = "1.2.3.4" });

        TimestampVerdict With(params Certificate[] own) => Judge(site.StoreWith(), StampingSite.Policy with { OwnAuthorities = own }, token, Now);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(With(site.Office.Authority.Certificate).IsBuiltIn, Is.True);
            Assert.That(With(site.Office.Root.Certificate).IsBuiltIn, Is.True);
            Assert.That(With(site.Office.Root.Certificate).Signature.Findings.Select(finding => finding.Code), Does.Contain("TST_BUILT_IN_AUTHORITY"));
            Assert.That(With(site.Office.GmAuthority.Certificate).IsBuiltIn, Is.False);
            Assert.That(With().IsBuiltIn, Is.False);
        }
    }

    [TestCase(RevocationReason.KeyCompromise, "TST_AUTHORITY_REVOKED_LATER")]
    [TestCase(RevocationReason.Superseded, null)]
    public async Task A_later_revocation_told_by_OCSP_counts_like_one_on_a_list(RevocationReason reason, string? code)
    {
        using var site = new StampingSite();
        using var pair = KeyPair.Generate(Suite.Intl);
        var name = new DistinguishedName("应答者", null, null);
        var responder = site.Issuer.Issue(pair.CreateRequest(name), CertificateProfile.OcspResponder, name, null, SigningOffice.Start, SigningOffice.Start.AddYears(2));
        var answer = OcspAnswers.Make(
            pair, responder, site.Key.Certificate, site.Issuer.Certificate, OcspAnswers.RevokedAt(Now.AddDays(1), reason), Now.AddDays(1), Now.AddDays(8), null, responder);
        var token = await site.ForgeAsync(info => info);
        var store = site.StoreWith().With(answer);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(store, StampingSite.Policy, token, Now.AddDays(2))), code is null ? Is.Empty : Is.EqualTo(new[] { code }));
            Assert.That(Faults(Judge(store, StampingSite.Policy, token, Now.AddHours(1))), Is.Empty);
        }
    }

    [Test]
    public async Task What_a_site_demands_of_certificates_holds_for_those_of_the_authority()
    {
        using var site = new StampingSite(KeyAlgorithm.Rsa);
        var policy = TimestampPolicy.Of(ValidationPolicy.Foreign with { MinRsaBits = 3072, MaxListAge = TimeSpan.FromDays(2) });

        var verdict = Judge(site.StoreWith(), policy, await site.ForgeAsync(info => info), Now);

        Assert.That(Faults(verdict), Does.Contain(PathFindings.WeakKey(site.Key.Certificate, 3072).Code));
        Assert.That(policy.ForSignature.MaxListAge, Is.EqualTo(TimeSpan.FromDays(2)));
    }

    private static TimestampVerdict Judge(TrustStore store, TimestampPolicy policy, byte[] token, DateTimeOffset at) =>
        new TimestampValidator(store, policy).Judge(token, ContentDigests.Of(StampingSite.Content), at);

    private static Certificate Issue(
        (KeyPair Key, DistinguishedName Name) issuer, (KeyPair Key, DistinguishedName Name) subject, DateTimeOffset notAfter, Action<X509ExtensionsGenerator> add)
    {
        var extensions = new X509ExtensionsGenerator();
        add(extensions);
        return CertificateIssuing.Issue(
            issuer.Key, issuer.Name.ToName(), CertificateIssuing.KeyIdOf(issuer.Key.PublicKeyInfo), subject.Name.ToName(), subject.Key.PublicKeyInfo, extensions, SigningOffice.Start, notAfter);
    }

    private static void ForAuthority(X509ExtensionsGenerator extensions)
    {
        extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
    }

    private static IEnumerable<string> Faults(TimestampVerdict verdict) =>
        verdict.Signature.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.Code);
}
