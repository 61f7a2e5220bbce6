using DocExchange.Core.Documents;
using DocExchange.Core.Dossiers;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Dossiers;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Entries = System.Collections.Generic.IEnumerable<(string Path, byte[] Content)>;

namespace DocExchange.Tests.Hub.Dossiers;

/// <summary>A hub with a document that 东城区 signed for and 西城区 returned, beside another document nobody shall see in its dossier.</summary>
internal sealed class DossierSite : IAsyncDisposable
{
    public const string OtherTitle = "与本卷宗无关的另一公文";

    private DossierSite(HubUnderTest hub, DocumentId document)
    {
        (Hub, Document) = (hub, document);
    }

    public HubUnderTest Hub { get; }

    public DocumentId Document { get; }

    /// <summary>The exchange's roots, as an archivist has them from elsewhere.</summary>
    public TrustStore Roots => new(TrustStore.Of(Hub.Get<DirectoryKeeper>().Current.Authorities, []).Anchors, [], []);

    /// <param name="make">Makes the document, once the hub runs.</param>
    public static async Task<DossierSite> StartAsync(bool isStamped = true, bool isWitnessed = true, Func<HubUnderTest, Task<TestPackage>>? make = null)
    {
        var hub = await HubUnderTest.StartAsync();
        hub.Get<Revocation>().RenewLists();
        var other = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号") with { Title = OtherTitle }, "other");
        await hub.DispatchAsync(other);
        var package = await (make?.Invoke(hub) ?? TestPackage.MakeAsync());
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);
        await hub.DeliverAsync(package, Xicheng);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: other.Document);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        var returned = await hub.ActAsync(StatementType.Returned, Xicheng, new PlainBody("份数不符"), package.Document);
        await hub.ActAsync(StatementType.ReturnReceived, GeneralOffice, document: package.Document, subject: hub.Get<DocumentReplay>().Read(returned.Index).Id);
        if (isStamped)
        {
            await hub.Get<CheckpointStamper>().StampAsync(CancellationToken.None);
        }

        if (isWitnessed)
        {
            Witness(hub);
        }

        return new DossierSite(hub, package.Document);
    }

    public async Task<byte[]> IssueAsync(PartyId? caller = null, PartyId? office = null)
    {
        using var output = new MemoryStream();
        await Hub.Get<DossierDesk>().IssueAsync(Document.ToString(), caller, office, dossier => dossier.WriteToAsync(output, CancellationToken.None), CancellationToken.None);
        return output.ToArray();
    }

    /// <param name="trust">The exchange's roots unless told otherwise.</param>
    public Task<DossierVerdict> JudgeAsync(byte[] dossier, TrustStore? trust = null, DateTimeOffset? at = null) => new DossierJudge(
        new DossierDemands(trust ?? Roots, ValidationPolicy.Strict with { RevocationRequired = true }, at ?? Hub.Clock.GetUtcNow())).JudgeAsync(new MemoryStream(dossier, writable: false), CancellationToken.None);

    /// <summary>The same dossier with other entries, and the digests made to fit; only the hub could sign them.</summary>
    /// <param name="listed">Entries to list the digests of; those that are there unless told otherwise.</param>
    public static async Task<byte[]> RepackAsync(byte[] dossier, Func<Entries, Entries> change, Func<Entries, Entries>? listed = null)
    {
        using var reader = await StoredArchiveReader.OpenAsync(new MemoryStream(dossier), DossierLayout.MaxEntries, _ => { }, CancellationToken.None);
        var changed = change([.. reader.Entries.Select(entry => (entry.Path, reader.ReadAll(entry)))]).ToList();
        var sums = DossierSums.Write((listed?.Invoke(changed) ?? changed).Where(entry => entry.Path is not (DossierLayout.Sums or DossierLayout.Signature)).Select(entry => (entry.Path, Digest.Of(entry.Content))));
        var archive = new StoredArchive();
        foreach (var (path, content) in changed)
        {
            await archive.AddAsync(new StoredPart(path, path == DossierLayout.Sums ? sums : content), CancellationToken.None);
        }

        using var output = new MemoryStream();
        await archive.WriteAsync(output, CancellationToken.None);
        return output.ToArray();
    }

    /// <summary>A dossier with other entries as a hub would issue it that cheats or errs: digests and signature fit.</summary>
    /// <param name="key">The hub's own unless told otherwise.</param>
    public async Task<byte[]> ReissueAsync(byte[] dossier, Func<Entries, Entries> change, ISigningKey? key = null, Func<Entries, Entries>? listed = null)
    {
        var repacked = await RepackAsync(dossier, change, listed);
        using var reader = await StoredArchiveReader.OpenAsync(new MemoryStream(repacked), DossierLayout.MaxEntries, _ => { }, CancellationToken.None);
        var sums = reader.ReadAll(reader.Find(DossierLayout.Sums)!);
        var signature = await CmsSigner.SignAsync(sums, key ?? Hub.Get<HubIdentity>().Key, Hub.Clock.GetUtcNow(), CmsForm.Detached, CancellationToken.None);
        return await RepackAsync(repacked, entries => Replaced(entries, DossierLayout.Signature, _ => signature), listed);
    }

    public static Entries Replaced(Entries entries, string path, Func<byte[], byte[]> change) =>
        entries.Select(entry => entry.Path == path ? (path, change(entry.Content)) : entry);

    public static Entries WithManifest(Entries entries, Func<DossierManifest, DossierManifest> change) =>
        Replaced(entries, DossierLayout.Manifest, bytes => change(DossierManifest.Parse(bytes)).ToBytes());

    /// <summary>Without one statement on the document, its entry and its proof, and without a word of it in dossier.json.</summary>
    public static Entries Without(Entries entries, long index) => WithManifest(
        entries.Where(entry => !entry.Path.StartsWith($"statements/{index}-", StringComparison.Ordinal) && entry.Path != DossierLayout.Entry(index) && entry.Path != DossierLayout.Proof(index)),
        manifest => manifest with { Statements = [.. manifest.Statements.Where(each => each.Index != index)] });

    public async ValueTask DisposeAsync() => await Hub.DisposeAsync();

    private static void Witness(HubUnderTest hub)
    {
        var rounds = hub.Get<WitnessRounds>();
        foreach (var node in new[] { SenderNode, DistrictNode })
        {
            rounds.Add(node, hub.Site.Witnesses[node].Cosign(rounds.Candidate(), hub.Clock.GetUtcNow()).ToBytes());
        }
    }
}
