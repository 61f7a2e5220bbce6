using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using OcspResponse = DocExchange.Trust.Certificates.OcspResponse;
using static DocExchange.Tests.Trust.Certificates.PastPki;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>
/// A dossier may bring tens of thousands of lists, answers and certificates, and thousands of signers whom they may concern: each signer asks for those alone that may speak of it, and pays
/// for each that is found, whether or not another signer has paid for its signature.
/// </summary>
public sealed class FoundForEachTests
{
    private static readonly DateTimeOffset Recently = Today.AddDays(-5);

    private PastPki pki = null!;
    private KeyPair secondKey = null!;
    private Certificate second = null!;

    [SetUp]
    public void SetUp()
    {
        pki = new PastPki();
        secondKey = KeyPair.Generate(Suite.Intl);
        second = Issue(pki.IssuerKey, AuthorityName, secondKey, new DistinguishedName("Second signer", null, null), Day(2023), Day(2030));
    }

    [TearDown]
    public void TearDown()
    {
        pki.Dispose();
        secondKey.Dispose();
    }

    [Test]
    public void Lists_that_others_made_under_the_name_of_its_issuer()
    {
        var forged = Enumerable.Range(0, 300).Select(i => List(pki.OtherKey, AuthorityName, Recently.AddMinutes(-i), []));

        Assert.That(CostOfSecond(Store with { RevocationLists = [.. Store.RevocationLists, .. forged] }) - CostOfSecond(Store), Is.InRange(4 * 300, 8 * 300));
    }

    [Test]
    public void Answers_that_speak_of_its_number_and_of_another_issuer()
    {
        var others = Enumerable.Range(0, 200).Select(i => OcspAnswers.Make(pki.OtherKey, pki.Root, second, pki.Root, OcspAnswers.Good, Recently.AddMinutes(-i), Today.AddDays(20)));

        Assert.That(CostOfSecond(Store with { OcspResponses = [.. others] }) - CostOfSecond(Store), Is.EqualTo(4 * 200));
    }

    [Test]
    public void Certificates_of_its_issuers_key_that_others_made_under_any_name([Values] bool isOfItsName)
    {
        var made = Made(200, isOfItsName);

        Assert.That(CostOfSecond(Store with { Intermediates = [pki.Issuer, .. made] }) - CostOfSecond(Store), Is.InRange(made.Count, isOfItsName ? 40 * made.Count : 2 * made.Count));
    }

