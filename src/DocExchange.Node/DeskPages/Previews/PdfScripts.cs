using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DocExchange.Node.DeskPages.Previews;

/// <summary>
/// Whether a browser's viewer might find a script in a PDF. A script stands under the key JS (ISO 32000-1 §12.6.4.16), plainly
/// in the file or in an object stream (§7.5.7). What cannot be looked into counts as one: "no" is sure, "yes" need not be true.
/// </summary>
internal static class PdfScripts
{
    private const int Window = 1 << 20;
    private const int Ahead = 256;
    private const int LongestName = 96;
    private const int Around = 2_048;
    private const int MostObjectStreams = 20_000;
    private const int LargestObjectStream = 16 << 20;
    private const long LargestTogether = 256L << 20;

    private static readonly HashSet<string> PlainNames = ["Type", "ObjStm", "N", "First", "Length", "Filter", "FlateDecode", "Extends"];

    /// <param name="file">Seekable.</param>
    public static async Task<bool> MayRunAsync(Stream file, CancellationToken cancellation)
    {
        var found = new Found();
        await ScanAsync(file, found, cancellation);
        if (found.HasScript || (found.ObjectStreams.Count > 0 && found.IsEncrypted) || found.ObjectStreams.Count > MostObjectStreams)
        {
            return true;
        }

        var left = LargestTogether;
        var content = found.ObjectStreams.Count > 0 ? new byte[LargestObjectStream] : [];
        foreach (var at in found.ObjectStreams)
        {
            cancellation.ThrowIfCancellationRequested();
            if (StartOf(file, at) is not { } start || await UnpackAsync(file, start, content, cancellation) is not { } size || (left -= size) < 0)
            {
                return true;
            }

            var inside = new Found();
            Scan(content.AsSpan(0, size), size, 0, inside);
            if (inside.HasScript)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task ScanAsync(Stream file, Found found, CancellationToken cancellation)
    {
        file.Position = 0;
        var buffer = new byte[Window + Ahead];
        var held = 0;
        for (var position = 0L; !found.HasScript;)
        {
            held += await file.ReadAtLeastAsync(buffer.AsMemory(held), buffer.Length - held, throwOnEndOfStream: false, cancellation);
            var isLast = held < buffer.Length;
            var until = isLast ? held : Window;
            Scan(buffer.AsSpan(0, held), until, position, found);
            if (isLast)
            {
                return;
            }

            buffer.AsSpan(until, held - until).CopyTo(buffer);
            (held, position) = (held - until, position + until);
        }
    }

    /// <param name="until">Names that begin before it; they may end behind it.</param>
    private static void Scan(ReadOnlySpan<byte> bytes, int until, long position, Found found)
    {
        for (var at = 0; at < until && bytes[at..until].IndexOf((byte)'/') is >= 0 and var next; at += next + 1)
        {
            var begin = at + next + 1;
            switch (NameAt(bytes[begin..], out var length))
            {
                case "JS" when CanBeValue(bytes[(begin + length)..]):
                    found.HasScript = true;
                    return;
                case "ObjStm":
                    found.ObjectStreams.Add(position + begin);
                    break;
                case "Encrypt":
                    found.IsEncrypted = true;
                    break;
            }
        }
    }

    // A string, a hexadecimal one, a reference; a comment may hide one.
    private static bool CanBeValue(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes[..Math.Min(bytes.Length, Ahead - LongestName)].TrimStart("\0\t\n\f\r "u8);
        return rest.IsEmpty || (rest[0] is (byte)'(' or (byte)'<' or (byte)'%') || (rest[0] is >= (byte)'0' and <= (byte)'9' && rest.Length < bytes.Length);
    }

    // ISO 32000-1 §7.3.5: #xx stands for a byte.
    private static string NameAt(ReadOnlySpan<byte> bytes, out int length)
    {
        var name = new StringBuilder();
        for (length = 0; length < Math.Min(bytes.Length, LongestName) && !IsDelimiter(bytes[length]); length++)
        {
            var isEscaped = bytes[length] == (byte)'#' && length + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[length + 1]) && char.IsAsciiHexDigit((char)bytes[length + 2]);
            name.Append(isEscaped ? (char)Convert.FromHexString(Encoding.ASCII.GetString(bytes.Slice(length + 1, 2)))[0] : (char)bytes[length]);
            length += isEscaped ? 2 : 0;
        }

        return name.ToString();
    }

    private static bool IsDelimiter(byte letter) => letter is 0 or 9 or 10 or 12 or 13 or 32 or (byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'/' or (byte)'%';

    // Where its content begins; null where its dictionary has anything in it that it needs not have.
    private static long? StartOf(Stream file, long at)
    {
        var from = Math.Max(0, at - Around);
        file.Position = from;
        var bytes = new byte[2 * Around];
        var text = Encoding.Latin1.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        var here = (int)(at - from);
        var begin = text[..here].LastIndexOf(" obj", StringComparison.Ordinal);
        var end = text.IndexOf("stream", here, StringComparison.Ordinal);
        if (begin < 0 || end < 0)
        {
            return null;
        }

        var dictionary = text[(begin + 4)..end];
        var names = dictionary.Split('/').Skip(1).Select(name => NameAt(Encoding.Latin1.GetBytes(name), out _));
        var isPlain = !dictionary.AsSpan().ContainsAny("(%") && !dictionary.Contains("endobj", StringComparison.Ordinal) && names.All(PlainNames.Contains);
        var line = text.AsSpan(end + "stream".Length);
        var gap = line.StartsWith("\r\n") ? 2 : line.StartsWith("\n") || line.StartsWith("\r") ? 1 : 0;
        return isPlain && gap > 0 ? from + end + "stream".Length + gap : null;
    }

    // How much of it there is; null where it cannot be unpacked, or not all of it.
    private static async Task<int?> UnpackAsync(Stream file, long start, byte[] content, CancellationToken cancellation)
    {
        file.Position = start;
        var head = new byte[2];
        await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        if ((head[0] & 0x0f) != 8 || BinaryPrimitives.ReadUInt16BigEndian(head) % 31 != 0)
        {
            // Not packed, so its names stand plainly in the file; RFC 1950 §2.2 says how one that is begins.
            return 0;
        }

        file.Position = start;
        try
        {
            await using var unpacked = new ZLibStream(file, CompressionMode.Decompress, leaveOpen: true);
            var size = await unpacked.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
            return size < content.Length ? size : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private sealed class Found
    {
        public bool HasScript { get; set; }

        public bool IsEncrypted { get; set; }

        /// <summary>Where their names are.</summary>
        public List<long> ObjectStreams { get; } = [];
    }
}
