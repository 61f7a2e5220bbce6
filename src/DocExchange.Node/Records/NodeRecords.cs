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
    private readonly LiteDatabase database;
    private readonly Lock writing = new();

    /// <exception cref="IOException">Another process has the database open.</exception>
    public NodeRecords(DataFolder folder)
    {
        var mapper = new BsonMapper { EnumAsInteger = true, EmptyStringToNull = false, TrimWhitespace = false };
        database = new LiteDatabase(new ConnectionString { Filename = folder.Database, Collation = Collation.Binary }, mapper);

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

    public ILiteCollection<ChainRow> Chains => database.GetCollection<ChainRow>("chains");

    public ILiteCollection<QueuedRow> Queue => database.GetCollection<QueuedRow>("queue");

    public ILiteCollection<RefusedRow> Refused => database.GetCollection<RefusedRow>("refused");

    public ILiteCollection<EntryRow> Entries => database.GetCollection<EntryRow>("entries");

    public ILiteCollection<PackageRow> Packages => database.GetCollection<PackageRow>("packages");

    public ILiteCollection<UploadRow> Uploads => database.GetCollection<UploadRow>("uploads");

    public ILiteCollection<NumberRow> Numbers => database.GetCollection<NumberRow>("numbers");

    public ILiteCollection<ListedRow> Inbox => database.GetCollection<ListedRow>("inbox");

    public ILiteCollection<ListedRow> Outbox => database.GetCollection<ListedRow>("outbox");

    public ILiteCollection<DraftRow> Drafts => database.GetCollection<DraftRow>("drafts");

    public ILiteCollection<SealUseRow> SealUses => database.GetCollection<SealUseRow>("sealUses");

    public ILiteCollection<SentRow> Sent => database.GetCollection<SentRow>("sent");

    public ILiteCollection<SuccessionRow> Successions => database.GetCollection<SuccessionRow>("successions");

    public ILiteCollection<DirectoryRow> Directories => database.GetCollection<DirectoryRow>("directories");

    public ILiteCollection<AlarmRow> Alarms => database.GetCollection<AlarmRow>("alarms");

    public ILiteCollection<WitnessedRow> Witnessed => database.GetCollection<WitnessedRow>("witnessed");

    public ILiteCollection<TokenRow> Tokens => database.GetCollection<TokenRow>("tokens");

    public ILiteCollection<AnswerRow> Answers => database.GetCollection<AnswerRow>("answers");

    public ILiteCollection<ReceivedRow> Received => database.GetCollection<ReceivedRow>("received");

    public ILiteCollection<AcknowledgedRow> Acknowledged => database.GetCollection<AcknowledgedRow>("acknowledged");

    public ILiteCollection<NumberingRow> Numberings => database.GetCollection<NumberingRow>("numberings");

    private ILiteCollection<SettingRow> Settings => database.GetCollection<SettingRow>("settings");

    public T Write<T>(Func<T> work)
    {
        lock (writing)
        {
            // A write within a write belongs to the outer transaction.
            var isOutermost = database.BeginTrans();
            try
            {
                var result = work();
                if (isOutermost)
                {
                    database.Commit();
                }

                return result;
            }
            catch
            {
                if (isOutermost)
                {
                    database.Rollback();
                }

                throw;
            }
        }
    }

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

    public void Dispose() => database.Dispose();
}
