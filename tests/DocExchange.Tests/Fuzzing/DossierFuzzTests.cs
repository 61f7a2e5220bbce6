using DocExchange.Core.Dossiers;
using DocExchange.Tests.Hub.Dossiers;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Fuzzing;

/// <summary>
/// The reader of dossiers, apart from the other targets because its sample needs a hub. The file as a whole is altered, and,
/// since its checksums stop most of that early, each kind of part by itself with the digests made to fit.
/// </summary>
[TestFixture]
internal sealed class DossierFuzzTests
{
    private const int Inputs = 250;
    private const int InputsOfPart = 20;

    private byte[] dossier = [];
    private List<(string Path, byte[] Content)> parts = [];
    private DossierDemands demands = null!;

    [OneTimeSetUp]
    public async Task IssueAsync()
    {
        await using var site = await DossierSite.StartAsync();
        dossier = await site.IssueAsync();
        demands = new DossierDemands(site.Roots, ValidationPolicy.Strict with { RevocationRequired = true }, site.Hub.Clock.GetUtcNow());
        using var reader = await StoredArchiveReader.OpenAsync(new MemoryStream(dossier), DossierLayout.MaxEntries, _ => { }, CancellationToken.None);
        parts = [.. reader.Entries.Select(entry => (entry.Path, reader.ReadAll(entry)))];
        Assert.That(Judge(dossier).Verdict.Faults, Is.Empty);
    }

    [Test]
    public void Stands_an_altered_dossier() => FuzzTests.Stand(new FuzzTarget("dossier", [dossier], bytes => Judge(bytes)) { Inputs = Inputs });

    [TestCase(DossierLayout.Manifest)]
    [TestCase(DossierLayout.Package)]
    [TestCase(DossierLayout.Facts)]
    [TestCase(DossierLayout.Policy)]
    [TestCase("statements/")]
    [TestCase("announcements/")]
    [TestCase("entries/")]
    [TestCase("proofs/")]
    [TestCase(DossierLayout.Checkpoint)]
    [TestCase(DossierLayout.LedgerKey)]
    [TestCase(DossierLayout.WitnessKeys)]
    [TestCase("timestamps/")]
    [TestCase("directories/")]
    [TestCase(DossierLayout.Anchors)]
    [TestCase(DossierLayout.Intermediates)]
    [TestCase(DossierLayout.Lists)]
    [TestCase(DossierLayout.Sums)]
    [TestCase(DossierLayout.Signature)]
    public void Stands_an_altered_part(string prefix)
    {
        var chosen = parts.Where(part => part.Path.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Assert.That(chosen, Is.Not.Empty);
        var name = "dossier-" + prefix.TrimEnd('/').Replace('/', '-');

        FuzzTests.Stand(new FuzzTarget(name, [.. chosen.Select(part => part.Content)], bytes => Judge(Repacked(chosen[0].Path, bytes))) { Inputs = InputsOfPart });
    }

    // Everything here works on memory: the tasks are complete when they are returned.
    private DossierVerdict Judge(byte[] bytes) =>
        new DossierJudge(demands).JudgeAsync(new MemoryStream(bytes, writable: false), CancellationToken.None).GetAwaiter().GetResult();

    private byte[] Repacked(string path, byte[] content)
    {
        var changed = parts.ConvertAll(part => part.Path == path ? (part.Path, Content: content) : part);
        var sums = DossierSums.Write(changed.Where(part => part.Path is not (DossierLayout.Sums or DossierLayout.Signature)).Select(part => (part.Path, Digest.Of(part.Content))));
        var archive = new StoredArchive();
        foreach (var part in changed)
        {
            var bytes = part.Path == DossierLayout.Sums && path != DossierLayout.Sums ? sums : part.Content;
            archive.AddAsync(new StoredPart(part.Path, bytes), CancellationToken.None).GetAwaiter().GetResult();
        }

        using var output = new MemoryStream();
        archive.WriteAsync(output, CancellationToken.None).GetAwaiter().GetResult();
        return output.ToArray();
    }
}
