using DocExchange.Durability;
using DocExchange.Node.OaApi;
using DocExchange.Node.Outbox;
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
        // takes the whole engine down with it. And every type of row: LiteDB's mapper is not made to learn from several threads.
        Index(Chains, nameof(ChainRow.Party));
        Index(Uploads, nameof(UploadRow.Document));
        Index(Directories, nameof(DirectoryRow.Index));
        Index(Settings, nameof(SettingRow.Number));
        Index(Entries, nameof(EntryRow.Document), nameof(EntryRow.Statement), nameof(EntryRow.Chain));
        Index(Queue, nameof(QueuedRow.Document), nameof(QueuedRow.Number), nameof(QueuedRow.Place));
        Index(Numbers, nameof(NumberRow.Place));
        Index(Identifiers, nameof(IdentifierRow.Document));
        Index(Inbox, nameof(ListedRow.Document));
        Index(Outbox, nameof(ListedRow.Document), nameof(ListedRow.OfficeKey), nameof(ListedRow.OpenKey));
        Index(Drafts, nameof(DraftRow.Key), nameof(DraftRow.Office), nameof(DraftRow.Stage));
        Index(SealUses, nameof(SealUseRow.Office));
        Index(Sent, nameof(SentRow.Serial));
        Index(Successions, nameof(SuccessionRow.Replaced));
        Index(Packages, nameof(PackageRow.State));
        Index(Refused, nameof(RefusedRow.Document));
        Index(Alarms, nameof(AlarmRow.Key), nameof(AlarmRow.ClosedAt));
        Index(Witnessed, nameof(WitnessedRow.At));
        Index(Tokens, nameof(TokenRow.Office));
        Index(Answers, nameof(AnswerRow.At));
        Index(Received, nameof(ReceivedRow.Arrival), nameof(ReceivedRow.Shelf), nameof(ReceivedRow.Seen), nameof(ReceivedRow.Alarm), nameof(ReceivedRow.Entered), nameof(ReceivedRow.EnteredFrom), nameof(ReceivedRow.Sequence), nameof(ReceivedRow.Numbered));
        Index(Acknowledged, nameof(AcknowledgedRow.At));
        Index(Numberings, nameof(NumberingRow.Form));
        Index(ArchiveNumbers, nameof(ArchiveNumberRow.At));
        Index(UrgeRequests, nameof(UrgeRequestRow.Office), nameof(UrgeRequestRow.At));
    }

    /// <summary>Cancelled when its database failed: the node has to be started again.</summary>
    public CancellationToken Broken => files.Broken;

    /// <summary>The write that failed, or the damage that was found; null while there is none.</summary>
    public Exception? Fault => files.Fault;

    public ILiteCollection<ChainRow> Chains => files.Database.GetCollection<ChainRow>("chains");

    public ILiteCollection<QueuedRow> Queue => files.Database.GetCollection<QueuedRow>("queue");

    public ILiteCollection<RefusedRow> Refused => files.Database.GetCollection<RefusedRow>("refused");

    public ILiteCollection<EntryRow> Entries => files.Database.GetCollection<EntryRow>("entries");

    public ILiteCollection<PackageRow> Packages => files.Database.GetCollection<PackageRow>("packages");

    public ILiteCollection<UploadRow> Uploads => files.Database.GetCollection<UploadRow>("uploads");

    public ILiteCollection<NumberRow> Numbers => files.Database.GetCollection<NumberRow>("numbers");

    public ILiteCollection<IdentifierRow> Identifiers => files.Database.GetCollection<IdentifierRow>("identifiers");

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

    public ILiteCollection<ArchiveNumberRow> ArchiveNumbers => files.Database.GetCollection<ArchiveNumberRow>("archiveNumbers");

    public ILiteCollection<UrgeRequestRow> UrgeRequests => files.Database.GetCollection<UrgeRequestRow>("urgeRequests");

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

    private static void Index<TRow>(ILiteCollection<TRow> rows, params string[] fields)
    {
        foreach (var field in fields)
        {
            rows.EnsureIndex(field, "$." + field);
        }
    }
}
