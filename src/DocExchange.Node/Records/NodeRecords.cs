using DocExchange.Durability;
using DocExchange.Node.OaApi;
using DocExchange.Node.Receiving;
using LiteDB;

namespace DocExchange.Node.Records;

/// <summary>
/// The node's database. One writer at a time: <see cref="Write{T}"/> is one transaction, on disk when it returns, undone
/// when its work throws. Reads may happen at any time. Safe for concurrent use.
/// </summary>
internal sealed class NodeRecords : IDisposable
{
    // What it learns of a type is compiled, and does not change.
    private static readonly BsonMapper Mapper = new() { EnumAsInteger = true, EmptyStringToNull = false, TrimWhitespace = false };

    private readonly DurableDatabase files;

    /// <exception cref="IOException">Another process has the database open.</exception>
    public NodeRecords(DataFolder folder, IDisk? disk = null)
    {
        files = new DurableDatabase(disk ?? new LocalDisk(), folder.Database, Mapper, Collation.Binary);

        // Every collection is made here: a reader that meets one being made by another thread's transaction fails, and
        // takes the whole engine down with it. By name, so that what LiteDB compiles for a type of row is compiled when one is used.
        Index("chains", nameof(ChainRow.Party));
        Index("uploads", nameof(UploadRow.Document));
        Index("directories", nameof(DirectoryRow.Index));
        Index("settings", nameof(SettingRow.Number));
        Index("entries", nameof(EntryRow.Document), nameof(EntryRow.Statement), nameof(EntryRow.Chain));
        Index("queue", nameof(QueuedRow.Document));
        Index("numbers", nameof(NumberRow.Place));
        Index("inbox", nameof(ListedRow.Document));
        Index("outbox", nameof(ListedRow.Document), nameof(ListedRow.OfficeKey), nameof(ListedRow.OpenKey));
        Index("drafts", nameof(DraftRow.Key), nameof(DraftRow.Office), nameof(DraftRow.Stage));
        Index("sealUses", nameof(SealUseRow.Office));
        Index("sent", nameof(SentRow.Serial));
        Index("successions", nameof(SuccessionRow.Replaced));
        Index("packages", nameof(PackageRow.State));
        Index("refused", nameof(RefusedRow.Document));
        Index("alarms", nameof(AlarmRow.Key));
        Index("witnessed", nameof(WitnessedRow.At));
        Index("tokens", nameof(TokenRow.Office));
        Index("answers", nameof(AnswerRow.At));
        Index("received", nameof(ReceivedRow.Arrival), nameof(ReceivedRow.Shelf), nameof(ReceivedRow.Seen), nameof(ReceivedRow.Alarm), nameof(ReceivedRow.Entered), nameof(ReceivedRow.EnteredFrom), nameof(ReceivedRow.Sequence), nameof(ReceivedRow.Numbered));
        Index("acknowledged", nameof(AcknowledgedRow.At));
        Index("numberings", nameof(NumberingRow.Form));
    }

    public ILiteCollection<ChainRow> Chains => files.Database.GetCollection<ChainRow>("chains");

    public ILiteCollection<QueuedRow> Queue => files.Database.GetCollection<QueuedRow>("queue");

    public ILiteCollection<RefusedRow> Refused => files.Database.GetCollection<RefusedRow>("refused");

    public ILiteCollection<EntryRow> Entries => files.Database.GetCollection<EntryRow>("entries");

    public ILiteCollection<PackageRow> Packages => files.Database.GetCollection<PackageRow>("packages");

    public ILiteCollection<UploadRow> Uploads => files.Database.GetCollection<UploadRow>("uploads");

    public ILiteCollection<NumberRow> Numbers => files.Database.GetCollection<NumberRow>("numbers");

    public ILiteCollection<ListedRow> Inbox => files.Database.GetCollection<ListedRow>("inbox");

    public ILiteCollection<ListedRow> Outbox => files.Database.GetCollection<ListedRow>("outbox");

    public ILiteCollection<DraftRow> Drafts => files.Database.GetCollection<DraftRow>("drafts");

    public ILiteCollection<SealUseRow> SealUses => files.Database.GetCollection<SealUseRow>("sealUses");

    public ILiteCollection<SentRow> Sent => files.Database.GetCollection<SentRow>("sent");

    public ILiteCollection<SuccessionRow> Successions => files.Database.GetCollection<SuccessionRow>("successions");

    public ILiteCollection<DirectoryRow> Directories => files.Database.GetCollection<DirectoryRow>("directories");

    public ILiteCollection<AlarmRow> Alarms => files.Database.GetCollection<AlarmRow>("alarms");

    public ILiteCollection<WitnessedRow> Witnessed => files.Database.GetCollection<WitnessedRow>("witnessed");

    public ILiteCollection<TokenRow> Tokens => files.Database.GetCollection<TokenRow>("tokens");

    public ILiteCollection<AnswerRow> Answers => files.Database.GetCollection<AnswerRow>("answers");

    public ILiteCollection<ReceivedRow> Received => files.Database.GetCollection<ReceivedRow>("received");

    public ILiteCollection<AcknowledgedRow> Acknowledged => files.Database.GetCollection<AcknowledgedRow>("acknowledged");

    public ILiteCollection<NumberingRow> Numberings => files.Database.GetCollection<NumberingRow>("numberings");

    private ILiteCollection<SettingRow> Settings => files.Database.GetCollection<SettingRow>("settings");

    public T Write<T>(Func<T> work) => files.Write(work);

    public void Write(Action work) => Write(() =>
    {
        work();
        return true;
    });

    public SettingRow? Setting(string name) => Settings.FindById(name);

    /// <summary>Inside <see cref="Write(Action)"/>.</summary>
    public void Set(string name, long number, byte[]? content = null) => Settings.Upsert(new SettingRow { Id = name, Number = number, Content = content });

    /// <summary>Inside <see cref="Write(Action)"/>: ids that are never given twice, also not after a restart.</summary>
    public long NextId(string name)
    {
        var next = (Setting(name)?.Number ?? 0) + 1;
        Set(name, next);
        return next;
    }

    /// <summary>Gives out the database's files as they stand at one moment; see <see cref="DurableDatabase.Copy"/>.</summary>
    public void Copy(Action<string, Stream, long> take) => files.Copy(take);

    public void Dispose() => files.Dispose();

    private void Index(string rows, params string[] fields)
    {
        var collection = files.Database.GetCollection(rows);
        foreach (var field in fields)
        {
            collection.EnsureIndex(field, "$." + field);
        }
    }
}
