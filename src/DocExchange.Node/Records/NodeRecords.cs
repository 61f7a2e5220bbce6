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
    private readonly DurableDatabase files;

    /// <exception cref="IOException">Another process has the database open.</exception>
    public NodeRecords(DataFolder folder, IDisk? disk = null)
    {
        var mapper = new BsonMapper { EnumAsInteger = true, EmptyStringToNull = false, TrimWhitespace = false };
        files = new DurableDatabase(disk ?? new LocalDisk(), folder.Database, mapper, Collation.Binary);

        // Every collection is made here: a reader that meets one being made by another thread's transaction fails, and
        // takes the whole engine down with it.
        Chains.EnsureIndex(row => row.Party);
        Uploads.EnsureIndex(row => row.Document);
        Directories.EnsureIndex(row => row.Index);
        Settings.EnsureIndex(row => row.Number);
        Entries.EnsureIndex(row => row.Document);
        Entries.EnsureIndex(row => row.Statement);
        Entries.EnsureIndex(row => row.Chain);
        Queue.EnsureIndex(row => row.Document);
        Numbers.EnsureIndex(row => row.Series);
        Inbox.EnsureIndex(row => row.Document);
        Outbox.EnsureIndex(row => row.Document);
        Outbox.EnsureIndex(row => row.OfficeKey);
        Outbox.EnsureIndex(row => row.OpenKey);
        Drafts.EnsureIndex(row => row.Key);
        Drafts.EnsureIndex(row => row.Office);
        Drafts.EnsureIndex(row => row.Stage);
        SealUses.EnsureIndex(row => row.Office);
        Sent.EnsureIndex(row => row.Serial);
        Successions.EnsureIndex(row => row.Replaced);
        Packages.EnsureIndex(row => row.State);
        Refused.EnsureIndex(row => row.Document);
        Alarms.EnsureIndex(row => row.Key);
        Witnessed.EnsureIndex(row => row.At);
        Tokens.EnsureIndex(row => row.Office);
        Answers.EnsureIndex(row => row.At);
        Received.EnsureIndex(row => row.Arrival);
        Received.EnsureIndex(row => row.Shelf);
        Received.EnsureIndex(row => row.Seen);
        Received.EnsureIndex(row => row.Alarm);
        Received.EnsureIndex(row => row.Entered);
        Received.EnsureIndex(row => row.EnteredFrom);
        Received.EnsureIndex(row => row.Sequence);
        Received.EnsureIndex(row => row.Numbered);
        Acknowledged.EnsureIndex(row => row.At);
        Numberings.EnsureIndex(row => row.Form);
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
}
