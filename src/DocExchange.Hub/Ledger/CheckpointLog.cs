using DocExchange.Trust.Merkle;

namespace DocExchange.Hub.Ledger;

/// <summary>
/// The checkpoints, one record behind the other in one file; the last intact one is the newest. Saving is one write
/// without a sync: the entries below a checkpoint were synced before it could be signed, so losing it loses nothing
/// that was promised, and a file of its own with its own sync would halve the batches a second. Synced when a segment is
/// finished and when the store closes. At <see cref="MaxLength"/> every second checkpoint is dropped, so that what
/// remains reaches far back, ever more thinly.
/// </summary>
internal sealed class CheckpointLog : IDisposable
{
    public const string FileName = "checkpoints.log";

    public const int MaxLength = 1024 * 1024;

    private readonly ILedgerDisk disk;
    private ILedgerFile file;
    private long length;
    private long count;

    private CheckpointLog(ILedgerDisk disk, ILedgerFile file)
    {
        (this.disk, this.file) = (disk, file);
    }

    public byte[]? LatestNote { get; private set; }

    public Checkpoint? Latest { get; private set; }

    /// <summary>Opens the log and cuts off a checkpoint that was half written.</summary>
    public static CheckpointLog Open(ILedgerDisk disk)
    {
        var log = new CheckpointLog(disk, disk.Open(FileName));
        disk.SyncFolder();
        foreach (var note in ReadAll(log.file))
        {
            log.Count(note);
        }

        if (log.length < log.file.Length)
        {
            log.file.Truncate(log.length);
            log.file.Sync();
        }

        return log;
    }

    /// <summary>All intact checkpoints, oldest first.</summary>
    public static List<byte[]> ReadAll(ILedgerFile file)
    {
        var notes = new List<byte[]>();
        var reader = new LedgerRecordReader(file, 0, 0, Math.Min(file.Length, 2 * MaxLength));
        while (reader.TryNext(out var note))
        {
            notes.Add(note.ToArray());
        }

        return notes;
    }

    /// <exception cref="FormatException">The bytes are not a checkpoint.</exception>
    public static Checkpoint Parse(ReadOnlySpan<byte> note) => Checkpoint.Parse(SignedNote.Parse(note).Text);

    public void Save(byte[] note)
    {
        var record = Record(count, note);
        if (length + record.Length > MaxLength)
        {
            Thin();
            record = Record(count, note);
        }

        file.Write(record, length);
        Count(note);
    }

    public void Sync() => file.Sync();

    public void Dispose() => file.Dispose();

    private void Count(byte[] note)
    {
        Latest = Parse(note);
        LatestNote = note;
        length += LedgerRecord.SizeOf(note);
        count++;
    }

    private void Thin()
    {
        var kept = ReadAll(file);
        while (kept.Count > 1 && kept.Sum(note => (long)LedgerRecord.SizeOf(note)) > MaxLength / 2)
        {
            kept = [.. kept.Where((_, i) => (kept.Count - 1 - i) % 2 == 0)];
        }

        disk.Replace(FileName, [.. kept.SelectMany((note, i) => Record(i, note))], isDurable: true);
        file.Dispose();
        file = disk.Open(FileName);
        (length, count) = (file.Length, kept.Count);
    }

    private static byte[] Record(long index, byte[] note)
    {
        var record = new byte[LedgerRecord.SizeOf(note)];
        LedgerRecord.Write(record, index, note);
        return record;
    }
}
