using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Auditing;

/// <summary>Writes lines of an audit trail for others, so that <c>sha256sum</c> can check them.</summary>
public static class TrailExport
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Every line from the first that matches to the last that does, as it stands in the file, none left out between, after
    /// one line with the hash of the line before them and a dash: the chain is whole and can be followed.
    /// </summary>
    /// <returns>Lines of the trail that were written.</returns>
    public static async Task<long> WriteLinesAsync(TrailReader trail, TrailQuery query, Stream output, CancellationToken cancellation)
    {
        var span = Span(trail, query, cancellation);
        if (span is null)
        {
            return 0;
        }

        long written = 0;
        foreach (var (before, entry) in trail.Forwards().SkipWhile(each => each.Entry.Number < span.Value.First).TakeWhile(each => each.Entry.Number <= span.Value.Last))
        {
            if (written++ == 0)
            {
                await output.WriteAsync(Encoding.ASCII.GetBytes($"{before} -\n"), cancellation);
            }

            await output.WriteAsync((byte[])[.. entry.ToLine(), (byte)'\n'], cancellation);
        }

        return written;
    }

    /// <summary>
    /// A table (RFC 4180, UTF-8 with a mark for spreadsheets) of the lines that match, each with the hash before it, its own,
    /// and the JSON that is hashed.
    /// </summary>
    /// <returns>Lines of the trail that were written.</returns>
    public static async Task<long> WriteTableAsync(TrailReader trail, TrailQuery query, Stream output, CancellationToken cancellation)
    {
        await output.WriteAsync(Mark, cancellation);
        await output.WriteAsync(Encoding.UTF8.GetBytes("line,at,who,act,step,what,before,hash,json\r\n"), cancellation);
        long written = 0;
        foreach (var (before, entry) in trail.Forwards().Where(each => query.Matches(each.Entry)))
        {
            cancellation.ThrowIfCancellationRequested();
            await output.WriteAsync(Encoding.UTF8.GetBytes(Row(before, entry)), cancellation);
            written++;
        }

        return written;
    }

    /// <summary>One array of the lines that match, each an object with what the columns of the table have; memory does not grow with it.</summary>
    /// <returns>Lines of the trail that were written.</returns>
    public static async Task<long> WriteJsonAsync(TrailReader trail, TrailQuery query, Stream output, CancellationToken cancellation)
    {
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        long written = 0;
        foreach (var (before, entry) in trail.Forwards().Where(each => query.Matches(each.Entry)))
        {
            JsonSerializer.Serialize(
                json,
                new { line = entry.Number, at = TimeOf(entry), entry.Who, entry.Act, entry.Step, entry.What, before = before.ToString(), hash = entry.Hash.ToString(), json = Encoding.UTF8.GetString(entry.Json) },
                Json);
            await json.FlushAsync(cancellation);
            written++;
        }

        json.WriteEndArray();
        await json.FlushAsync(cancellation);
        output.WriteByte((byte)'\n');
        return written;
    }

    private static string TimeOf(TrailEntry entry) => entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Row(Digest before, TrailEntry entry)
    {
        string[] fields =
        [
            entry.Number.ToString(CultureInfo.InvariantCulture), TimeOf(entry), entry.Who, entry.Act, entry.Step,
            string.Join("; ", entry.What.Select(each => $"{each.Key}={each.Value}")), before.ToString(), entry.Hash.ToString(), Encoding.UTF8.GetString(entry.Json),
        ];
        return string.Join(',', fields.Select(Quote)) + "\r\n";
    }

    // A cell that begins like a formula is made text: it may come from whoever the trail tells about.
    private static string Quote(string field)
    {
        var text = field.Length > 0 && field[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + field : field;
        return text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static (long First, long Last)? Span(TrailReader trail, TrailQuery query, CancellationToken cancellation)
    {
        (long First, long Last)? span = null;
        foreach (var (_, entry) in trail.Forwards().Where(each => query.Matches(each.Entry)))
        {
            cancellation.ThrowIfCancellationRequested();
            span = (span?.First ?? entry.Number, entry.Number);
        }

        return span;
    }
}
