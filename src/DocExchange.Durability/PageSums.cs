using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using DocExchange.Trust.Faults;

namespace DocExchange.Durability;

/// <summary>
/// A checksum (CRC-32C) of each page of a LiteDB data file, in a file beside it: LiteDB has none, and would read a byte that the
/// disk changed as what was written. They are saved with the pages of a checkpoint, before the log is cut off that has these pages
/// too. So whatever a crash leaves, a page that is not what its checksum says is in the log, is read from there, and written anew.
/// For one caller at a time.
/// </summary>
/// <remarks>
/// Sectors of 512 bytes, each with a checksum of its own, of which a power failure leaves the old or the new. The first says when the
/// data file was last written: where that is not so, somebody else wrote to it, a copy was put in its place, or a checkpoint broke
/// off; then the pages count as they are. So they do where there is no such file yet.
/// </remarks>
internal sealed class PageSums : IDisposable
{
    /// <summary>Bytes of a data file that is read whole when it is opened; of a larger one, what is known is checked as it is read.</summary>
    public const long ReadWholeUpTo = 256L << 20;

    private const int PageSize = PageBuffer.PageSize;
    private const int SectorSize = 512;
    private const int SumSize = sizeof(uint);
    private const int SumsOfSector = (SectorSize / SumSize) - 1;
    private const int PagesAtOnce = 128;
    private const ulong Magic = 0x31_53_4d_55_53_58_44; // DXSUMS1

    private readonly IDisk disk;
    private readonly IDiskFile data;
    private readonly IDiskFile file;
    private readonly SortedSet<int> changedSectors = [];

    // 0 where it is not known.
    private uint[] sums = [];

    private PageSums(IDisk disk, IDiskFile data)
    {
        (this.disk, this.data) = (disk, data);
        file = disk.OpenOrCreate(Of(data.Path));
    }

    /// <summary>Where the checksums of a database file are.</summary>
    public static string Of(string path) => Path.ChangeExtension(path, ".sums");

    /// <summary>Reads the data file, whole where it is small or its checksums are not known.</summary>
    /// <exception cref="PageDamagedException">A page is not what was written.</exception>
    public static PageSums Open(IDisk disk, IDiskFile data, IDiskFile log, long readWholeUpTo = ReadWholeUpTo)
    {
        var sums = new PageSums(disk, data);
        try
        {
            sums.Load();
            var logged = PagesIn(log, data.Length / PageSize);
            foreach (var page in logged)
            {
                sums.Set(page, 0);
            }

            sums.changedSectors.Clear();
            sums.Verify(page => !logged.Contains(page), isWhole: data.Length <= readWholeUpTo);
            if (sums.changedSectors.Count > 0)
            {
                sums.Save();
            }

            return sums;
        }
        catch
        {
            sums.Dispose();
            throw;
        }
    }

    /// <exception cref="PageDamagedException">The page is not what was written.</exception>
    public void Check(long offset, ReadOnlySpan<byte> page)
    {
        var number = (int)(offset / PageSize);
        if (number < sums.Length && sums[number] != 0 && sums[number] != SumOf(page))
        {
            throw new PageDamagedException(data.Path, number, offset);
        }
    }

    /// <summary>The page is on its way to the file.</summary>
    public void Note(long offset, ReadOnlySpan<byte> page) => Set((int)(offset / PageSize), SumOf(page));

    /// <summary>Nothing is known any more of the pages that have these bytes.</summary>
    public void Forget(long offset, long count)
    {
        for (var page = offset / PageSize; page < sums.Length && page * PageSize < offset + count; page++)
        {
            Set((int)page, 0);
        }
    }

    /// <summary>On disk when this returns; the pages must be. Without room there are none until the database is opened again.</summary>
    public void Save()
    {
        try
        {
            Span<byte> bytes = stackalloc byte[SectorSize];
            foreach (var sector in changedSectors)
            {
                bytes.Clear();
                var first = sector * SumsOfSector;
                for (var at = 0; at < SumsOfSector && first + at < sums.Length; at++)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes[(at * SumSize)..], sums[first + at]);
                }

                WriteSector(1 + sector, bytes);
            }

