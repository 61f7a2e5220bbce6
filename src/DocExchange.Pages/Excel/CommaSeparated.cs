using System.Text;

namespace DocExchange.Pages.Excel;

/// <summary>A register as text: RFC 4180, UTF-8 with the mark by which spreadsheets know it.</summary>
public static class CommaSeparated
{
    /// <summary>Rows are written as they come; the stream stays open.</summary>
    public static async Task WriteAsync(Stream output, Table table)
    {
        await using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
        await text.WriteLineAsync(string.Join(',', table.Headings.Select(Cell)));
        foreach (var row in table.Rows)
        {
            await text.WriteLineAsync(string.Join(',', row.Select(Cell)));
        }
    }

    private static string Cell(string text)
    {
        // A title that begins like a formula must not be one when the file is opened.
        var plain = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return plain.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : plain;
    }
}
