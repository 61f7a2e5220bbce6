using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Hammer.Past;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.FullText;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DocExchange.Hammer.Pages;

/// <summary>
/// A hub that does not run, whose ledger, catalogue and full-text index are written by its own parts. What its network would have checked is not
/// checked, and no package is there: documents count as archived in a volume that is not.
/// </summary>
internal sealed class PastHub : IAsyncDisposable
{
    private const int PutBeforeCommit = 50_000;
    private const int TogetherInTrail = 32;
    private const int PeopleInTrail = 20;

    private readonly SingleProcess only;
    private readonly ServiceProvider services;
    private readonly ILedgerStore ledger;
    private readonly ICatalogue catalogue;
    private readonly LedgerFold fold;
    private readonly FullTextIndex index;
    private int put;

    private PastHub(HubFolder folder)
    {
        only = folder.Claim();
        services = HubHost.Services(folder, HubSettings.Read(folder.Settings)).BuildServiceProvider();
        ledger = services.GetRequiredService<ILedgerStore>();
        catalogue = services.GetRequiredService<ICatalogue>();
        fold = services.GetRequiredService<LedgerFold>();
        index = services.GetRequiredService<FullTextIndex>();
        Identity = services.GetRequiredService<HubIdentity>();
        Objects = services.GetRequiredService<IObjectStore>();
    }

    public HubIdentity Identity { get; }

    public IObjectStore Objects { get; }

    public long Size => ledger.Size;

    /// <param name="chains">Told what the ledger holds already.</param>
    public static async Task<PastHub> OpenAsync(HubFolder folder, PastChains chains, CancellationToken cancellation)
    {
        var hub = new PastHub(folder);
        await hub.services.GetRequiredService<CatalogueRestore>().CatchUpAsync(null, cancellation);
        await hub.services.GetRequiredService<FullTextFeed>().CatchUpAsync(null, cancellation);
        await foreach (var (_, bytes) in hub.ledger.ReadFrom(0, cancellation))
        {
            var signed = SignedStatement.Parse(LedgerEntry.Parse(bytes).Statement, hub.Objects.Get);
            chains.Continue(signed.Statement, signed.Id);
        }

        return hub;
    }

    /// <summary>On disk in the ledger when it returns.</summary>
    public Task AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation) => ledger.AppendAsync(entries, cancellation);

    /// <summary>Entries that were appended, in order, into the catalogue; their documents count as archived.</summary>
    /// <returns>The documents as the catalogue has them.</returns>
    public async Task<IReadOnlyList<DocumentSnapshot>> ProjectAsync(IReadOnlyList<LoggedStatement> logged, Func<DocumentId, string> volume, CancellationToken cancellation)
    {
        var directory = services.GetRequiredService<DirectoryKeeper>().Current;
        List<CatalogueRow> rows = [.. logged.Select(each => fold.Take(each, directory).Row)];
        catalogue.Add(rows);
        await catalogue.WaitForAsync(rows[^1].Index + 1, cancellation);
        fold.Trim();
        List<DocumentSnapshot> documents = [.. rows.GroupBy(row => row.Document!.Id).Select(row => row.Last().Document!)];
        catalogue.MarkArchived([.. documents.Select(document => (document.Id, volume(document.Id)))]);
        return documents;
    }

    /// <summary>Into the full-text index, with the words of their bodies.</summary>
    public void Put(IReadOnlyList<DocumentSnapshot> documents, Func<DocumentId, IEnumerable<string>> words)
    {
        Parallel.ForEach(documents, document => index.Put(document, words(document.Id)));
        if ((put += documents.Count) >= PutBeforeCommit)
        {
            put = 0;
            index.Commit(new FullTextProgress(catalogue.ProjectedSize, -1, 0));
        }
    }

    /// <summary>Lines of the audit trail, as searches of the archive leave them. Many wait for one sync.</summary>
    public void FillTrail(int lines)
    {
        var trail = services.GetRequiredService<AuditTrail>();
        Parallel.For(0, lines, new ParallelOptions { MaxDegreeOfParallelism = TogetherInTrail }, line => trail.Append(new AuditedAct(
            "Search", $"archivist-{line % PeopleInTrail} 档案员", "done", new Dictionary<string, string> { ["title"] = PastText.MarkOf(line), ["from"] = "2026-01-01", ["until"] = "2026-12-31", ["account"] = $"archivist-{line % PeopleInTrail}" })));
    }

    /// <summary>Puts a signed checkpoint over all of it, and has nothing left to be copied.</summary>
    public void Finish()
    {
        index.Commit(new FullTextProgress(catalogue.ProjectedSize, -1, 0));
        catalogue.StatementsArchivedTo = ledger.Size;
        _ = new NewestCheckpoint(ledger, Identity, NullLogger.Instance).Of(ledger.Size);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        only.Dispose();
    }
}