            WriteHead(disk.LastWritten(data.Path).UtcTicks);
            changedSectors.Clear();
        }
        catch (StorageFullException) when (file.Length >= SectorSize)
        {
            WriteHead(0);
        }
        catch (StorageFullException)
        {
            // There is none that could be believed.
        }
    }

    public void Dispose() => file.Dispose();

    private void WriteHead(long lastWritten)
    {
        Span<byte> head = stackalloc byte[SectorSize];
        BinaryPrimitives.WriteUInt64LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(head[sizeof(ulong)..], lastWritten);
        WriteSector(0, head);
        file.Sync();
    }

    private void WriteSector(int number, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[^SumSize..], SumOf(bytes[..^SumSize]));
        file.Write((long)number * SectorSize, bytes);
    }

    private bool ReadSector(int number, Span<byte> into) =>
        file.Read((long)number * SectorSize, into) == SectorSize && BinaryPrimitives.ReadUInt32LittleEndian(into[^SumSize..]) == SumOf(into[..^SumSize]);

    private void Load()
    {
        Span<byte> bytes = stackalloc byte[SectorSize];
        if (data.Length == 0 || !ReadSector(0, bytes) || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(ulong)..]) != disk.LastWritten(data.Path).UtcTicks)
        {
            if (file.Length > 0)
            {
                file.SetLength(0);
            }

            return;
        }

        var pages = (int)(data.Length / PageSize);
        for (var sector = 0; sector * SumsOfSector < pages; sector++)
        {
            if (!ReadSector(1 + sector, bytes))
            {
                continue;
            }

            for (var at = 0; at < SumsOfSector && (sector * SumsOfSector) + at < pages; at++)
            {
                Set((sector * SumsOfSector) + at, BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at * SumSize)..]));
            }
        }
    }

    private void Verify(Func<int, bool> isTaken, bool isWhole)
    {
        var buffer = new byte[PagesAtOnce * PageSize];
        var read = 0;
        for (var offset = 0L; offset < data.Length; offset += read)
        {
            var count = (int)Math.Min(PagesAtOnce, (data.Length - offset) / PageSize);
            if (!isWhole && count > 0 && Enumerable.Range((int)(offset / PageSize), count).All(page => page < sums.Length && sums[page] != 0))
            {
                read = buffer.Length;
                continue;
            }

            read = data.Read(offset, buffer);
            read -= read % PageSize;
            if (read == 0)
            {
                return;
            }

            for (var at = 0; at < read; at += PageSize)
            {
                var page = buffer.AsSpan(at, PageSize);
                var number = (int)((offset + at) / PageSize);
                Check(offset + at, page);
                if (isTaken(number) && (number >= sums.Length || sums[number] == 0))
                {
                    Note(offset + at, page);
                }
            }
        }
    }

    private void Set(int page, uint sum)
    {
        if (page >= sums.Length)
        {
            Array.Resize(ref sums, Math.Max(page + 1, sums.Length * 2));
        }

        if (sums[page] != sum)
        {
            sums[page] = sum;
            changedSectors.Add(page / SumsOfSector);
        }
    }

    // Every page of LiteDB 5 begins with its number; in what a power failure left at the end of a log it may be any.
    private static HashSet<int> PagesIn(IDiskFile log, long pagesOfData)
    {
        var pages = new HashSet<int>();
        Span<byte> number = stackalloc byte[sizeof(uint)];
        for (var offset = 0L; log.Read(offset, number) == number.Length; offset += PageSize)
        {
            var page = BinaryPrimitives.ReadUInt32LittleEndian(number);
            if (page < pagesOfData)
            {
                pages.Add((int)page);
            }
        }

        return pages;
    }

    // 0 is for what is not known.
    private static uint SumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            sum = BitOperations.Crc32C(sum, rest);
        }

        return sum == 0 ? 1 : sum;
    }
}

/// <summary>A page of a database is not what was written: its disk changed it.</summary>
public sealed class PageDamagedException(string path, int page, long offset) : IOException(
    $"Page {page} of '{path}' (8192 bytes from {offset}) is not what was written: the disk changed it. Nothing was changed. Have the disk seen to and restore the data folder from a backup; what a node had received since then it has from the hub again."), IWorded
{
    public string Chinese { get; } = $"“{path}”的第 {page} 页（自字节 {offset} 起的 8192 字节）与写入时不同，是磁盘改变了它；数据未被改动。请检查磁盘，并从备份恢复数据目录；节点此后收到的公文会由中心重新送来。";
}
