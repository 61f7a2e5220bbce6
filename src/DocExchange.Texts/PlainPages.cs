using System.Text;

namespace DocExchange.Texts;

/// <summary>Plain text: UTF-8, UTF-16 with its mark, or GBK as older tools write it.</summary>
internal static class PlainPages
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // GB 18030 has GBK in it.
    private static readonly Encoding Chinese = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    /// <exception cref="TextFormatException">On enumerating: no text.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(Stream file, TextLimits limits, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // No character takes more than four bytes.
        var bytes = new byte[Math.Min(file.Length, 4L * limits.MaxCharacters + 4)];
        await file.ReadExactlyAsync(bytes, cancellation);
        foreach (var page in Decode(bytes, isCut: bytes.Length < file.Length).Replace("\r\n", "\n").Replace('\r', '\n').Split('\f'))
        {
            yield return page;
        }
    }

    private static string Decode(byte[] bytes, bool isCut)
    {
        var text = bytes switch
        {
            [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes.AsSpan(2)),
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2)),
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetString(bytes.AsSpan(3)),
            _ => DecodeUnmarked(bytes, isCut),
        };
        return text.Contains('\0') ? throw new TextFormatException("不是可读取文字的格式。", "This is no kind of file whose words can be read.") : text;
    }

    private static string DecodeUnmarked(byte[] bytes, bool isCut)
    {
        try
        {
            return StrictUtf8.GetString(bytes, 0, isCut ? LastStart(bytes) : bytes.Length);
        }
        catch (DecoderFallbackException)
        {
            return Chinese.GetString(bytes);
        }
    }

    // The beginning of the last character, which may be cut.
    private static int LastStart(byte[] bytes)
    {
        var end = bytes.Length - 1;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return end;
    }
}
