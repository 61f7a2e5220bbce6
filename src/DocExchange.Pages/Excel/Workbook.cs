using Microsoft.AspNetCore.Http;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace DocExchange.Pages.Excel;

/// <summary>A register as people take it away.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Headings">In the order of the columns, each once.</param>
/// <param name="Rows">As they are read; once.</param>
public sealed record Table(string Name, IReadOnlyList<string> Headings, IEnumerable<IReadOnlyList<string>> Rows);

/// <summary>A register as an Excel workbook (ISO/IEC 29500): one sheet, one line of headings, every cell text.</summary>
public static class Workbook
{
    private const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Answers with the workbook as a download. Rows are written as they come.</summary>
    /// <param name="headings">In the order of the columns, each once.</param>
    public static IResult Download(string fileName, string sheet, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows) => Results.Stream(
        async output =>
        {
            // MiniExcel seeks; the answer cannot.
            await using var file = Scratch();
            await WriteAsync(file, new Table(sheet, headings, rows));
            file.Position = 0;
            await file.CopyToAsync(output);
        },
        MediaType,
        fileName);

    /// <summary>Answers with the table as a download that bears its name.</summary>
    public static IResult Download(Table table) => Download(table.Name + ".xlsx", table.Name, table.Headings, table.Rows);

    /// <param name="output">Can seek.</param>
    public static Task WriteAsync(Stream output, Table table) =>
        output.SaveAsAsync(Rows(table.Headings, table.Rows), sheetName: table.Name, configuration: new OpenXmlConfiguration { TableStyles = TableStyles.None, AutoFilter = false });

    /// <summary>A file of nobody's that is gone when it is closed.</summary>
    public static FileStream Scratch() => new(Path.GetTempFileName(), new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
    });

    private static IEnumerable<Dictionary<string, object>> Rows(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        foreach (var row in rows)
        {
            var cells = new Dictionary<string, object>(headings.Count);
            for (var column = 0; column < headings.Count; column++)
            {
                cells[headings[column]] = row[column];
            }

            yield return cells;
        }
    }
}
