namespace DocExchange.Durability;

/// <summary>
/// LiteDB's data file. A checkpoint copies every version of every page from the log, in the order of their writing: of a
/// thousand, seven to ten in a hundred are the last of their page, and only they are written. What is read is what was
/// written, or a fault.
/// </summary>
internal sealed class DataStream(IDiskFile file, PageSums sums, PageGate gate, PageFault fault) : PageStream(file, gate, fault, PagesHeld, gate.Overwrite)
{
    // LiteDB makes a checkpoint after a thousand pages, 8 MiB.
    private const int PagesHeld = 1024;

    public override void Write(byte[] buffer, int offset, int count)
    {
        var at = Position;
        base.Write(buffer, offset, count);
        if (PageBuffer.IsPage(at, count))
        {
            sums.Note(at, buffer.AsSpan(offset, count));
        }
        else
        {
            sums.Forget(at, count);
        }
    }

    public override void SetLength(long value)
    {
        base.SetLength(value);
        sums.Forget(value, long.MaxValue - value);
    }

    protected override int ReadFile(long offset, Span<byte> into)
    {
        var read = base.ReadFile(offset, into);
        if (PageBuffer.IsPage(offset, read))
        {
            try
            {
                sums.Check(offset, into);
            }
            catch (PageDamagedException damage)
            {
                Note(damage);
                throw;
            }
        }

        return read;
    }

    protected override void OnSynced() => sums.Save();
}
