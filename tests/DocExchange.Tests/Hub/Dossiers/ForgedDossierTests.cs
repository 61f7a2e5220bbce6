using DocExchange.Core.Dossiers;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Dossiers;

/// <summary>Dossiers made by somebody of the exchange who is not its hub, or who has its key no longer.</summary>
internal sealed class ForgedDossierTests
{
    private DossierSite site = null!;
    private byte[] dossier = null!;

    [SetUp]
    public async Task IssueAsync()
    {
        site = await DossierSite.StartAsync();
        dossier = await site.IssueAsync();
    }

    [TearDown]
    public async Task StopAsync() => await site.DisposeAsync();

    [Test]
    public async Task Who_signed_one_must_be_certified_as_the_hub()
    {
        var genuine = await site.JudgeAsync(dossier);
        foreach (var key in new[] { site.Hub.Site.Nodes[SenderNode].Machine, site.Hub.Site.Offices[GeneralOffice].Key })
        {
            var forged = await site.JudgeAsync(await site.ReissueAsync(dossier, entries => entries, key));
            Assert.That(Codes(forged, Indication.Indeterminate), Has.Member("HUB_NOT_CERTIFIED"));
        }

        Assert.That(Codes(genuine, Indication.TotalPassed), Has.Member("HUB_BY_CERTIFICATE").And.Not.Member("HUB_NOT_CERTIFIED"), DossierTests.Faults(genuine));
        Assert.That(genuine.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
    }

    // Whoever makes one says who stands above its signers, and may have thousands of these: each would be tried anew for every signer.
    [TestCase(20, true)]
    [TestCase(650, false)]
    public async Task All_signers_of_a_dossier_draw_on_one_budget(int namesakes, bool isEnough)
    {
        var issuer = site.Hub.Get<HubIdentity>().Key.Certificate.Inner.IssuerDN;
        var trust = site.Roots with { Intermediates = [.. Enumerable.Range(0, namesakes).Select(i => Namesake(issuer, i + 1))] };

        var verdict = await site.JudgeAsync(dossier, trust);

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(isEnough ? Indication.TotalPassed : Indication.Indeterminate), DossierTests.Faults(verdict));
        Assert.That(
            verdict.Verdict.Signatures.SelectMany(signature => signature.Findings).Where(finding => finding is { Code: "CRL_LIMIT" or "PATH_SEARCH_LIMIT", Indication: Indication.Indeterminate }),
            isEnough ? Is.Empty : Is.Not.Empty);
    }

