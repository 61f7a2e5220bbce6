using System.IO.Compression;
using DocExchange.Trust.Containers;

namespace DocExchange.Trust.Ofd;

/// <summary>An entry's data, unpacked, once from front to back; whoever reads it to its end learns whether it is what the directory says.</summary>
internal sealed class OfdEntryPass : ForwardStream
{
    private readonly OfdEntry entry;
    private readonly LastByteApart packed;
    private readonly Stream data;
    private Crc32 checksum;
    private long passed;
    private bool hasEnded;

    /// <param name="start">Where its packed data begins in the file.</param>
    public OfdEntryPass(Stream file, OfdEntry entry, long start)
    {
        this.entry = entry;
        packed = new LastByteApart(new EntryStream(file, start, entry.PackedSize), entry.PackedSize);
        data = entry.IsStored ? packed : new DeflateStream(packed, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>Null before it was read to its end, or beyond the size in the directory.</summary>
    public OfdEntryData? Seen
    {
        get
        {
            var isWhole = hasEnded && passed == entry.Size && packed.IsUsedUp;
            return hasEnded || passed > entry.Size ? new OfdEntryData(isWhole, !isWhole || checksum.Value == entry.Crc) : null;
        }
    }

    public override long Length => entry.Size;

    protected override long Passed => passed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await data.ReadAsync(buffer, cancellationToken);
        hasEnded |= read == 0 && buffer.Length > 0;
        passed += read;
        checksum.Append(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            data.Dispose();
            packed.Dispose();
        }

        base.Dispose(disposing);
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