    [Test]
    public void Certificates_that_an_answer_may_call_its_responder()
    {
        var answer = OcspAnswers.MakeAs(OcspAnswers.ByKey(pki.OtherKey), pki.OtherKey, second, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var made = Enumerable.Range(0, 200).Select(i => Responder(pki.LeafKey, LeafName, pki.OtherKey, Day(2020), Day(2030).AddDays(i)));
        var store = Store with { OcspResponses = [answer] };

        Assert.That(CostOfSecond(store with { Intermediates = [pki.Issuer, .. made] }) - CostOfSecond(store), Is.InRange(200, 400));
    }

    [Test]
    public void Deltas_with_all_that_they_may_build_upon()
    {
        RevocationList[] Lists(int deltas) =>
        [
            .. Enumerable.Range(0, 100).Select(i => pki.OwnList(Recently.AddMinutes(-i))),
            .. Enumerable.Range(0, deltas).Select(i => List(pki.IssuerKey, AuthorityName, Recently.AddMinutes(-i), [], extensions => extensions.AddExtension(X509Extensions.DeltaCrlIndicator, true, DerInteger.ValueOf(1 + i)))),
        ];
        var forEachList = 8 * 100;

        Assert.That(
            CostOfSecond(Store with { RevocationLists = [pki.RootList(), .. Lists(100)] }) - CostOfSecond(Store with { RevocationLists = [pki.RootList(), .. Lists(0)] }),
            Is.InRange(forEachList / 2 + (100 * 200 / 32), forEachList + (100 * 200 / 32)));
    }

    [Test]
    public void Nothing_that_speaks_of_others_alone()
    {
        var of = OcspAnswers.Make(pki.IssuerKey, pki.Issuer, second, pki.Issuer, OcspAnswers.Good, Recently, Today.AddDays(20));
        var ofOthers = Enumerable.Range(0, 50).Select(i => OcspAnswers.Make(pki.IssuerKey, pki.Issuer, pki.Leaf, pki.Issuer, OcspAnswers.Good, Recently.AddMinutes(-i), Today.AddDays(20))).ToList();
        RevocationList[] own = [.. new[] { 3, 1, 2, 0 }.Select(days => pki.OwnList(Recently.AddDays(-days)))];
        var known = new KnownStatus(new TrustStore([], [], [pki.RootList(), .. own]) { OcspResponses = [.. ofOthers, of] });
        var budget = new SignatureBudget(8, 1_000);
        IEnumerable<Digest> Prints(IEnumerable<RevocationList> lists) => lists.Select(list => list.Fingerprint);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.AnswersOn(second, budget), Is.EqualTo(new[] { of }));
            Assert.That(known.WithoutAnswers().AnswersOn(second, budget), Is.Empty);
            Assert.That(Prints(known.ListsOn(second, budget)), Is.EqualTo(Prints([own[3], own[1], own[2], own[0]])), "the newest first");
            Assert.That(Prints(known.ListsOn(second, budget, 2)), Is.EqualTo(Prints([own[3], own[1]])));
            Assert.That(budget.Refused, Is.Zero);
            Assert.That(known.ListsOn(second, new SignatureBudget(8, 15)), Is.Empty, "nothing is left to look at four");
        }
    }

    [Test]
    public void Of_certificates_at_hand_those_alone_that_a_signer_may_name()
    {
        var known = new KnownSigners([pki.Root, pki.Issuer, pki.Leaf, second]);
        var work = new FileWork(2, 0);
        CmsSignerIdentifier Named(Certificate certificate) => new(CertificateFields.Of(certificate).Issuer, CertificateFields.Of(certificate).SerialNumber, null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(known.NamedBy(Named(second), work), Is.EqualTo(new[] { second }));
            Assert.That(known.NamedBy(new CmsSignerIdentifier(default, default, SigningCertificate.KeyIdentifierOf(pki.Issuer)), work), Is.EqualTo(new[] { pki.Issuer }));
            Assert.That(work.Left, Is.Zero);
            Assert.That(known.NamedBy(Named(second), work), Is.Empty, "nothing is left to look through them");
        }
    }

    // That no list speaks for the time would be a lie: one does, and nobody looked whose it is.
    [Test]
    public void What_was_not_weighed_is_not_said_to_be_stale()
    {
        var lister = Authority(pki.RootKey, RootName, pki.OtherKey, AuthorityName, Day(2018), Day(2040));
        var paths = new CertificatePaths(new TrustStore([pki.Root], [pki.Issuer, lister], [pki.RootList(), List(pki.OtherKey, AuthorityName, Recently, [])]), CertificatePathOptions.Default);
        var file = FileWork.Of(CertificatePathOptions.Default);
        IEnumerable<(string, SubIndication)> Faults() => paths.Build(pki.Leaf, [], Signed, CertificateUsage.Any, file).Findings
            .Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => (finding.Code, finding.SubIndication));
        var known = Faults().ToList();
        while (file.TryWeigh())
        {
        }

        var unweighed = Faults().ToList();
        file.Allow(1_000);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(known, Is.Empty);
            Assert.That(unweighed, Is.EqualTo(new[] { ("CRL_LIMIT", SubIndication.TryLater) }));
            Assert.That(Faults(), Is.Empty, "a statement more of a dossier allows for some more");
            Assert.That(Enumerable.Range(0, 100).Count(_ => file.TryWeigh()), Is.InRange(1, 39));
        }
    }

    // Its issuer is at hand; there was nothing left to see whether it is.
    [Test]
    public void An_issuer_that_was_not_looked_for_is_not_said_to_be_unknown()
    {
        Finding IssuerOf(int work, params Certificate[] intermediates) => new CertificatePaths(new TrustStore([pki.Root], intermediates, []), CertificatePathOptions.Default with { MaxWork = work })
            .Build(pki.Leaf, [], Signed, CertificateUsage.Any).Findings.Single(finding => finding.Code == "CERT_ISSUER_UNKNOWN");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(IssuerOf(0, pki.Issuer).English, Does.EndWith("the search for a chain stopped at its limit."));
            Assert.That(IssuerOf(0, pki.Issuer).SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
            Assert.That(IssuerOf(1_000_000).English, Does.EndWith("is not known or not trusted."));
        }
    }

    private TrustStore Store => new([pki.Root], [pki.Issuer], [pki.RootList(), pki.OwnList(Recently)]);

    private List<Certificate> Made(int count, bool isOfItsName) => [.. Enumerable.Range(0, count).Select(i =>
        Authority(pki.OtherKey, LeafName, pki.IssuerKey, isOfItsName ? AuthorityName : new DistinguishedName($"Another {i}", null, null), Day(2018), Day(2040).AddDays(i)))];

    /// <summary>What the second of two signers takes of the work of a file, in microseconds.</summary>
    private long CostOfSecond(TrustStore store)
    {
        var (paths, file) = (new CertificatePaths(store, CertificatePathOptions.Default), FileWork.Of(CertificatePathOptions.Default));
        paths.Build(pki.Leaf, [], Signed, CertificateUsage.Any, file);
        var left = file.Left;
        paths.Build(second, [], Signed, CertificateUsage.Any, file);
        return left - file.Left;
    }
}
