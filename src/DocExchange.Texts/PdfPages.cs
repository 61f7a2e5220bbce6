using UglyToad.PdfPig;

namespace DocExchange.Texts;

/// <summary>The pages of a PDF. A page without text, such as a scan, is empty.</summary>
internal static class PdfPages
{
    private const int MaxPieces = 200_000;

    private static readonly ParsingOptions Options = new() { UseLenientParsing = true, SkipMissingFonts = true, ClipPaths = false };

    /// <exception cref="TextFormatException">On enumerating: damaged or encrypted.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(Stream file, TextLimits limits)
    {
        using var document = Guard(() => PdfDocument.Open(file, Options));
        var count = Guard(() => document.NumberOfPages);
        for (var number = 1; number <= count; number++)
        {
            yield return Guard(() => Read(document, number, limits));
            await Task.Yield();
        }
    }

    private static string Read(PdfDocument document, int number, TextLimits limits)
    {
        var pieces = document.GetPage(number).Letters.Where(letter => !string.IsNullOrEmpty(letter.Value)).Take(MaxPieces)
            // A page of a PDF is measured from below.
            .Select(letter => new TextPiece(letter.Value, letter.StartBaseLine.X, -letter.StartBaseLine.Y, letter.EndBaseLine.X - letter.StartBaseLine.X, letter.PointSize));
        return ReadingOrder.Join(pieces, limits.MaxCharacters);
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
