using DocExchange.Tests.Fuzzing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>
/// Certificates that are added to a signature, or put in the place of others, hide no revocation, and do not keep an honest one from passing: whatever is not looked at leaves
/// the verdict open.
/// </summary>
public sealed class HiddenRevocationByAdditionsTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);
    private static readonly DistinguishedName SecondName = new("Second root", null, null);
    private static readonly DistinguishedName ThirdName = new("Third root", null, null);
    private static readonly DistinguishedName MiddleName = new("Middle", null, null);
    private static readonly DistinguishedName ListerName = new("Lister", null, null);
    private static readonly (string, SubIndication)[] AuthorityRevoked = [("CERT_REVOKED", SubIndication.RevokedCaNoPoe)];

    /// <summary>Where the chain of a signer of lists ends: at the anchor of the leaf's first chain, or of another of its chains.</summary>
    public enum OwnPlace
    {
        Below,
        Elsewhere,
    }

    private PastPki pki = null!;
    private KeyPair secondKey = null!;
    private KeyPair thirdKey = null!;
    private Certificate second = null!;
    private Certificate third = null!;

    [SetUp]
    public void SetUp()
    {
        pki = new PastPki();
        (secondKey, thirdKey) = (KeyPair.Generate(Suite.Intl), KeyPair.Generate(Suite.Intl));
        second = Authority(secondKey, SecondName, secondKey, SecondName, Day(2015), Day(2045));
        third = Authority(thirdKey, ThirdName, thirdKey, ThirdName, Day(2015), Day(2045));
    }

    [TearDown]
    public void TearDown()
    {
        pki.Dispose();
        secondKey.Dispose();
        thirdKey.Dispose();
    }

    private RevocationList[] RootLists => [pki.RootList(), List(secondKey, SecondName, Today.AddDays(-10), []), List(thirdKey, ThirdName, Today.AddDays(-10), [])];

    // The list's signer is certified twice, the first of it has expired; the authority it revokes is certified by a third anchor too.
    [Test]
    public void A_stolen_key_is_stolen_whichever_certificate_of_who_says_so_comes_first()
    {
        var ended = Authority(pki.RootKey, RootName, pki.OtherKey, MiddleName, Day(2016), Day(2024));
        var middle = Authority(secondKey, SecondName, pki.OtherKey, MiddleName, Day(2018), Day(2040));
        var stolen = Authority(pki.OtherKey, MiddleName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        var cross = Authority(thirdKey, ThirdName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        var says = List(pki.OtherKey, MiddleName, Recently, [Names(stolen, Day(2024), RevocationReason.KeyCompromise)]);
        var paths = new CertificatePaths(new TrustStore([pki.Root, second, third], [], [.. RootLists, pki.OwnList(Recently), says]), CertificatePathOptions.Default);
        Certificate[] bag = [ended, middle, stolen, cross];
        IEnumerable<(string, SubIndication)> Judge(params int[] order) => Faults(paths, [.. order.Select(i => bag[i])]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(1, 2, 3), Is.EqualTo(AuthorityRevoked));
            Assert.That(Judge(0, 1, 2, 3), Is.EqualTo(AuthorityRevoked), "the ended one first");
            Assert.That(Judge(3, 0, 2, 1), Is.EqualTo(AuthorityRevoked), "the other anchor's first");
            Assert.That(Judge(3, 2, 1, 0), Is.EqualTo(AuthorityRevoked), "the ended one last");
        }
    }

    [Test]
    public void A_list_whose_signer_leads_to_another_anchor_only_leaves_open_what_it_names()
    {
        var lister = Lister(pki.RootKey, RootName, pki.OtherKey);
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var named = new Entry(pki.Leaf, Day(2024), RevocationReason.KeyCompromise, extensions =>
            extensions.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(AuthorityName.ToName()))));
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var cross = Authority(secondKey, SecondName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        CertificatePaths Paths(RevocationList list, params IReadOnlyList<OcspResponse> answers) =>
            new(new TrustStore([pki.Root, second], [lister], [.. RootLists, list]) { OcspResponses = answers }, CertificatePathOptions.Default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Paths(Indirect(0, pki.OtherKey, named), good), [pki.Issuer]), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }));
            Assert.That(Faults(Paths(Indirect(0, pki.OtherKey, named), good), [cross]), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.TryLater) }), "the authority's certificate is replaced");
            Assert.That(Faults(Paths(Indirect(0, pki.OtherKey), good), [cross]), Is.Empty, "it names nobody");
            Assert.That(Faults(Paths(Indirect(0, pki.OtherKey)), [cross]), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }), "it clears nobody");
        }
    }

    // Whether its key is stolen asks for its authority's state, which it tells itself.
    [Test]
    public void Who_tells_of_its_own_authority_and_has_two_certificates_of_a_stolen_key_is_judged_to_an_end()
    {
        Certificate OfRoot(KeyPair key, DistinguishedName name) => Issue(pki.RootKey, RootName, key, name, Day(2016), Day(2040), extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
            AddPoint(extensions);
        });
        var (middle, issuer) = (OfRoot(secondKey, MiddleName), OfRoot(pki.IssuerKey, AuthorityName));
        Certificate OfMiddle() => Issue(secondKey, MiddleName, pki.OtherKey, ListerName, Day(2020), Day(2040), extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(false));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign));
        });
        var (stolen, other) = (OfMiddle(), OfMiddle());
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        IEnumerable<(string, SubIndication)> Judge(params Entry[] entries) => FaultsOf(
            new CertificatePaths(new TrustStore([pki.Root], [middle, issuer, stolen, other], [pki.RootList(), List(secondKey, MiddleName, Recently, entries), Indirect(24 * 20, pki.OtherKey)]), CertificatePathOptions.Default).Build(pki.Leaf, [], Today, CertificateUsage.Any));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(), Is.Empty);
            Assert.That(Judge(Names(stolen, Recently.AddDays(-10), RevocationReason.KeyCompromise)), Is.EqualTo(new[] { ("CRL_MISSING", SubIndication.TryLater) }), "nobody clears who is not known to have its own key");
        }
    }

    // One chain costs much, the other little. Whatever there is left for both, what the dear one tells is told, or that it was not asked.
    [Test]
    public void What_there_is_no_budget_for_in_one_chain_leaves_the_others_open()
    {
        var middle = Authority(pki.RootKey, RootName, pki.OtherKey, MiddleName, Day(2016), Day(2040));
        var stolen = Authority(pki.OtherKey, MiddleName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        var cross = Authority(secondKey, SecondName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        var says = List(pki.OtherKey, MiddleName, Recently, [Names(stolen, Day(2024), RevocationReason.KeyCompromise), .. Enumerable.Repeat(Names(second, Day(2024), RevocationReason.Superseded), 6000)]);
        var store = new TrustStore([pki.Root, second], [], [.. RootLists, pki.OwnList(Recently), says]);
        IReadOnlyList<(string Code, SubIndication Sub)> Judge(int work, params Certificate[] bag) => [.. Faults(new CertificatePaths(store, CertificatePathOptions.Default with { MaxWork = work }), bag)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(100_000, middle, stolen, cross), Is.EqualTo(AuthorityRevoked));
            Assert.That(Judge(2_500, middle, stolen, cross), Is.EqualTo(new[] { ("CRL_LIMIT", SubIndication.TryLater) }));
            foreach (var work in Enumerable.Range(0, 60).Select(i => i * 100))
            {
                Assert.That(Judge(work, middle, stolen, cross), Is.Not.Empty, $"{work}");
                Assert.That(Judge(work, cross, stolen, middle), Is.Not.Empty, $"{work}, the other way round");
            }
        }
    }

    // Each of the lists may be of each of the signers, and each signer's own state is on all of them.
    [TestCase(3, 36)]
    [TestCase(4, 28)]
    public void Pays_once_for_the_lists_of_several_signers_that_stand_on_one_anothers_lists(int signers, int lists)
    {
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var keys = Enumerable.Range(0, signers).Select(_ => KeyPair.Generate(Suite.Intl)).ToList();
        pki.Others.AddRange(keys.Select(key => Lister(pki.IssuerKey, AuthorityName, key)));
        var paths = pki.Paths([pki.RootList(), pki.OwnList(Recently), .. Enumerable.Range(0, lists).Select(i => Indirect(i, keys[i % signers]))]);

        var before = ThreadTime.Now;
        var faults = Faults(paths, []).ToList();
        keys.ForEach(key => key.Dispose());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(faults, Is.Empty);
            Assert.That(ThreadTime.Now - before, Is.LessThan(TimeSpan.FromSeconds(2)));
            Assert.That(paths.SignatureChecks, Is.InRange(lists, CertificatePathOptions.Default.MaxSignatureChecks));
        }
    }

    [Test]
    public void Many_signers_that_stand_on_one_anothers_lists_are_bounded_all_the_same()
    {
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var keys = Enumerable.Range(0, 10).Select(_ => KeyPair.Generate(Suite.Intl)).ToList();
        pki.Others.AddRange(keys.Select(key => Lister(pki.IssuerKey, AuthorityName, key)));
        var paths = pki.Paths([pki.RootList(), pki.OwnList(Recently), .. Enumerable.Range(0, 10).Select(i => Indirect(i, keys[i]))]);

        var before = ThreadTime.Now;
        var faults = Faults(paths, []).ToList();
        keys.ForEach(key => key.Dispose());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(faults, Is.EqualTo(new[] { ("CRL_LIMIT", SubIndication.TryLater) }));
            Assert.That(ThreadTime.Now - before, Is.LessThan(TimeSpan.FromSeconds(2)));
        }
    }

    // The authority has a new key, the lists of which concern the leaf too.
    [TestCase(false)]
    [TestCase(true)]
    public void Made_up_certificates_under_the_name_of_an_authority_with_two_keys_change_nothing(bool isRevoked)
    {
        pki.Others.Add(Authority(pki.RootKey, RootName, pki.OtherKey, AuthorityName, Day(2025), Day(2040)));
        var list = List(pki.OtherKey, AuthorityName, Recently, isRevoked ? [Names(pki.Leaf, Day(2024), RevocationReason.KeyCompromise)] : []);
        var made = Enumerable.Range(0, 60).Select(i => Authority(pki.LeafKey, AuthorityName, pki.LeafKey, AuthorityName, Day(2020), Day(2040).AddDays(i))).ToList();

        Assert.That(Faults(pki.Paths([pki.RootList(), pki.OwnList(Recently), list]), made), Is.EqualTo(isRevoked ? [("CERT_REVOKED", SubIndication.Revoked)] : Array.Empty<(string, SubIndication)>()));
    }

    // All of them stand before the true authority, which came along as they did: of the authority's own key, which is public, or of any.
    [Test]
    public void Made_up_certificates_hide_no_signer_of_lists_and_keep_no_honest_file_from_passing([Values] bool isOfItsKey, [Values(8, 50)] int count, [Values] bool isRevoked)
    {
        using var listerKey = KeyPair.Generate(Suite.Intl);
        var middle = Authority(pki.RootKey, RootName, pki.OtherKey, MiddleName, Day(2016), Day(2040));
        pki.Others.Add(Lister(pki.OtherKey, MiddleName, listerKey));
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var paths = pki.Paths([pki.RootList(), List(pki.OtherKey, MiddleName, Recently, []), Indirect(0, listerKey, isRevoked ? [OfLeaf(Day(2024))] : [])], good);
        var made = MadeUp(MiddleName, count, isOfItsKey ? pki.OtherKey : null);
        var expected = isRevoked ? [("CERT_REVOKED", SubIndication.Revoked)] : Array.Empty<(string, SubIndication)>();
        var before = ThreadTime.Now;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(paths, [middle]), Is.EqualTo(expected));
            Assert.That(Faults(paths, [.. made, middle]), Is.EqualTo(expected));
            Assert.That(ThreadTime.Now - before, Is.LessThan(TimeSpan.FromSeconds(2)));
        }
    }

    [Test]
    public void Made_up_certificates_do_not_hide_that_the_key_of_an_authority_is_stolen([Values] bool isOfItsKey)
    {
        var cross = Authority(secondKey, SecondName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        var ofSecond = List(secondKey, SecondName, Today.AddDays(-10), [Names(cross, Day(2024), RevocationReason.KeyCompromise)]);
        var paths = new CertificatePaths(new TrustStore([pki.Root, second], [pki.Issuer], [pki.RootList(), ofSecond, pki.OwnList(Recently)]), CertificatePathOptions.Default);

        Assert.That(Faults(paths, [.. MadeUp(AuthorityName, 20, isOfItsKey ? pki.IssuerKey : null), cross]), Is.EqualTo(AuthorityRevoked));
    }

    // Certified anew by the same root; those of the key that are made up lead nowhere (of those that do: CopiedAuthorityTests).
    [Test]
    public void Made_up_certificates_do_not_hide_that_an_authority_was_certified_anew()
    {
        pki.Issuer = Authority(pki.RootKey, RootName, pki.IssuerKey, AuthorityName, Day(2018), Day(2025));
        var renewed = Authority(pki.RootKey, RootName, pki.IssuerKey, AuthorityName, Day(2024, 12), Day(2040));

        Assert.That(Faults(pki.Paths([pki.RootList(), List(pki.RootKey, RootName, Signed.AddDays(-1), []), pki.OwnList(Recently)]), [.. MadeUp(AuthorityName, 20, pki.IssuerKey), renewed]), Is.Empty);
    }

    [Test]
    public void A_signer_of_lists_at_hand_that_has_ended_does_not_shut_out_the_renewed_one_that_came_along([Values] bool isOfItsKey)
    {
        using var newKey = KeyPair.Generate(Suite.Intl);
        var key = isOfItsKey ? pki.OtherKey : newKey;
        var ended = Issue(pki.IssuerKey, AuthorityName, pki.OtherKey, ListerName, Day(2020), Today.AddDays(-2), AddCrlSign);
        var renewed = Issue(pki.IssuerKey, AuthorityName, key, ListerName, Today.AddDays(-20), Day(2040), AddCrlSign);
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        pki.Others.Add(ended);
        OcspResponse Good(Certificate certificate) => OcspAnswers.Make(pki.IssuerKey, pki.Issuer, certificate, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var paths = pki.Paths([pki.RootList(), Indirect(0, key)], Good(ended), Good(renewed));

        Assert.That(FaultsOf(paths.Build(pki.Leaf, [renewed], Today, CertificateUsage.Any)), Is.Empty);
    }

    // Certified by another anchor too, whose list says so; the leaf has a chain to that anchor or none.
    [Test]
    public void The_stolen_key_of_a_signer_of_lists_clears_nobody_and_lifts_no_hold_whichever_anchor_certified_it([Values] bool isElsewhere, [Values] bool isStolen)
    {
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var lister = Issue(pki.RootKey, RootName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign);
        var other = Issue(secondKey, SecondName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign);
        var ofSecond = List(secondKey, SecondName, Today.AddDays(-10), [Names(other, Day(2024), isStolen ? RevocationReason.KeyCompromise : RevocationReason.Superseded)]);
        Certificate[] along = isElsewhere ? [Authority(secondKey, SecondName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040))] : [];
        IEnumerable<(string, SubIndication)> Judge(params IReadOnlyList<RevocationList> lists) => Faults(
            new CertificatePaths(new TrustStore([pki.Root, second], [pki.Issuer, lister, other], [pki.RootList(), ofSecond, .. lists]), CertificatePathOptions.Default), along);
        var held = Indirect(24 * 1000, pki.OtherKey, OfLeaf(Day(2024), RevocationReason.CertificateHold));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Indirect(0, pki.OtherKey)).Select(fault => fault.Item2), isStolen ? Is.EqualTo(new[] { SubIndication.TryLater }) : Is.Empty);
            Assert.That(Judge(Indirect(0, pki.OtherKey), Indirect(24 * 910, pki.OtherKey), held).Select(fault => fault.Item2), isStolen ? Is.Not.Empty : Is.Empty);
        }
    }

    // A key is public: any authority below the root, or whoever leads it astray, makes a certificate of it, of the signer's name or of the authority above it, and revokes that.
    [Test]
    public void What_another_authority_says_of_its_own_certificate_of_a_key_takes_no_signers_word_away(
        [Values] OwnPlace signer, [Values] bool isAbove,
        [Values(RevocationReason.KeyCompromise, RevocationReason.Unspecified, RevocationReason.Superseded, RevocationReason.CertificateHold)] RevocationReason reason, [Values(2, 365 * 6)] int daysAgo)
    {
        var (topKey, top) = signer == OwnPlace.Elsewhere ? (secondKey, SecondName) : (pki.RootKey, RootName);
        var upper = Authority(topKey, top, thirdKey, ThirdName, Day(2016), Day(2040));
        var middle = Authority(pki.RootKey, RootName, pki.LeafKey, MiddleName, Day(2016), Day(2040));
        var lister = Issue(isAbove ? thirdKey : topKey, isAbove ? ThirdName : top, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign);
        var copy = isAbove ? Authority(pki.LeafKey, MiddleName, thirdKey, ThirdName, Day(2016), Day(2040)) : Issue(pki.LeafKey, MiddleName, pki.OtherKey, ListerName, Day(2016), Day(2040), AddCrlSign);
        var says = List(pki.LeafKey, MiddleName, Today.AddDays(-2), [Names(copy, Today.AddDays(-daysAgo), reason)]);
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        Certificate[] along = [middle, copy, .. signer == OwnPlace.Elsewhere ? [Authority(secondKey, SecondName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040))] : Array.Empty<Certificate>()];
        IReadOnlyList<SubIndication> Judge(RevocationList list, params IReadOnlyList<OcspResponse> answers) => [.. Faults(new CertificatePaths(
            new TrustStore([pki.Root, second], [pki.Issuer, upper, lister], [pki.RootList(), List(secondKey, SecondName, Today.AddDays(-10), []), List(thirdKey, ThirdName, Today.AddDays(-10), []), says, list]) { OcspResponses = answers },
            CertificatePathOptions.Default), along).Where(fault => fault.Item1 is "CERT_REVOKED" or "CRL_MISSING").Select(fault => fault.Item2)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(Indirect(0, pki.OtherKey, OfLeaf(Day(2024))), good), Is.EqualTo(new[] { SubIndication.Revoked }).Or.EqualTo(new[] { SubIndication.RevokedNoPoe }));
            if (reason == RevocationReason.KeyCompromise)
            {
                Assert.That(Judge(Indirect(0, pki.OtherKey)), Is.EqualTo(new[] { SubIndication.TryLater }), "it clears nobody");
            }
        }
    }

    // Only so many chains are examined, and all that are lead through a certificate that another authority made to revoke it.
    [Test]
    public void Copies_of_the_authority_above_a_signer_of_lists_that_take_its_place_in_the_chains_take_no_word_away([Values(3, 4, 8)] int count)
    {
        var upper = Authority(pki.RootKey, RootName, thirdKey, ThirdName, Day(2016), Day(2040));
        var middle = Authority(pki.RootKey, RootName, secondKey, MiddleName, Day(2016), Day(2040));
        var copies = Enumerable.Range(0, count).Select(i => Authority(secondKey, MiddleName, thirdKey, ThirdName, Day(2016), Day(2040).AddDays(i))).ToList();
        var says = List(secondKey, MiddleName, Recently, [.. copies.Select(copy => Names(copy, Day(2020), RevocationReason.KeyCompromise))]);
        pki.Others.Add(Issue(thirdKey, ThirdName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign));
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var paths = pki.Paths([pki.RootList(), List(thirdKey, ThirdName, Recently, []), says, Indirect(0, pki.OtherKey, OfLeaf(Day(2024)))], good);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(paths, [upper]), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }));
            Assert.That(Faults(paths, [middle, .. copies, upper]), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.RevokedNoPoe) }));
        }
    }

    // The same authority made both: what it says of one is said of the other, and whoever has the key fails nobody.
    [Test]
    public void What_a_signers_own_authority_says_of_its_key_takes_its_word_away([Values] bool isRenewed)
    {
        var ended = Issue(pki.RootKey, RootName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign);
        var renewed = Issue(pki.RootKey, RootName, pki.OtherKey, ListerName, Day(2021), Day(2040), AddCrlSign);
        pki.Others.AddRange(isRenewed ? [ended, renewed] : [ended]);
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), AddPoint);
        var good = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        IEnumerable<(string, SubIndication)> Judge(params Entry[] entries) => pki.Faults([pki.RootList(entries), Indirect(0, pki.OtherKey, OfLeaf(Day(2024)))], good);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Judge(), Is.EqualTo(new[] { ("CERT_REVOKED", SubIndication.Revoked) }));
            Assert.That(Judge(Names(ended, Day(2024), RevocationReason.KeyCompromise)), Is.Empty);
        }
    }

    // In one sentence with what it is about, and not said to be known.
    [Test]
    public void Tells_that_another_certificate_of_the_key_is_revoked_by_another_authority()
    {
        var middle = Authority(pki.RootKey, RootName, pki.OtherKey, MiddleName, Day(2016), Day(2040));
        var copy = Authority(pki.OtherKey, MiddleName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        var says = List(pki.OtherKey, MiddleName, Recently, [Names(copy, Day(2024), RevocationReason.KeyCompromise)]);
        var found = pki.Paths([pki.RootList(), pki.OwnList(Recently), says]).Build(pki.Leaf, [middle, copy], Signed, CertificateUsage.Any).Findings.Single(finding => finding.Indication != Indication.TotalPassed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((found.Code, found.SubIndication, found.IsDoubtful), Is.EqualTo(("CERT_REVOKED", SubIndication.RevokedCaNoPoe, true)));
            Assert.That(found.English, Does.Contain("another certificate of the same key, made by another authority"));
            Assert.That(found.Chinese, Does.Contain("另一机构为同一密钥签发的另一证书"));
        }
    }

    // Of an authority with more policies than are processed nobody knows whether it holds.
    [Test]
    public void Who_says_that_a_key_is_stolen_and_was_not_examined_in_full_leaves_it_open([Values] bool isOfSigner, [Values(1024, 1025)] int policies)
    {
        var middle = Issue(secondKey, SecondName, pki.LeafKey, MiddleName, Day(2016), Day(2040), extensions =>
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
            extensions.AddExtension(X509Extensions.CertificatePolicies, false, new CertificatePolicies([.. Enumerable.Range(1, policies).Select(i => new PolicyInformation(new DerObjectIdentifier($"1.2.3.{i}")))]));
        });
        pki.Leaf = Issue(pki.IssuerKey, AuthorityName, pki.LeafKey, LeafName, Day(2023), Day(2030), isOfSigner ? AddPoint : null);
        var stolen = isOfSigner ? Issue(pki.LeafKey, MiddleName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign) : Authority(pki.LeafKey, MiddleName, pki.IssuerKey, AuthorityName, Day(2018), Day(2040));
        var says = List(pki.LeafKey, MiddleName, Recently, [Names(stolen, Day(2024), RevocationReason.KeyCompromise)]);
        var lister = Issue(pki.RootKey, RootName, pki.OtherKey, ListerName, Day(2020), Day(2040), AddCrlSign);
        var store = new TrustStore([pki.Root, second], [pki.Issuer, middle, stolen, lister], [.. RootLists, says, isOfSigner ? Indirect(0, pki.OtherKey) : pki.OwnList(Recently)]);
        var codes = Faults(new CertificatePaths(store, CertificatePathOptions.Default), []).Select(fault => fault.Item1);

        Assert.That(codes, policies > 1024 ? Does.Contain("CRL_LIMIT") : Is.EqualTo(new[] { isOfSigner ? "CRL_MISSING" : "CERT_REVOKED" }));
    }

    /// <summary>Under a name, each signed by itself with a key of its own; without key identifiers they look like any.</summary>
    /// <param name="key">The key they say to have.</param>
    private static IReadOnlyList<Certificate> MadeUp(DistinguishedName name, int count, KeyPair? key) => [.. Enumerable.Range(0, count).Select(i =>
    {
        using var own = KeyPair.Generate(Suite.Intl);
        var generator = new V3TbsCertificateGenerator();
        generator.SetSerialNumber(DerInteger.ValueOf(i + 1));
        generator.SetSignature(SignatureScheme.IdentifierFor(own.Algorithm));
        generator.SetIssuer(name.ToName());
        generator.SetStartDate(CertificateIssuing.TimeOf(Day(2016)));
        generator.SetEndDate(CertificateIssuing.TimeOf(Day(2040)));
        generator.SetSubject(name.ToName());
        generator.SetSubjectPublicKeyInfo((key ?? own).PublicKeyInfo);
        return Certificate.Parse(CertificateIssuing.Sign(own, generator.GenerateTbsCertificate()));
    })];

    private Entry OfLeaf(DateTimeOffset at, RevocationReason reason = RevocationReason.KeyCompromise) => new(pki.Leaf, at, reason, extensions =>
        extensions.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(AuthorityName.ToName()))));

    private static void AddCrlSign(X509ExtensionsGenerator extensions) => extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign));

    private static RevocationList Indirect(int hoursBefore, KeyPair key, params Entry[] entries) => List(key, ListerName, Recently.AddHours(-hoursBefore), entries, extensions =>
        extensions.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(Point(), false, false, null, true, false)));

    private static Certificate Lister(KeyPair issuerKey, DistinguishedName issuer, KeyPair key) => Issue(issuerKey, issuer, key, ListerName, Day(2020), Day(2040), extensions =>
    {
        extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.CrlSign));
        AddPoint(extensions);
    });

    private static void AddPoint(X509ExtensionsGenerator extensions) => extensions.AddExtension(
        X509Extensions.CrlDistributionPoints, false, new CrlDistPoint([new DistributionPoint(Point(), null, new GeneralNames(new GeneralName(ListerName.ToName())))]));

    private static DistributionPointName Point() => new(DistributionPointName.FullName, new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, "http://x")));

    private IEnumerable<(string, SubIndication)> Faults(CertificatePaths paths, IReadOnlyList<Certificate> along) =>
        FaultsOf(paths.Build(pki.Leaf, along, Signed, CertificateUsage.Any));

    private static IEnumerable<(string, SubIndication)> FaultsOf(PathResult result) =>
        result.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));
}
