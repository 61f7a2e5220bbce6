using System.Runtime.CompilerServices;

namespace DocExchange.Texts;

/// <summary>
/// Reads pages in this process: PDF, OFD or plain text, told by its first bytes. Sizes and counts are bounded here, time
/// and memory by <see cref="BodyTexts"/>.
/// </summary>
internal static class BodyPages
{
    private const int Looked = 1024;

    /// <exception cref="TextFormatException">On enumerating: the file cannot be read, or no further.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(Stream file, TextLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (file.Length > limits.MaxFileSize)
        {
            throw new TextFormatException($"文件超过 {limits.MaxFileSize} 字节，未读取文字。", $"The file has more than {limits.MaxFileSize} bytes; its words were not read.");
        }

        var (pages, characters) = (0, 0);
        await foreach (var page in (await PagesOfAsync(file, limits, cancellation)).WithCancellation(cancellation))
        {
            if (++pages > limits.MaxPages)
            {
                throw new TextFormatException($"只读取了前 {limits.MaxPages} 页。", $"Only the first {limits.MaxPages} pages were read.");
            }

            var left = limits.MaxCharacters - characters;
            if (page.Length > left)
            {
                yield return page[..left];
                throw new TextFormatException($"只读取了前 {limits.MaxCharacters} 字。", $"Only the first {limits.MaxCharacters} characters were read.");
            }

            characters += page.Length;
            yield return page;
        }
    }

    private static async Task<IAsyncEnumerable<string>> PagesOfAsync(Stream file, TextLimits limits, CancellationToken cancellation)
    {
        var start = new byte[Math.Min(Looked, file.Length)];
        file.Position = 0;
        await file.ReadExactlyAsync(start, cancellation);
        file.Position = 0;
        return start.AsSpan().IndexOf("%PDF-"u8) >= 0 ? PdfPages.ReadAsync(file, limits)
            : start.AsSpan().StartsWith("PK"u8) ? OfdPages.ReadAsync(file, limits, cancellation)
            : PlainPages.ReadAsync(file, limits, cancellation);
    }
}
