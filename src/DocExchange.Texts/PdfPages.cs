using UglyToad.PdfPig;

namespace DocExchange.Texts;

/// <summary>The pages of a PDF. A page without text, such as a scan, is empty.</summary>
internal static class PdfPages
{
    private static readonly ParsingOptions Options = new() { UseLenientParsing = true, SkipMissingFonts = true, ClipPaths = false };

    /// <exception cref="TextFormatException">On enumerating: damaged or encrypted.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(Stream file, TextLimits limits)
    {
        using var document = Guard(() => PdfDocument.Open(file, Options));
        document.AddPageFactory<PdfText, PdfTextFactory>();
        var count = Guard(() => document.NumberOfPages);
        for (var number = 1; number <= count; number++)
        {
            var page = Guard(() => document.GetPage<PdfText>(number));
            yield return ReadingOrder.Join(page.Pieces, limits.MaxCharacters);
            if (!page.IsWhole)
            {
                throw new TextFormatException($"第 {number} 页只读取了前 {PdfText.MaxPieces} 字，其后的未读取。", $"Of page {number} only the first {PdfText.MaxPieces} characters were read, and nothing after it.");
            }

            await Task.Yield();
        }
    }

    // The reader throws whatever its parts throw; all of it says that the file is not as it should be.
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not (TextFormatException or OutOfMemoryException))
        {
            var isEncrypted = fault.GetType().Name.Contains("Encrypt", StringComparison.Ordinal);
            throw isEncrypted
                ? new TextFormatException("PDF 已加密，无法读取文字。", "The PDF is encrypted; its words cannot be read.", fault)
                : new TextFormatException("PDF 已损坏，无法读取文字。", $"The PDF is damaged: {fault.GetType().Name}.", fault);
        }
    }
}
