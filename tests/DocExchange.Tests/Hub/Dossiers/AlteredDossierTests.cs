using System.Text;
using DocExchange.Core.Dossiers;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Hub.Dossiers;

/// <summary>What is altered in a dossier is found and named, also where the digests were made to fit.</summary>
public sealed class AlteredDossierTests
{
    private DossierSite site = null!;
    private byte[] dossier = null!;

    [OneTimeSetUp]
    public async Task IssueAsync()
    {
        site = await DossierSite.StartAsync();
        dossier = await site.IssueAsync();
        var sound = await site.JudgeAsync(dossier);
        Assert.That(sound.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), DossierTests.Faults(sound));
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await site.DisposeAsync();

    [Test]
    public async Task Every_flipped_byte_is_detected()
    {
        var passed = new List<string>();
        foreach (var (position, where) in Positions())
        {
            var altered = dossier.ToArray();
            altered[position] ^= (byte)(1 << (position % 8));
            if ((await site.JudgeAsync(altered)).Verdict.Indication == Indication.TotalPassed)
            {
                passed.Add($"byte {position} of {where}");
            }
        }

        Assert.That(passed, Is.Empty);
    }

    [Test]
    public async Task What_was_altered_is_named()
    {
        var at = Find("statements/");
        var altered = dossier.ToArray();
        altered[at.Start + 200] ^= 1;

        var verdict = await site.JudgeAsync(altered);

        Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
        Assert.That(verdict.Verdict.Findings.Select(finding => finding.English), Has.Some.Contains(at.Path));
    }

    [TestCase("SignedFor")]
    [TestCase("Returned")]
    public async Task A_dropped_receipt_is_detected_though_digests_and_list_were_made_to_fit(string type)
    {
        var index = (await site.JudgeAsync(dossier)).Summary!.Acts.Single(act => act.Type == type).Index;
        var altered = await DossierSite.RepackAsync(dossier, entries => DossierSite.Without(entries, index));

        var verdict = await site.JudgeAsync(altered);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(verdict.Summary!.Acts.Select(act => act.Type), Has.None.EqualTo(type), "the rest of the dossier is as it was");
            Assert.That(SignatureOverDigests(verdict).Indication, Is.EqualTo(Indication.TotalFailed), "the hub signed that this receipt is there");
        }
    }

    [Test]
    public async Task A_dropped_receipt_that_another_answers_is_missed_by_name()
    {
        var index = (await site.JudgeAsync(dossier)).Summary!.Acts.Single(act => act.Type == "Returned").Index;
        var altered = await DossierSite.RepackAsync(dossier, entries => DossierSite.Without(entries, index));

        Assert.That((await site.JudgeAsync(altered)).Verdict.Findings.Select(finding => finding.Code), Has.Some.EqualTo("STATEMENT_MISSING"));
    }

    [Test]
    public async Task A_dossier_without_the_hubs_signature_is_none()
    {
        var altered = await DossierSite.RepackAsync(dossier, entries => entries.Where(entry => entry.Path != DossierLayout.Signature));

        var verdict = await site.JudgeAsync(altered);

        Assert.That((verdict.Verdict.Indication, verdict.Verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.FormatFailure)));
    }

    // The file brings its own trust along: whom the reader trusts to make seals is for the reader to say.
    [TestCase(true)]
    [TestCase(false)]
    public async Task Only_the_named_makers_make_the_seals_in_it(bool isNamed)
    {
        var verdict = await site.JudgeAsync(dossier, site.Roots with { SealMakers = isNamed ? site.Roots.Anchors : [] });

        var seals = verdict.Verdict.Signatures.Where(signature => signature.Kind == SignatureKind.Seal).ToList();
        Assert.That(seals, Is.Not.Empty);
        Assert.That(seals.Select(seal => seal.SubIndication), Is.All.EqualTo(isNamed ? SubIndication.None : SubIndication.NoCertificateChainFound));
    }

    [Test]
    public async Task A_checkpoint_of_another_ledger_key_is_refused_by_who_knows_the_key()
    {
        using var other = NoteSigner.Generate("bj/other", NoteKeyType.Ed25519);
        var judge = new DossierJudge(new DossierDemands(site.Roots, ValidationPolicy.Strict, site.Hub.Clock.GetUtcNow()) { LedgerKey = other.Verifier });

        var verdict = await judge.JudgeAsync(new MemoryStream(dossier), CancellationToken.None);

        Assert.That(verdict.Verdict.Findings.Select(finding => finding.Code), Has.Some.EqualTo("LEDGER_KEY_DIFFERS"));
    }

    [TestCase("../README.txt")]
    [TestCase("statements/007-SignedFor-dc.p7m")]
    [TestCase("extra.txt")]
    [TestCase("trust/ocsp/0.der")]
    public async Task An_entry_that_has_no_place_is_refused(string path)
    {
        var altered = await DossierSite.RepackAsync(dossier, entries => entries.Take(1).Append((path, "x"u8.ToArray())).Concat(entries.Skip(1)));

        var verdict = await site.JudgeAsync(altered);

        Assert.That(verdict.Verdict.Findings.Single().Code, Is.EqualTo("DOSSIER_FORMAT"));
    }

    [Test]
    public async Task Entries_in_another_order_are_refused()
    {
        var altered = await DossierSite.RepackAsync(dossier, entries => entries.Take(1).Concat(entries.Skip(2)).Append(entries.ElementAt(1)));

        Assert.That((await site.JudgeAsync(altered)).Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
    }

    private SignatureVerdict SignatureOverDigests(DossierVerdict verdict) => verdict.Verdict.Signatures.Zip(verdict.Parts).First(each => each.Second == DossierLayout.Signature).First;

    // Every entry at both of its ends and at places in between, every kind of header, and places of everything.
    private IEnumerable<(int Position, string Where)> Positions()
    {
        foreach (var (start, length, path) in Entries())
        {
            int[] inside = length == 0 ? [] : [0, length / 3, 2 * length / 3, length - 1];
            foreach (var at in inside.Select(at => start + at).Append(start - 1).Append(start - path.Length - 20).Distinct())
            {
                yield return (at, path);
            }
        }

        for (var position = dossier.Length - 1; position > dossier.Length - 120; position -= 7)
        {
            yield return (position, "the directory's end");
        }
    }

    private (int Start, string Path) Find(string prefix) => Entries().Where(entry => entry.Path.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => (entry.Start, entry.Path)).First();

    private List<(int Start, int Length, string Path)> Entries()
    {
        using var reader = StoredArchiveReader.OpenAsync(new MemoryStream(dossier), DossierLayout.MaxEntries, _ => { }, CancellationToken.None).GetAwaiter().GetResult();
        var found = new List<(int, int, string)>();
        var position = 0;
        foreach (var entry in reader.Entries)
        {
            position += 30 + Encoding.UTF8.GetByteCount(entry.Path);
            found.Add((position, (int)entry.Size, entry.Path));
            position += (int)entry.Size;
        }

        return found;
    }
}
