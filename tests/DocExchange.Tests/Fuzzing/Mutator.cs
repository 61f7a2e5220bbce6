namespace DocExchange.Tests.Fuzzing;

/// <summary>Alters bytes the way forgers and broken programs do. What it makes follows from its seed alone.</summary>
internal sealed class Mutator(int seed)
{
    private const int MaxSteps = 6;
    private const int MaxRange = 64;
    private const int MaxRepeated = 300_000;

    // Lengths, counts and tags at the edges of what DER, ZIP and XML readers distinguish.
    private static readonly byte[][] Edges =
    [
        [0x00], [0xFF], [0x7F], [0x80], [0x81, 0x00], [0x82, 0xFF, 0xFF], [0x84, 0x7F, 0xFF, 0xFF, 0xFF], [0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x80], [0x00, 0x00], [0x24, 0x80], [0x02, 0x00], [0x03, 0x00], [0x05, 0x00], [0x06, 0x00],
        [0x30, 0x00], [0x31, 0x00], [0xA0, 0x00], [0x1F, 0xFF, 0xFF, 0xFF, 0x7F], "PK\x03\x04"u8.ToArray(), "PK\x05\x06"u8.ToArray(), [0xFF, 0xFF, 0xFF, 0xFF],
        "<!DOCTYPE a [<!ENTITY b \"c\">]>"u8.ToArray(), "&#0;"u8.ToArray(), "&b;"u8.ToArray(), "<a>"u8.ToArray(), "]]>"u8.ToArray(), "../"u8.ToArray(), "%25"u8.ToArray(), "25"u8.ToArray(), "<a"u8.ToArray(), "("u8.ToArray(), "\n\n"u8.ToArray(),
        "99999999999999999999"u8.ToArray(), "-1"u8.ToArray(), "99991231235959Z"u8.ToArray(),
    ];

    private readonly Random random = new(seed);

    public byte[] Next(IReadOnlyList<byte[]> seeds)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (var step = random.Next(MaxSteps) + 1; step > 0; step--)
        {
            Alter(bytes, seeds);
        }

        return [.. bytes];
    }

    private void Alter(List<byte> bytes, IReadOnlyList<byte[]> seeds)
    {
        var at = random.Next(bytes.Count + 1);
        var range = Math.Min(random.Next(MaxRange), bytes.Count - at);
        switch (random.Next(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, range);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, range));
                break;
            case 4:
                bytes.InsertRange(at, Edge());
                break;
            case 5:
                Overwrite(bytes, at, Edge());
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 7:
                Overwrite(bytes, at, bytes.GetRange(random.Next(bytes.Count - range + 1), range));
                break;
            case 8:
                bytes.InsertRange(at, Repeated(random.Next(2) == 0 ? Edge() : [.. bytes.GetRange(at, Math.Min(range, 4))]));
                break;
            default:
                var other = seeds[random.Next(seeds.Count)];
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(MaxRange), other.Length - from)).ToArray());
                break;
        }
    }

    // What is read by recursion ends the process when it goes deep enough.
    private byte[] Repeated(byte[] bytes)
    {
        var times = random.Next(MaxRepeated / Math.Max(1, bytes.Length));
        var repeated = new byte[times * bytes.Length];
        for (var i = 0; i < times; i++)
        {
            bytes.CopyTo(repeated, i * bytes.Length);
        }

        return repeated;
    }

    private byte[] Edge() => Edges[random.Next(Edges.Length)];

    private static void Overwrite(List<byte> bytes, int at, IReadOnlyList<byte> with)
    {
        var end = Math.Min(with.Count, bytes.Count - at);
        for (var i = 0; i < end; i++)
        {
            bytes[at + i] = with[i];
        }
    }
}
