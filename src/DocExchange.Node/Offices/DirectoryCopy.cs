using System.Collections.Concurrent;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Node.Offices;

/// <summary>
/// This node's copy of the 机构目录, version by version, each proved by the hub's DirectoryPublished. Safe for concurrent use.
/// </summary>
internal sealed class DirectoryCopy(NodeRecords records, ObjectFolder objects, KeyRing keys, AlarmBell alarms)
{
    private readonly BindingWatch watch = new(keys, alarms);
    private readonly ConcurrentDictionary<long, OfficeDirectory> open = new();

    /// <exception cref="RefusedException">The node has none yet.</exception>
    public OfficeDirectory Newest() => FindNewest() ?? throw new RefusedException(
        Refusal.NotFound,
        "本节点尚未取得机构目录。请等待与中心连接后再试。",
        "This node has no office directory yet. Wait until it has been connected to the hub.");

    public OfficeDirectory? FindNewest() => records.Directories.Query().OrderByDescending(row => row.Id).FirstOrDefault() is { } row ? Open(row) : null;

    /// <summary>That version; null where it is not here.</summary>
    public OfficeDirectory? Find(long version) => records.Directories.FindById(version) is { } row ? Open(row) : null;

    /// <summary>The bytes of a version that is here, as the hub published them.</summary>
    public byte[] BytesOf(long version) => BytesOf(records.Directories.FindById(version));

    /// <summary>The version that was in force where a statement stands in the ledger; the oldest one for what stands before it.</summary>
    public OfficeDirectory? InForceAt(long index)
    {
        var rows = records.Directories.FindAll().ToList();
        return (rows.Where(row => row.Index < index).MaxBy(row => row.Index) ?? rows.MinBy(row => row.Index)) is { } row ? Open(row) : null;
    }

    public bool Has(long version) => records.Directories.Exists(row => row.Id == version);

    /// <summary>Keeps a version whose statement was judged authentic.</summary>
    /// <exception cref="FormatException">The bytes are not the directory the statement names.</exception>
    public OfficeDirectory Keep(DirectoryPublishedBody published, long index, ReadOnlySpan<byte> xml)
    {
        if (Digest.Of(xml) != published.Directory)
        {
            throw new WordedFormatException(
                $"收到的第 {published.Version} 版不是中心发布的那一份（{published.Directory}）。",
                $"The directory received for version {published.Version} is not the one the hub published ({published.Directory}).");
        }

        var directory = OfficeDirectoryXml.Read(xml.ToArray());
        if (directory.Version != published.Version)
        {
            throw new WordedFormatException(
                $"作为第 {published.Version} 版发布的机构目录自称第 {directory.Version} 版。", $"The directory published as version {published.Version} calls itself version {directory.Version}.");
        }

        objects.Put(xml);
        records.Write(() => records.Directories.Upsert(new DirectoryRow { Id = directory.Version, Index = index, Content = published.Directory.ToString() }));
        if (FindNewest()!.Version == directory.Version)
        {
            // An older version, read late, binds what was bound then.
            watch.Look(directory, xml.ToArray());
        }

        return directory;
    }

    private OfficeDirectory Open(DirectoryRow row) => open.GetOrAdd(row.Id, _ => OfficeDirectoryXml.Read(BytesOf(row)));

    private byte[] BytesOf(DirectoryRow row) =>
        objects.Get(Digest.Parse(row.Content)) ?? throw new IOException($"Directory version {row.Id} (object {row.Content}) is missing or damaged. Restore the folder 'objects' from the backup.");
}
