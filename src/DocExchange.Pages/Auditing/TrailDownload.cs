using System.Globalization;
using DocExchange.Core.Refusals;
using DocExchange.Durability.Auditing;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Auditing;

/// <summary>Sends lines of the audit trail as a file; that it was asked for is a line itself.</summary>
public static class TrailDownload
{
    /// <param name="file">The audit trail.</param>
    /// <param name="name">Begins the file's name: of which hub or node it is.</param>
    public static IResult Of(string file, string name, HttpContext http, Journal journal, TimeProvider clock)
    {
        var query = TrailAddress.Read(http.Request.Query, clock);
        var format = http.Request.Query["as"].ToString();
        if (format is not ("csv" or "lines"))
        {
            throw new RefusedException(Refusal.FormatFailure, "导出格式为 csv 或 lines。", "The form of an export is csv or lines.");
        }

        journal.Note("ExportTrail", "asked", new Dictionary<string, string>
        {
            ["as"] = format,
            ["from"] = query.From?.ToString("u") ?? "",
            ["until"] = query.Until?.ToString("u") ?? "",
            ["who"] = query.Who,
            ["act"] = query.Act,
            ["text"] = query.Text,
        });
        var day = clock.GetLocalNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return Results.Stream(
            async output =>
            {
                var reader = new TrailReader(file);
                _ = format == "csv"
                    ? await TrailExport.WriteTableAsync(reader, query, output, http.RequestAborted)
                    : await TrailExport.WriteLinesAsync(reader, query, output, http.RequestAborted);
            },
            format == "csv" ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8",
            $"{name}-audit-{day}.{(format == "csv" ? "csv" : "txt")}");
    }
}
