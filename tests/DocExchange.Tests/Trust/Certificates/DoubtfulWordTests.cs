using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>
/// A list whose signer stands below an authority of its own. What is said of that authority and may not be so leaves open what the list says; nothing that whoever stole its key
/// can say fails anybody, and nothing he can say takes the word from others.
/// </summary>
public sealed class DoubtfulWordTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DistinguishedName MiddleName = new("Middle", null, null);
    private static readonly DistinguishedName ListerName = new("Lister", null, null);
    private static readonly (string, SubIndication)[] Revoked = [("CERT_REVOKED", SubIndication.Revoked)];
    private static readonly (string, SubIndication)[] Doubtful = [("CERT_REVOKED", SubIndication.RevokedNoPoe)];

    private PastPki pki = null!;
    private KeyPair middleKey = null!;
    private Certificate middle = null!;
    private OcspResponse good = null!;

    [SetUp]
    public void SetUp()
    {
        pki = new PastPki();
        middleKey = KeyPair.Generate(Suite.Intl);
        middle = Authority(pki.RootKey, RootName, middleKey, MiddleName, Day(2016), Day(2040));
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
    }

    [TearDown]
    public void TearDown()
    {
        pki.Dispose();
        middleKey.Dispose();
    }

    [Test]
    public void What_a_list_says_is_in_doubt_while_the_authority_of_its_signer_was_on_hold([Values] bool isHeld)
    {
        pki.Others.AddRange([middle, Issue(middleKey, MiddleName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign)]);
        var held = List(pki.RootKey, RootName, Day(2024, 4, 2), [Names(middle, Day(2024, 4), RevocationReason.CertificateHold)]);
        var ofMiddle = List(middleKey, MiddleName, Recently, []);

        Assert.That(pki.Faults([.. isHeld ? [held] : Array.Empty<RevocationList>(), pki.RootList(), ofMiddle, Indirect(Day(2024, 5, 20))], good), Is.EqualTo(isHeld ? Doubtful : Revoked));
    }

    // An answer of a responder of the root whose key was stolen since: it may say of the authority what it likes.
    [Test]
    public void A_stolen_responder_takes_the_word_from_nobody([Values(RevocationReason.KeyCompromise, RevocationReason.Superseded)] RevocationReason reason, [Values] bool isStolen)
    {
        using var key = KeyPair.Generate(Suite.Intl);
        var responder = Issue(pki.RootKey, RootName, key, new DistinguishedName("OCSP", null, null), Day(2020), Day(2040), extensions =>
            extensions.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_OCSPSigning)));
        pki.Others.AddRange([middle, Issue(middleKey, MiddleName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign)]);
        var says = OcspAnswers.Make(key, responder, middle, pki.Root, OcspAnswers.RevokedAt(Day(2023), reason), Day(2024), Today.AddDays(20), null, responder);
        var root = isStolen ? pki.RootList(Names(responder, Day(2025), RevocationReason.KeyCompromise)) : pki.RootList();
        RevocationList[] lists = [root, List(middleKey, MiddleName, Recently, []), Indirect(Recently)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(pki.Faults(lists, good), Is.EqualTo(Revoked), "without it");
            Assert.That(pki.Faults(lists, good, says), isStolen ? Is.EqualTo(Doubtful) : Is.Empty);
        }
    }

    [Test]
    public void What_a_signer_says_whose_certificate_is_made_wrong_is_in_doubt([Values("", "extension", "identifier")] string fault)
    {
        var extensions = new X509ExtensionsGenerator();
        AddCrlSign(extensions);
        if (fault == "extension")
        {
            extensions.AddExtension(new DerObjectIdentifier("1.2.3.4"), true, DerNull.Instance);
        }

        pki.Others.Add(CertificateIssuing.Issue(
            pki.RootKey, RootName.ToName(), fault == "identifier" ? new byte[20] : CertificateIssuing.KeyIdOf(pki.RootKey.PublicKeyInfo), ListerName.ToName(), pki.OtherKey.PublicKeyInfo, extensions, Day(2020), Day(2040)));

        Assert.That(pki.Faults([pki.RootList(), Indirect(Recently)], good), Is.EqualTo(fault.Length == 0 ? Revoked : Doubtful));
    }

    // Whoever has the key certifies a signer of lists under any name. The list is dated before the theft.
    [Test]
    public void Whoever_stole_the_key_of_any_authority_fails_nobody_by_signers_of_lists_that_he_makes([Values] bool isNamesake, [Values] bool isStolen, [Values] bool isProven)
    {
        var name = isNamesake ? AuthorityName : ListerName;
        Certificate[] made = [middle, isNamesake ? Authority(middleKey, MiddleName, pki.OtherKey, name, Day(2018), Day(2040)) : Issue(middleKey, MiddleName, pki.OtherKey, name, Day(2020), Day(2040), AddCrlSign)];
        var list = isNamesake ? List(pki.OtherKey, AuthorityName, Day(2024, 5), [Names(pki.Leaf, Day(2024), RevocationReason.KeyCompromise)]) : Indirect(Day(2024, 5));
        var root = isStolen ? pki.RootList(Names(middle, Day(2025), RevocationReason.KeyCompromise)) : pki.RootList();
        var proofs = isProven ? StatusProofs.Of([list], [], Day(2024, 6)) : StatusProofs.None;
        IEnumerable<(string, SubIndication)> Judge(DateTimeOffset at) => FaultsOf(pki.Paths([root, list], good).Build(pki.Leaf, made, at, CertificateUsage.Any, proofs).Findings);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Signed), Is.EqualTo(isStolen && !isProven ? Doubtful : Revoked));
            Assert.That(Judge(Today), Is.EqualTo(isStolen && !isProven ? Doubtful : Revoked));
        }
    }

    [Test]
    public void A_hold_that_a_signer_below_another_anchor_tells_of_is_in_doubt_and_what_it_cannot_spell_says_nothing([Values] bool isMalformed)
    {
        using var secondKey = KeyPair.Generate(Suite.Intl);
        var secondName = new DistinguishedName("Second root", null, null);
        var second = Authority(secondKey, secondName, secondKey, secondName, Day(2015), Day(2045));
        var lister = Issue(secondKey, secondName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign);
        var list = isMalformed ? Indirect(Recently, extensions => extensions.AddExtension(X509Extensions.CertificateIssuer, true, [0x30, 0x05, 0x01])) : Indirect(Recently, AddIssuer, RevocationReason.CertificateHold);
        var store = new TrustStore([pki.Root, second], [pki.Issuer, lister], [pki.RootList(), List(secondKey, secondName, Recently, []), list]) { OcspResponses = [good] };
        var found = new CertificatePaths(store, CertificatePathOptions.Default).Build(pki.Leaf, [], Signed, CertificateUsage.Any).Findings;
        var check = CertificateCheck.Judge(pki.Leaf, store, Today, CertificateUsage.Any, CertificateCheck.Strict with { RequiresProfile = false });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(FaultsOf(found), Is.EqualTo(isMalformed ? [] : new[] { ("CERT_ON_HOLD", SubIndication.TryLater) }));
            Assert.That(found.Any(finding => finding.Code == "CERT_ON_HOLD" && finding.English.Contains("whether it is on hold is not known", StringComparison.Ordinal)), Is.Not.EqualTo(isMalformed));
            Assert.That(check.Indication, Is.EqualTo(isMalformed ? Indication.TotalPassed : Indication.Indeterminate), string.Join('\n', check.Findings));
        }
    }

    private static void AddCrlSign(X509ExtensionsGenerator extensions) => extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign));

    private static void AddIssuer(X509ExtensionsGenerator extensions) => extensions.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(AuthorityName.ToName())));

    private static void AddPoint(X509ExtensionsGenerator extensions) => extensions.AddExtension(
        X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(Point(), null, new GeneralNames(new GeneralName(ListerName.ToName())))]));

    private static DistributionPointName Point() => new(DistributionPointName.FullName, new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, "http://x")));

    /// <summary>Of the lister; it says that the leaf's key is stolen.</summary>
    private RevocationList Indirect(DateTimeOffset thisUpdate) => Indirect(thisUpdate, AddIssuer);

    private RevocationList Indirect(DateTimeOffset thisUpdate, Action<X509ExtensionsGenerator> ofEntry, RevocationReason reason = RevocationReason.KeyCompromise) =>
        List(pki.OtherKey, ListerName, thisUpdate, [new Entry(pki.Leaf, Day(2024), reason, ofEntry)], extensions =>
            extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(Point(), false, false, null, true, false)));

    private static IEnumerable<(string, SubIndication)> FaultsOf(IReadOnlyList<Finding> findings) =>
        findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));
}
