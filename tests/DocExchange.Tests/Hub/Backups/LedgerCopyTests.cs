using DocExchange.Durability;
using DocExchange.Durability.Backups;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Ledger;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Hub.Backups;

internal sealed class LedgerCopyTests
{
    private const long SmallSegment = 2_000;

    private static readonly BackupDescription Like = new(BackupDescription.CurrentFormat, BackupDescription.OfHub, "test", "test/~hub", DateTimeOffset.UnixEpoch, "test/1", 0, "", "");

    [Test]
    public async Task Any_beginning_of_a_ledger_is_a_ledger_and_finished_segments_are_copied_once()
    {
        using var folder = new TemporaryFolder();
        await using var store = FileLedgerStore.Open(FolderDisk.ForWriting(folder.Under("data/ledger")), SmallSegment);
        using var signer = NoteSigner.Generate("test/1", NoteKeyType.Ed25519);
        var kept = 0L;
        for (var size = 1; size <= 40; size++)
        {
            await store.AppendAsync([new byte[200 + size]], CancellationToken.None);
            store.SaveCheckpoint(new Checkpoint("test/1", size, store.Root(size)).SignedBy(signer).ToBytes());
            if (size % 7 != 0)
            {
                continue;
            }

            // Less than what is there: others append while a backup runs.
            var pinned = size - 3;
            var result = Backup(folder, pinned);
            kept += result.Files - result.CopiedFiles;
            var restored = folder.Under($"restored-{size}");
            BackupReader.Open(folder.Under("backup"), BackupDescription.OfHub, new BackupLimits()).RestoreTo(restored, "hub.json", CancellationToken.None);
            var audit = LedgerAudit.Run(Path.Combine(restored, "ledger"), CancellationToken.None);
            await using var opened = FileLedgerStore.Open(Path.Combine(restored, "ledger"));

            using (Assert.EnterMultipleScope())
            {
                Assert.That(audit.Problems, Is.Empty);
                Assert.That((opened.Size, opened.Root(pinned)), Is.EqualTo(((long)pinned, store.Root(pinned))));
                Assert.That(CheckpointLog.Parse(opened.LatestCheckpoint!.Value.Span).Size, Is.EqualTo(pinned));
            }
        }

        Assert.That(kept, Is.GreaterThan(5));
    }

    [Test]
    public async Task A_damaged_entry_is_not_copied()
    {
        using var folder = new TemporaryFolder();
        await using (var store = FileLedgerStore.Open(folder.Under("data/ledger")))
        {
            await store.AppendAsync([new byte[300], new byte[300]], CancellationToken.None);
        }

        var path = folder.Under("data/ledger/entries-000000.log");
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        Assert.That(() => Backup(folder, 2), Throws.TypeOf<LedgerCorruptException>());
    }

    private static BackupResult Backup(TemporaryFolder folder, long size)
    {
        using var backup = BackupWriter.Begin(folder.Under("backup"), folder.Under("data"), Like, new LocalDisk(), new BackupLimits(), null, CancellationToken.None);
        new LedgerCopy(folder.Under("data/ledger"), backup).Run(size, CancellationToken.None);
        return backup.Finish(Like);
    }
}
