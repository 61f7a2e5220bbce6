using System.Buffers;
using System.IO.Compression;
using DocExchange.Trust.Containers;

namespace DocExchange.Trust.Ofd;

/// <summary>Whether the data of an entry is what the directory says: no byte of its packed size is left over behind it.</summary>
/// <param name="IsWhole">It ends exactly where its packed size ends, and unpacks to its size.</param>
/// <param name="HasChecksum">Its CRC-32 is the one in the directory; true also where it is not whole.</param>
internal readonly record struct OfdEntryData(bool IsWhole, bool HasChecksum)
{
    private const int PieceSize = 64 * 1024;

    /// <summary>Unpacks no more than the size in the directory; what is encrypted or packed in an unknown way is not whole.</summary>
    public static async Task<OfdEntryData> ReadAsync(Stream file, OfdEntry entry, long start, CancellationToken cancellation)
    {
        if (!entry.IsReadable || (entry.IsStored && entry.PackedSize != entry.Size))
        {
            return new OfdEntryData(false, true);
        }

        if (entry.PackedSize == 0)
        {
            return new OfdEntryData(entry.Size == 0, true);
        }

        await using var packed = new LastByteApart(new EntryStream(file, start, entry.PackedSize), entry.PackedSize);
        await using var data = entry.IsStored ? packed : (Stream)new DeflateStream(packed, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            var (size, crc) = await PassAsync(data, entry.Size, cancellation);
            var isWhole = size == entry.Size && packed.IsUsedUp;
            return new OfdEntryData(isWhole, !isWhole || crc == entry.Crc);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            return new OfdEntryData(false, true);
        }
    }

    /// <returns>How many bytes there are, at most one more than <paramref name="most"/>, and their checksum.</returns>
    private static async Task<(long Size, uint Crc)> PassAsync(Stream data, long most, CancellationToken cancellation)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            var (size, crc) = (0L, default(Crc32));
            int read;
            while (size <= most && (read = await data.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, most - size + 1)), cancellation)) > 0)
            {
                size += read;
                crc.Append(piece.AsSpan(0, read));
            }

            return (size, crc.Value);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Gives the last byte by itself: whoever asks for it had not come to an end before.</summary>
    private sealed class LastByteApart(Stream inner, long size) : ForwardStream
    {
        private long taken;

        public bool IsUsedUp => taken == size;

        public override long Length => size;

        protected override long Passed => taken;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var most = taken < size - 1 ? size - 1 - taken : size - taken;
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, most)], cancellationToken);
            taken += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
