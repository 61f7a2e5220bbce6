using Microsoft.AspNetCore.Http;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace DocExchange.Pages.Excel;

/// <summary>A register as an Excel workbook (ISO/IEC 29500): one sheet, one line of headings, every cell text.</summary>
public static class Workbook
{
    private const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Answers with the workbook as a download. Rows are written as they come.</summary>
    /// <param name="headings">In the order of the columns, each once.</param>
    public static IResult Download(string fileName, string sheet, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows) =>
        Results.Stream(
            async output =>
            {
                // MiniExcel seeks; the answer cannot.
                await using var file = new FileStream(Path.GetTempFileName(), new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.ReadWrite,
                    Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                });
                await file.SaveAsAsync(Rows(headings, rows), sheetName: sheet, configuration: new OpenXmlConfiguration { TableStyles = TableStyles.None, AutoFilter = false });
                file.Position = 0;
                await file.CopyToAsync(output);
            },
            MediaType,
            fileName);

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
