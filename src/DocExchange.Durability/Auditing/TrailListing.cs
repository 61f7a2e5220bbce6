using System.Globalization;
using System.Text;
using DocExchange.Trust.Faults;

namespace DocExchange.Durability.Auditing;

/// <summary>What a verb of hub or node was asked to show of an audit trail.</summary>
/// <param name="Format"><c>text</c>: one readable line each; <c>lines</c>, <c>csv</c> and <c>json</c>: see <see cref="TrailExport"/>.</param>
/// <param name="File">Where to write; null for the screen. A file that is there is not overwritten.</param>
public sealed record TrailListing(TrailQuery Query, string Format, string? File)
{
    public static readonly IReadOnlyList<string> Formats = ["text", "lines", "csv", "json"];

    public static TrailListing Of(DateTimeOffset? from, DateTimeOffset? until, string? who, string? act, string? text, string? format, string? file) =>
        new(new TrailQuery(from, until, who ?? "", act ?? "", text ?? ""), format ?? "text", file);

    /// <summary>In what language readable lines say why something was not done.</summary>
    public bool IsEnglish { get; init; }

    /// <returns>Lines written.</returns>
    /// <exception cref="FileNotFoundException">There is no audit trail.</exception>
    public async Task<long> WriteAsync(string trail, CancellationToken cancellation)
    {
        if (!System.IO.File.Exists(trail))
        {
            throw new NoTrailException(trail);
        }

        var reader = new TrailReader(trail);
        await using var output = File is null ? Console.OpenStandardOutput() : new FileStream(File, FileMode.CreateNew, FileAccess.Write);
        return Format switch
        {
            "lines" => await TrailExport.WriteLinesAsync(reader, Query, output, cancellation),
            "csv" => await TrailExport.WriteTableAsync(reader, Query, output, cancellation),
            "json" => await TrailExport.WriteJsonAsync(reader, Query, output, cancellation),
            _ => await WriteTextAsync(reader, output, cancellation),
        };
    }

    private async Task<long> WriteTextAsync(TrailReader reader, Stream output, CancellationToken cancellation)
    {
        long count = 0;
        foreach (var (_, entry) in reader.Forwards().Where(each => Query.Matches(each.Entry)))
        {
            cancellation.ThrowIfCancellationRequested();
            var what = string.Join("; ", entry.WhatFor(IsEnglish).Select(each => $"{each.Key}={Plain(each.Value)}"));
            var line = string.Create(CultureInfo.InvariantCulture, $"{entry.Number}  {entry.At:yyyy-MM-dd HH:mm:ss}Z  {Plain(entry.Who)}  {Plain(entry.Act)}  {entry.Step}  {what}\n");
            await output.WriteAsync(Encoding.UTF8.GetBytes(line), cancellation);
            count++;
        }

        return count;
    }

    // What an outsider wrote moves no cursor and adds no line.
    private static string Plain(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}

/// <summary>Where an audit trail should be, none is.</summary>
internal sealed class NoTrailException(string path)
    : FileNotFoundException($"There is no audit trail '{path}'. Give the data folder of a hub or a node with --data.", path), IWorded
{
    public string Chinese { get; } = $"没有审计日志“{path}”。请用 --data 给出中心或节点的数据目录。";
}
