using System.Globalization;
using System.Numerics;
using System.Text;
using DocExchange.Durability;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Hub.Stamping;

/// <summary>
/// Serial numbers of the hub's own time-stamps. A block of them is on disk before its first is given, so that a restart
/// goes on behind everything given before. They are at least the clock's milliseconds, so that a folder restored from a
/// backup does not give any twice either.
/// </summary>
internal sealed class SerialFile(string path, IDisk disk, TimeProvider clock) : ITimestampSerials
{
    private const int Block = 1000;
    private const int MaxDigits = 40;

    private readonly Lock gate = new();
    private BigInteger next;
    private BigInteger reserved;

    /// <exception cref="IOException">The file is damaged, or the disk takes no more.</exception>
    public BigInteger Next()
    {
        lock (gate)
        {
            if (next >= reserved)
            {
                Reserve();
            }

            return next++;
        }
    }

    private void Reserve()
    {
        var first = BigInteger.Max(BigInteger.Max(Read(), next), clock.GetUtcNow().ToUnixTimeMilliseconds());
        var fresh = path + ".new";
        disk.Delete(fresh);
        using (var file = disk.OpenOrCreate(fresh))
        {
            file.Write(0, Encoding.ASCII.GetBytes((first + Block).ToString(CultureInfo.InvariantCulture)));
            file.Sync();
        }

        disk.Publish(fresh, path);
        (next, reserved) = (first, first + Block);
    }

    private BigInteger Read()
    {
        if (!disk.Exists(path))
        {
            return BigInteger.Zero;
        }

        using var file = disk.OpenForReading(path);
        var digits = new byte[(int)Math.Min(file.Length, MaxDigits + 1)];
        var read = file.Read(0, digits);
        return read is > 0 and <= MaxDigits && BigInteger.TryParse(Encoding.ASCII.GetString(digits, 0, read), NumberStyles.None, CultureInfo.InvariantCulture, out var stored)
            ? stored
            : throw new IOException($"'{path}' is damaged: it holds no number. Delete it; the numbers then go on from the clock.");
    }
}
