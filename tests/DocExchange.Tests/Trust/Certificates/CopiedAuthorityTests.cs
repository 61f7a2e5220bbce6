using DocExchange.Tests.Fuzzing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using NUnit.Framework.Constraints;
using Org.BouncyCastle.Asn1.X509;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>
/// Copies of an authority's certificate that do lead to a root: any certificate of an end entity signs them, and so does the authority's own key, which somebody stole. They take
/// the places of the chains that are looked at, and hide nothing by it.
/// </summary>
public sealed class CopiedAuthorityTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DistinguishedName MiddleName = new("Middle", null, null);
    private static readonly DistinguishedName EndName = new("End entity", null, null);
    private static readonly DistinguishedName ListerName = new("Lister", null, null);
    private static readonly (string, SubIndication)[] AuthorityRevoked = [("CERT_REVOKED", SubIndication.RevokedCaNoPoe)];

    private PastPki pki = null!;
    private KeyPair middleKey = null!;
    private KeyPair endKey = null!;
    private Certificate end = null!;

    [SetUp]
    public void SetUp()
    {
        pki = new PastPki();
        (middleKey, endKey) = (KeyPair.Generate(Suite.Intl), KeyPair.Generate(Suite.Intl));
        end = Issue(pki.RootKey, RootName, endKey, EndName, Day(2016), Day(2040));
    }

    [TearDown]
    public void TearDown()
    {
        pki.Dispose();
        middleKey.Dispose();
        endKey.Dispose();
    }

    // The authority was certified anew, and its older certificate, which tells, is the last of all.
    [Test]
    public void They_do_not_hide_that_the_key_of_an_authority_is_stolen([Values] bool isByThief, [Values] bool areAtHand, [Values(3, 8)] int count)
    {
        var older = Authority(pki.RootKey, RootName, pki.IssuerKey, AuthorityName, Day(2017), Day(2040));
        Certificate[] added = [end, .. Copies(isByThief, pki.IssuerKey, AuthorityName, count), older];
        IEnumerable<(string, SubIndication)> Judge(params Entry[] entries) =>
            Faults(Paths(areAtHand ? added : [], [pki.RootList(entries), pki.OwnList(Recently)]), areAtHand ? [] : added);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Names(older, Day(2024), RevocationReason.KeyCompromise)), IsOrIsLimited(isByThief && count > 3, AuthorityRevoked));
            Assert.That(Judge(Names(older, Day(2024), RevocationReason.Superseded)), IsOrIsLimited(isByThief && count > 3), "its key is its own");
            Assert.That(Judge(), IsOrIsLimited(isByThief && count > 3), "nobody says so");
        }
    }

    // Every chain that is looked at leads through a copy of who says so, which its maker revokes.
    [Test]
    public void Copies_of_who_tells_of_a_stolen_key_do_not_silence_it([Values(3, 4, 8)] int count)
    {
        var middle = Authority(pki.RootKey, RootName, middleKey, MiddleName, Day(2016), Day(2040));
        var cross = Authority(middleKey, MiddleName, pki.IssuerKey, AuthorityName, Day(2017), Day(2040));
        var copies = Copies(isByThief: false, middleKey, MiddleName, count);
        var says = List(middleKey, MiddleName, Recently, [Names(cross, Day(2024), RevocationReason.KeyCompromise)]);
        var silences = List(endKey, EndName, Recently, [.. copies.Select(copy => Names(copy, Day(2017), RevocationReason.KeyCompromise))]);
        var paths = Paths([], [pki.RootList(), pki.OwnList(Recently), says, silences]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(paths, [middle, cross]), Is.EqualTo(AuthorityRevoked));
            Assert.That(Faults(paths, [end, .. copies, cross, middle]), Is.EqualTo(AuthorityRevoked));
        }
    }

    [Test]
    public void They_do_not_let_a_signer_of_lists_clear_whose_authority_lost_its_key([Values] bool isByThief, [Values] bool areAtHand, [Values(3, 8)] int count)
    {
        var (middle, older) = (Authority(pki.RootKey, RootName, middleKey, MiddleName, Day(2016), Day(2040)), Authority(pki.RootKey, RootName, middleKey, MiddleName, Day(2015), Day(2040)));
        var lister = Issue(middleKey, MiddleName, pki.OtherKey, ListerName, Day(2020), Day(2040), extensions => extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign)));
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), extensions => extensions.AddExtension(
            X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(Point(), null, new GeneralNames(new GeneralName(ListerName.ToName())))])));
        var clears = List(pki.OtherKey, ListerName, Recently, [], extensions =>
            extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(Point(), false, false, null, true, false)));
        Certificate[] added = [end, .. Copies(isByThief, middleKey, MiddleName, count), older];
        IEnumerable<(string, SubIndication)> Judge(params Entry[] entries) =>
            Faults(Paths([middle, lister, .. areAtHand ? added : []], [pki.RootList(entries), List(middleKey, MiddleName, Recently, []), clears]), areAtHand ? [] : added);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Names(older, Day(2024), RevocationReason.KeyCompromise)), IsOrIsLimited(isByThief && count > 3, ("CRL_MISSING", SubIndication.TryLater)));
            Assert.That(Judge(), IsOrIsLimited(isByThief && count > 3), "nobody says so");
        }
    }

    // An end entity below the authority certifies a key of its own under the authority's name as often as it likes, says of each that it is stolen, and signs a list with it that concerns itself too.
    [TestCase(10, 160, 1, false)]
    [TestCase(40, 40, 20, false)]
    [TestCase(10, 160, 1, true)]
    [TestCase(40, 40, 20, true)]
    public void Many_certificates_of_a_key_that_are_said_to_be_stolen_many_times_are_bounded(int count, int words, int lists, bool isOfManyNames)
    {
        end = Issue(pki.IssuerKey, AuthorityName, endKey, EndName, Day(2016), Day(2040));
        var made = Enumerable.Range(0, count).Select(i => Issue(endKey, EndName, middleKey, isOfManyNames && i > 0 ? new DistinguishedName($"Name {i}", null, null) : AuthorityName, Day(2016), Day(2040).AddDays(i), extensions =>
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign)))).ToList();
        var says = Enumerable.Range(0, words).Select(i => List(endKey, EndName, Recently.AddHours(-i), [.. made.Select(each => Names(each, Day(2020).AddSeconds(i), RevocationReason.KeyCompromise))]));
        var paths = Paths([], [pki.RootList(), pki.OwnList(Recently), .. says, .. Enumerable.Range(0, lists).Select(i => List(middleKey, AuthorityName, Recently.AddHours(-i), []))]);
        var before = ThreadTime.Now;
        var faults = Faults(paths, [end, .. made]).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ThreadTime.Now - before, Is.LessThan(TimeSpan.FromSeconds(2)));
            Assert.That(faults, Is.Empty.Or.EqualTo(new[] { ("CRL_LIMIT", SubIndication.TryLater) }), "the authority's own list clears; what was not looked at is told");
        }
    }

    /// <summary>Many certificates that sign one another have more chains than are examined.</summary>
    private static IResolveConstraint IsOrIsLimited(bool isLimited, params (string, SubIndication)[] expected) => isLimited ? Has.Member(("CRL_LIMIT", SubIndication.TryLater)) : Is.EqualTo(expected);

    private CertificatePaths Paths(IEnumerable<Certificate> atHand, IReadOnlyList<RevocationList> lists) =>
        new(new TrustStore([pki.Root], [pki.Issuer, .. atHand], lists), CertificatePathOptions.Default);

    /// <summary>Of a key that is public, made by the end entity or, by whoever stole it, with itself.</summary>
    private IReadOnlyList<Certificate> Copies(bool isByThief, KeyPair key, DistinguishedName name, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Authority(isByThief ? key : endKey, isByThief ? name : EndName, key, name, Day(2016), Day(2040).AddDays(i)))];

    private static DistributionPointName Point() => new(DistributionPointName.FullName, new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, "http://x")));

    private IEnumerable<(string, SubIndication)> Faults(CertificatePaths paths, IReadOnlyList<Certificate> along) =>
        paths.Build(pki.Leaf, along, Signed, CertificateUsage.Any).Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));
}
