using System.Buffers;

namespace DocExchange.Trust.Ofd;

/// <summary>Whether the data of an entry is what the directory says: no byte of its packed size is left over behind it.</summary>
/// <param name="IsWhole">It ends exactly where its packed size ends, and unpacks to its size.</param>
/// <param name="HasChecksum">Its CRC-32 is the one in the directory; true also where it is not whole.</param>
internal readonly record struct OfdEntryData(bool IsWhole, bool HasChecksum)
{
    private const int PieceSize = 64 * 1024;

    /// <summary>It cannot be unpacked.</summary>
    public static OfdEntryData Damaged { get; } = new(false, true);

    /// <summary>Unpacks no more than the size in the directory; what is encrypted or packed in an unknown way is not whole.</summary>
    /// <param name="known">What a reader of the entry has seen of it already; null where nobody read it to its end.</param>
    public static async Task<OfdEntryData> ReadAsync(Stream file, OfdEntry entry, long start, OfdEntryData? known, CancellationToken cancellation)
    {
        if (!entry.IsReadable || (entry.IsStored && entry.PackedSize != entry.Size))
        {
            return Damaged;
        }

        if (entry.PackedSize == 0)
        {
            return new OfdEntryData(entry.Size == 0, true);
        }

        return known ?? await ReadAsync(file, entry, start, cancellation);
    }

    private static async Task<OfdEntryData> ReadAsync(Stream file, OfdEntry entry, long start, CancellationToken cancellation)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        await using var pass = new OfdEntryPass(file, entry, start);
        try
        {
            while (await pass.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, entry.Size - pass.Position + 1)), cancellation) > 0 && pass.Position <= entry.Size)
            {
            }

            return pass.Seen ?? Damaged;
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            return Damaged;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
