using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.FaultTests.Writing;

/// <summary>What a hub has to stand for, whatever its disks did.</summary>
internal static class HubPromises
{
    private static readonly string[] Nodes = [.. new[] { ExchangeSite.SenderNode, ExchangeSite.DistrictNode, ExchangeSite.OtherNode }.Select(node => node.ToString())];

    /// <summary>What was acknowledged is in the ledger, and every proof that was given still holds.</summary>
    public static void RequireProofs(FaultedHub faulted, int from = 0)
    {
        var (ledger, verifier) = (faulted.Hub.Ledger, faulted.Hub.Get<HubIdentity>().LedgerKey.Verifier);
        foreach (var given in faulted.Acknowledged.Skip(from))
        {
            var checkpoint = Checkpoint.Open(given.Checkpoint.ToBytes(), verifier).Checkpoint;
            var leaf = MerkleHash.Leaf(given.Entry.Bytes.Span);
            Assert.That(ledger.Read(given.Index).Span.SequenceEqual(given.Entry.Bytes.Span), Is.True, $"Entry {given.Index} is not what was acknowledged, after: {faulted.Fault.Failed}");
            Assert.That(MerkleTree.VerifyInclusion(leaf, given.Index, checkpoint.Size, given.InclusionProof, checkpoint.Root), Is.True, "A proof that was given does not hold.");
            Assert.That(ledger.Root(checkpoint.Size), Is.EqualTo(checkpoint.Root), $"The ledger contradicts a checkpoint it gave, after: {faulted.Fault.Failed}");
        }
    }

    /// <summary>Each statement is in the ledger once, each chain has each number once, each document was accepted once.</summary>
    public static void RequireOnce(FaultedHub faulted)
    {
        var statements = Statements(faulted.Hub);
        Assert.That(Twice(statements.Select(signed => signed.Id)), Is.Empty, "Statements that are in the ledger twice.");
        Assert.That(Twice(statements.Select(signed => (signed.Statement.Chain.ChainId, signed.Statement.Chain.Number))), Is.Empty, "Numbers of a chain that were used twice.");
        Assert.That(Twice(statements.Where(signed => signed.Statement.Type == StatementType.Accepted).Select(signed => signed.Statement.Document)), Is.Empty, "Documents that were accepted twice.");
        Assert.That(Twice(statements.Where(signed => signed.Statement.Body is DeliveredBody).Select(signed => (signed.Statement.Document, ((DeliveredBody)signed.Statement.Body).Recipient))), Is.Empty, "Documents delivered twice.");
        Assert.That(faulted.Acknowledged.Select(given => given.Id), Is.SubsetOf(statements.Select(signed => signed.Id)));
    }

    /// <summary>Every accepted package is what was sent, in the spool and in the archive.</summary>
    public static async Task RequirePackagesAsync(FaultedHub faulted, IEnumerable<TestPackage> packages)
    {
        var archive = faulted.Hub.Get<IArchiveStore>();
        foreach (var package in packages)
        {
            Assert.That(await faulted.Hub.FetchAsync(package.Id, ExchangeSite.SenderNode), Is.EqualTo(package.Bytes));
            await using var archived = archive.OpenPackage(package.Id.Value);
            Assert.That(archived, Is.Not.Null);
            Assert.That(await Digest.OfAsync(archived!, CancellationToken.None), Is.EqualTo(package.Id.Value));
        }

        foreach (var volume in archive.AllPackages().Select(each => each.Volume).Distinct().ToList())
        {
            Assert.That(await archive.VerifyVolumeAsync(volume, CancellationToken.None), Is.Empty);
        }
    }

    /// <summary>What the catalogue answers is what one made anew from the ledger answers, and the directory in force is the same.</summary>
    public static async Task RequireRebuildIsEqualAsync(FaultedHub faulted)
    {
        var before = await AnswersAsync(faulted.Hub);
        await faulted.Hub.RestartAsync();
        Assert.That(await AnswersAsync(faulted.Hub), Is.EqualTo(before), "after a restart");
        await faulted.Hub.RestartAsync(withoutCatalogue: true);
        Assert.That(await AnswersAsync(faulted.Hub), Is.EqualTo(before), "made anew");
    }

    /// <summary>What the catalogue answers, once it reflects the whole ledger.</summary>
    public static async Task<List<string>> AnswersAsync(HubUnderTest hub)
    {
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        var everything = hub.Catalogue.Search(new SearchQuery(null, [], [], null, null, null, null, 10_000, null));
        List<string> answers =
        [
            .. everything.Documents.Select(document => Describe(document) + string.Join(',', hub.Catalogue.EntriesOf(document.Id))),
            .. Nodes.Select(node => $"{node}: {string.Join(',', hub.Catalogue.Mailbox(node, 0, 10_000))}"),
            .. Statements(hub).Select(signed => signed.Statement.Chain.ChainId).Distinct().Select(chain => $"{chain}: {hub.Catalogue.FindHead(chain)}"),
            $"{hub.Catalogue.ProjectedSize} {hub.Catalogue.Count()} {hub.Catalogue.CountInProgress()}",
            $"{hub.Get<DocExchange.Hub.Offices.DirectoryKeeper>().Current.Version}",
        ];
        return answers;
    }

    private static string Describe(DocumentSnapshot document) => string.Join(
        '|', typeof(DocumentSnapshot).GetProperties().Select(property => property.GetValue(document) is IEnumerable<string> several ? string.Join(',', several) : $"{property.GetValue(document)}"));

    private static List<SignedStatement> Statements(HubUnderTest hub)
    {
        var objects = hub.Get<IObjectStore>();
        return [.. hub.Ledger.ReadFrom(0, CancellationToken.None).ToBlockingEnumerable().Select(each => SignedStatement.Parse(LedgerEntry.Parse(each.Entry).Statement, objects.Get))];
    }

    private static IEnumerable<T> Twice<T>(IEnumerable<T> values) => values.GroupBy(value => value).Where(group => group.Count() > 1).Select(group => group.Key);
}
