using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using LiteDB;

namespace DocExchange.Hub.Catalogue;

/// <summary>
/// Holds the catalogue against one that is made anew from the ledger beside it, row by row and field by field. LiteDB has no
/// checksums: a byte that changed on the disk may leave every page readable and let a row say something else. The hub must not
/// be running; what its catalogue lacks of the ledger's end is added first, as a start does. Takes as long as a rebuild, and as much room
/// as the catalogue.
/// </summary>
internal sealed class CatalogueAudit
{
    /// <summary>Further differences are counted only.</summary>
    public const int MaxProblems = 100;

    private const string FileName = "catalogue.litedb";
    private const string Meta = "meta";

    private readonly List<AuditProblem> problems = [];
    private int further;

    private CatalogueAudit()
    {
    }

    /// <exception cref="FolderInUseException">The hub is running.</exception>
    public static async Task<IReadOnlyList<AuditProblem>> RunAsync(HubFolder folder, WorkBar? bar, CancellationToken cancellation)
    {
        var settings = HubSettings.Read(folder.Settings);
        using var only = SingleProcess.Claim(folder.Root);
        folder.EmptyScratch();
        Directory.CreateDirectory(folder.Scratch);
        var fresh = Path.Combine(folder.Scratch, FileName);
        try
        {
            await FillAsync(folder, settings, fresh, bar, cancellation);
            return await CompareAsync(folder, settings, fresh, cancellation);
        }
        finally
        {
            folder.EmptyScratch();
        }
    }

    private static async Task<IReadOnlyList<AuditProblem>> CompareAsync(HubFolder folder, HubSettings settings, string fresh, CancellationToken cancellation)
    {
        try
        {
            await FillAsync(folder, settings, folder.Catalogue, null, cancellation);
            var audit = new CatalogueAudit();
            using var stored = new DurableDatabase(new LocalDisk(), folder.Catalogue, CatalogueTables.Mapper());
            using var right = new DurableDatabase(new LocalDisk(), fresh, CatalogueTables.Mapper());
            foreach (var name in CatalogueTables.Names)
            {
                audit.Compare(name, stored.Database.GetCollection(name), right.Database.GetCollection(name), cancellation);
            }

            return audit.further == 0 ? audit.problems : [.. audit.problems, new AuditProblem($"……目录库另有 {audit.further} 处不符。", $"… and {audit.further} more differences of the catalogue.")];
        }
        catch (Exception damage) when (CatalogueFiles.IsDamage(damage))
        {
            return [new AuditProblem($"目录库 {folder.Catalogue} 已损坏，无法读取。请执行 docex hub rebuild。", $"The catalogue {folder.Catalogue} is damaged and cannot be read ({damage.Message}). Run 'docex hub rebuild'.")];
        }
    }

    private static async Task FillAsync(HubFolder folder, HubSettings settings, string path, WorkBar? bar, CancellationToken cancellation)
    {
        await using var services = HubHost.Services(folder, settings)
            .AddSingleton<ICatalogue>(provider => new LiteDbCatalogue(path, settings.Zone, provider.GetRequiredService<IDisk>())).BuildServiceProvider();
        bar?.Begin("由账本另建目录库", "Making a catalogue beside it", services.GetRequiredService<ILedgerStore>().Size);
        await services.GetRequiredService<CatalogueRestore>().CatchUpAsync(bar, cancellation);
    }

    private void Compare(string name, ILiteCollection<BsonDocument> stored, ILiteCollection<BsonDocument> right, CancellationToken cancellation)
    {
        foreach (var row in right.FindAll().Where(row => !IsOwn(name, row)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (stored.FindById(row["_id"]) is not { } found)
            {
                Report($"目录库 {name} 缺少 {Told(row["_id"])}。", $"The catalogue's {name} lack {Told(row["_id"])}.");
                continue;
            }

            foreach (var field in row.Keys.Union(found.Keys).Where(field => found[field] != row[field]))
            {
                Report(
                    $"目录库 {name} 中 {Told(row["_id"])} 的 {field} 为 {Told(found[field])}，按账本应为 {Told(row[field])}。",
                    $"The catalogue's {name}: {field} of {Told(row["_id"])} is {Told(found[field])}; by the ledger it is {Told(row[field])}.");
            }
        }

        foreach (var row in stored.FindAll().Where(row => !IsOwn(name, row) && right.FindById(row["_id"]) is null))
        {
            cancellation.ThrowIfCancellationRequested();
            Report($"目录库 {name} 中的 {Told(row["_id"])} 在账本中没有依据。", $"The catalogue's {name} have {Told(row["_id"])}, for which there is nothing in the ledger.");
        }
    }

    // How far the archiver is follows from the volumes.
    private static bool IsOwn(string name, BsonDocument row) => name == Meta && row["_id"] == CatalogueTables.ArchivedTo;

    private void Report(string chinese, string english)
    {
        if (problems.Count < MaxProblems)
        {
            problems.Add(new AuditProblem(chinese + "请执行 docex hub rebuild。", english + " Run 'docex hub rebuild'."));
        }
        else
        {
            further++;
        }
    }

    private static string Told(BsonValue value) => $"'{(value.IsString ? value.AsString : value.ToString())}'";
}
