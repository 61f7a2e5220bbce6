using System.Buffers.Binary;
using System.Security.Cryptography;
using DocExchange.Durability;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// The write-ahead log of a volume: LiteDB's pages of one batch, then a seal. LiteDB 5.0.20 takes any page in its log
/// for good and a transaction for confirmed once its last page is there; after a power failure earlier pages may be
/// missing or torn. So a log counts only with its seal, whose SHA-256 covers all pages and which is synced with
/// them; a log without is an unfinished batch and is emptied.
/// </summary>
/// <remarks>
/// LiteDB writes the pages from a thread of its own, also after its Commit has returned; only its checkpoint waits for
/// them. So the seal is set there, before the first page goes into the volume. A page that still came later would be
/// refused, and the batch with it.
/// <para/>
/// Seal, 48 bytes: "DXVLOG01", length of the pages (8 bytes, big-endian), SHA-256 of the pages. A sealed log takes no
/// more pages until the checkpoint has emptied it.
/// </remarks>
internal sealed class VolumeLog : VolumeStream
{
    private const int SealSize = 8 + 8 + 32;
    private const int ReadSize = 1024 * 1024;
    private const int PagesHeld = 128;

    private readonly IDiskFile file;
    private readonly PageBuffer held;
    private readonly VolumeData data;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long length;
    private bool isSealed;

    /// <summary>Opens the log and settles whether it counts.</summary>
    public VolumeLog(IDiskFile file, VolumeData data)
        : base(file)
    {
        this.file = file;
        this.data = data;
        held = new PageBuffer(file, PagesHeld);
        length = SealedLength();
        isSealed = length > 0;
        data.BeforePages = Seal;
        if (!isSealed && file.Length > 0)
        {
            file.SetLength(0);
            file.Sync();
        }
    }

    /// <summary>Whether there are pages that the volume file may lack.</summary>
    public bool HasPages => length > 0;

    public override bool CanWrite => true;

    public override long Length => length;

    private static ReadOnlySpan<byte> Magic => "DXVLOG01"u8;

    public override int Read(byte[] buffer, int offset, int count) => ReadHeld(held, buffer.AsSpan(offset, count)) ?? base.Read(buffer, offset, count);

    // A fault must not end LiteDB's writing thread, for which its checkpoint would then wait for ever: it is kept, the
    // seal throws it, and the batch fails there.
    public override void Write(byte[] buffer, int offset, int count)
    {
        var end = Position + count;
        try
        {
            Attempt(() => Append(buffer.AsSpan(offset, count)));
        }
        catch (Exception fault) when (ReferenceEquals(fault, Fault))
        {
            length = Math.Max(length, end);
            Position = end;
        }
    }

    /// <summary>Returns after all pages are on disk and count.</summary>
    private void Seal() => Attempt(() =>
    {
        if (length == 0 || isSealed)
        {
            return;
        }

        held.WriteOut();
        var seal = SealOf(length, hash.GetHashAndReset());
        file.Write(length, seal);
        file.Sync();
        isSealed = true;
    });

    /// <summary>LiteDB empties its log when the pages are in the volume file; here they must be on disk first.</summary>
    public override void SetLength(long value) => Attempt(() =>
    {
        if (value != 0)
        {
            throw new InvalidOperationException($"LiteDB cut {file.Path} to {value} bytes; only emptying it was expected.");
        }

        data.Flush();
        file.SetLength(0);
        file.Sync();
        _ = hash.GetHashAndReset();
        length = 0;
        isSealed = false;
    });

    // A batch is made durable by Seal; LiteDB's own flushes would only cost time.
    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (isSealed || Position != length)
        {
            throw new InvalidOperationException($"LiteDB wrote to {file.Path} at {Position}, not at the end of an unsealed log ({length}).");
        }

        Put(held, bytes);
        hash.AppendData(bytes);
        length = Position;
        if (held.IsFull)
        {
            held.WriteOut();
        }
    }

    private static byte[] SealOf(long length, ReadOnlySpan<byte> digest)
    {
        var seal = new byte[SealSize];
        Magic.CopyTo(seal);
        BinaryPrimitives.WriteInt64BigEndian(seal.AsSpan(8), length);
        digest.CopyTo(seal.AsSpan(16));
        return seal;
    }

    private long SealedLength()
    {
        var pages = file.Length - SealSize;
        if (pages <= 0)
        {
            return 0;
        }

        Span<byte> seal = stackalloc byte[SealSize];
        file.Read(pages, seal);
        var buffer = new byte[ReadSize];
        for (var position = 0L; position < pages;)
        {
            var read = file.Read(position, buffer.AsSpan(0, (int)Math.Min(buffer.Length, pages - position)));
            if (read == 0)
            {
                break;
            }

            hash.AppendData(buffer, 0, read);
            position += read;
        }

        return seal.SequenceEqual(SealOf(pages, hash.GetHashAndReset())) ? pages : 0;
    }
}
