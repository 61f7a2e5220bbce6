using System.Buffers.Binary;
using System.IO.Compression;

namespace DocExchange.BrowserTests.Pictures;

/// <summary>
/// The same picture in fewer bytes: pages are flat areas, which compress better as they are than after the filters Chromium
/// chooses (PNG, ISO/IEC 15948, 9). Not a pixel changes. For what Chromium writes: 8 bits a channel, not interlaced.
/// </summary>
internal static class SmallPng
{
    private const int HeaderLength = 8;
    private const int ColourWithoutAlpha = 2;

    public static byte[] Of(byte[] png)
    {
        var chunks = Chunks(png).ToList();
        var header = chunks.Single(chunk => chunk.Type == "IHDR").Data.Span;
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
        var pixel = header[9] == ColourWithoutAlpha ? 3 : 4;
        var lines = Unfiltered(Inflate(chunks), width * pixel, height, pixel);
        using var small = new MemoryStream();
        small.Write(png.AsSpan(0, HeaderLength));
        foreach (var (type, data) in new[] { ("IHDR", chunks[0].Data), ("IDAT", Deflate(lines)), ("IEND", ReadOnlyMemory<byte>.Empty) })
        {
            Write(small, type, data.Span);
        }

        return small.Length < png.Length ? small.ToArray() : png;
    }

    private static IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> Chunks(byte[] png)
    {
        for (var at = HeaderLength; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return (System.Text.Encoding.ASCII.GetString(png, at + 4, 4), png.AsMemory(at + 8, length));
            at += length + 12;
        }
    }

    private static byte[] Inflate(IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> chunks)
    {
        using var packed = new MemoryStream([.. chunks.Where(chunk => chunk.Type == "IDAT").SelectMany(chunk => chunk.Data.ToArray())]);
        using var inflating = new ZLibStream(packed, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        inflating.CopyTo(plain);
        return plain.ToArray();
    }

    // Each line begins with the number of its filter; all become 0, none.
    private static byte[] Unfiltered(byte[] lines, int width, int height, int pixel)
    {
        for (var y = 0; y < height; y++)
        {
            var start = y * (width + 1) + 1;
            var filter = lines[start - 1];
            for (var x = 0; x < width; x++)
            {
                int left = x < pixel ? 0 : lines[start + x - pixel], above = y == 0 ? 0 : lines[start + x - width - 1];
                var corner = x < pixel || y == 0 ? 0 : lines[start + x - width - 1 - pixel];
                lines[start + x] += (byte)(filter switch { 1 => left, 2 => above, 3 => (left + above) / 2, 4 => Paeth(left, above, corner), _ => 0 });
            }

            lines[start - 1] = 0;
        }

        return lines;
    }

    private static int Paeth(int left, int above, int corner)
    {
        var guess = left + above - corner;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - above), Math.Abs(guess - corner));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }

    private static ReadOnlyMemory<byte> Deflate(byte[] lines)
    {
        using var packed = new MemoryStream();
        using (var deflating = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflating.Write(lines);
        }

        return packed.ToArray();
    }

    private static void Write(Stream png, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
        png.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