    [Test]
    public async Task Who_knows_the_ledgers_key_needs_no_word_of_the_hubs_certificate()
    {
        var key = site.Hub.Get<HubIdentity>().LedgerKey.Verifier;
        var demands = new DossierDemands(site.Roots, ValidationPolicy.Strict, site.Hub.Clock.GetUtcNow()) { LedgerKey = key };

        var verdict = await new DossierJudge(demands).JudgeAsync(new MemoryStream(dossier), CancellationToken.None);

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(verdict));
        Assert.That(verdict.Verdict.Findings.Select(finding => finding.Code), Has.None.StartsWith("HUB_"));
    }

    [Test]
    public async Task The_hubs_stolen_key_makes_none_that_passes_by_claiming_an_earlier_time()
    {
        var identity = site.Hub.Get<HubIdentity>();
        site.Hub.Clock.Advance(TimeSpan.FromHours(1));
        await site.Hub.Get<Revocation>().RevokeAsync(identity.Key.Certificate.Fingerprint, RevocationReason.KeyCompromise, null, CancellationToken.None);
        var lists = RevocationList.ParseAll(await File.ReadAllBytesAsync(Path.Combine(site.Hub.Folder.Authority, "crl.pem")));
        site.Hub.Clock.Advance(TimeSpan.FromHours(1));

        // What it claims is what the genuine one said.
        var verdict = await site.JudgeAsync(dossier, new TrustStore(site.Roots.Anchors, [], lists));

        var signed = verdict.Verdict.Signatures.Zip(verdict.Parts).Single(each => each.Second == DossierLayout.Signature).First;
        Assert.That((signed.Indication, signed.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.RevokedNoPoe)), DossierTests.Faults(verdict));
        Assert.That(verdict.Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task What_stands_in_the_ledger_before_its_certificate_was_revoked_was_there_by_then()
    {
        await using var other = await DossierSite.StartAsync(isStamped: false, isWitnessed: false);
        other.Hub.Clock.Advance(TimeSpan.FromHours(1));
        await other.Hub.Get<Revocation>().RevokeAsync(other.Hub.Site.Offices[Dongcheng].Key.Certificate.Fingerprint, RevocationReason.KeyCompromise, null, CancellationToken.None);

        var verdict = await other.JudgeAsync(await other.IssueAsync());

        var revoked = verdict.Summary!.Manifest.Announcements.Single(each => each.Type == "CertificateRevoked").Index;
        var proven = verdict.Verdict.Signatures.Zip(verdict.Parts)
            .Where(each => each.First.Findings.Any(finding => finding.Code == "PROOF_OF_EXISTENCE" && finding.English.Contains($"below the revocation in entry {revoked};", StringComparison.Ordinal)))
            .Select(each => each.Second).ToList();
        Assert.That(proven, Has.Count.EqualTo(1).And.All.Contain("SignedFor"), DossierTests.Faults(verdict));
    }

    // By an authority of the same name below another anchor that the reader trusts too: no chain of the hub leads there, so it is open whether that counts.
    [Test]
    public async Task A_doubtful_revocation_of_the_hub_is_not_evaded_by_claiming_an_earlier_time()
    {
        var hub = site.Hub.Get<HubIdentity>().Key.Certificate;
        using var namesake = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("北京市 签发CA (ECDSA)", "北京市", null), Start.AddYears(-1), Start.AddYears(9));
        site.Hub.Clock.Advance(TimeSpan.FromHours(1));
        var revoked = site.Hub.Clock.GetUtcNow();
        var list = namesake.IssueRevocationList([new RevokedCertificate(hub.SerialNumber, revoked, RevocationReason.KeyCompromise)], revoked, revoked.AddDays(9), 1);
        site.Hub.Clock.Advance(TimeSpan.FromHours(1));

        var verdict = await site.JudgeAsync(dossier, new TrustStore([.. site.Roots.Anchors, namesake.Certificate], [], [list]));

        var signed = verdict.Verdict.Signatures.Zip(verdict.Parts).Single(each => each.Second == DossierLayout.Signature).First;
        Assert.That(signed.Findings.Select(finding => (finding.Code, finding.SubIndication)), Has.Member(("CERT_REVOKED", SubIndication.TryLater)), DossierTests.Faults(verdict));
    }

    // It keeps the directory, and could bind its own key as an office's.
    [Test]
    public async Task The_hubs_own_key_signs_for_no_office_whatever_the_directory_says()
    {
        var (at, key) = (site.Hub.Clock.GetUtcNow(), site.Hub.Get<HubIdentity>().Key);
        await site.Hub.Get<DirectoryPublishing>().PublishAsync(
            directory => directory.Next(at, offices:
            [
                .. directory.Offices.Select(office => office.Id == Dongcheng
                    ? office with { Certificates = [.. office.Certificates, new BoundCertificate(CertificateUse.Document, key.Certificate, new Period(at))] }
                    : office),
            ]),
            CancellationToken.None);
        await site.Hub.PostAsync(await site.Hub.SignAsync(StatementType.Completed, Dongcheng, document: site.Document, key: key));

        var verdict = await site.JudgeAsync(await site.IssueAsync());

        var signed = verdict.Verdict.Signatures.Zip(verdict.Parts).Single(each => each.Second.Contains("Completed", StringComparison.Ordinal)).First;
        Assert.That(signed.Findings.Where(finding => finding.Indication != Indication.TotalPassed).Select(finding => finding.Code), Is.EqualTo(new[] { "SIGNER_OF_ANOTHER_KIND" }));
        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.Indeterminate), DossierTests.Faults(verdict));
    }

    [TestCase(-1, null, ExpectedResult = "CHECKPOINT_NOT_WITNESSED", Description = "two keys of one node")]
    [TestCase(-2, -1, ExpectedResult = "CHECKPOINT_NOT_WITNESSED", Description = "one of them ended before")]
    [TestCase(null, null, ExpectedResult = "CHECKPOINT_WITNESSED", Description = "keys of two nodes")]
    public async Task<string> Nobody_witnesses_twice(int? since, int? until)
    {
        var at = site.Hub.Clock.GetUtcNow();
        using var second = NoteSigner.Generate(SenderNode.ToString(), NoteKeyType.Cosignature);
        await site.Hub.Get<DirectoryPublishing>().PublishAsync(
            directory => directory.Next(at, machines:
            [
                .. directory.Machines.Select(machine => machine.Id == SenderNode && since is { } from
                    ? machine with { WitnessKeys = [.. machine.WitnessKeys, new(second.Verifier, new Period(at.AddDays(from), until is { } to ? at.AddDays(to) : null))] }
                    : machine),
            ]),
            CancellationToken.None);
        var other = since is null ? site.Hub.Site.Witnesses[DistrictNode] : second;
        var issued = await site.IssueAsync();

        var verdict = await site.JudgeAsync(await site.ReissueAsync(issued, entries => DossierSite.Replaced(entries, DossierLayout.Checkpoint, bytes =>
        {
            var note = SignedNote.Parse(bytes);
            var bare = SignedNote.Of(note.Text, note.Signatures.Where(made => made.Name == site.Hub.Get<HubIdentity>().LedgerKey.Verifier.Name));
            return other.Cosign(site.Hub.Site.Witnesses[SenderNode].Cosign(bare, at), at).ToBytes();
        })));

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(verdict));
        return Codes(verdict, Indication.TotalPassed).Single(code => code.StartsWith("CHECKPOINT_", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Codes(DossierVerdict verdict, Indication indication) =>
        verdict.Verdict.Findings.Where(finding => finding.Indication == indication).Select(finding => finding.Code);

    /// <summary>With a key as costly to verify with as any, which signed nothing.</summary>
    private static Certificate Namesake(X509Name name, int serial)
    {
        using var signer = KeyPair.Generate(Suite.Intl);
        var modulus = new byte[1024];
        new Random(serial).NextBytes(modulus);
        (modulus[0], modulus[^1]) = (0xC0, 1);
        var generator = new V3TbsCertificateGenerator();
        generator.SetSerialNumber(DerInteger.ValueOf(serial));
        generator.SetSignature(SignatureScheme.IdentifierFor(signer.Algorithm));
        generator.SetIssuer(name);
        generator.SetStartDate(CertificateIssuing.TimeOf(Start.AddYears(-1)));
        generator.SetEndDate(CertificateIssuing.TimeOf(Start.AddYears(9)));
        generator.SetSubject(name);
        generator.SetSubjectPublicKeyInfo(new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(PkcsObjectIdentifiers.RsaEncryption, DerNull.Instance), new RsaPublicKeyStructure(new BigInteger(1, modulus), BigInteger.ValueOf(65537))));
        return Certificate.Parse(CertificateIssuing.Sign(signer, generator.GenerateTbsCertificate()));
    }
}
