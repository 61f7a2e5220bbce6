using System.Globalization;
using System.Text;
using System.Text.Json;
using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Auditing;

/// <summary>A line of an audit trail, read.</summary>
/// <param name="Hash">Of this line; covers all before it.</param>
/// <param name="Json">As it was hashed.</param>
public sealed record TrailEntry(long Number, DateTimeOffset At, string Act, string Who, string Step, IReadOnlyDictionary<string, string> What, Digest Hash, byte[] Json)
{
    /// <summary>The particular that says why something was not done.</summary>
    public const string Why = "why";

    /// <summary>The same in English; lines of an earlier version have English in <see cref="Why"/> alone.</summary>
    public const string WhyEnglish = "whyEnglish";

    /// <summary>The particulars for a reader of one language.</summary>
    public IEnumerable<KeyValuePair<string, string>> WhatFor(bool isEnglish)
    {
        var left = !isEnglish ? WhyEnglish : What.ContainsKey(WhyEnglish) ? Why : null;
        return What.Where(each => each.Key != left).Select(each => each.Key == WhyEnglish ? KeyValuePair.Create(Why, each.Value) : each);
    }

    /// <summary>Null where the line is not one of an audit trail.</summary>
    public static TrailEntry? Read(ReadOnlySpan<byte> line) => AuditLine.Split(line) is { } split ? Read(split.Hash, split.Json) : null;

    /// <summary>The line as it stands in the file, without its line feed.</summary>
    public byte[] ToLine() => [.. Encoding.ASCII.GetBytes(Hash + " "), .. Json];

    private static TrailEntry? Read(Digest hash, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var what = root.GetProperty("what").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString() ?? "");
            return new TrailEntry(
                root.GetProperty("line").GetInt64(),
                DateTimeOffset.Parse(Text(root, "at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                Text(root, "act"), Text(root, "who"), Text(root, "step"), what, hash, json);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";
}

/// <summary>Which lines of an audit trail are wanted. What is null or empty asks nothing.</summary>
/// <param name="Until">Excluded.</param>
/// <param name="Who">Part of who acted.</param>
/// <param name="Act">Part of the act's name.</param>
/// <param name="Text">Part of anything in the line.</param>
public sealed record TrailQuery(DateTimeOffset? From = null, DateTimeOffset? Until = null, string Who = "", string Act = "", string Text = "")
{
    public bool Matches(TrailEntry entry) =>
        (From is null || entry.At >= From)
        && (Until is null || entry.At < Until)
        && Has(entry.Who, Who)
        && Has(entry.Act, Act)
        && (Text.Length == 0 || Has(entry.Who, Text) || Has(entry.Act, Text) || Has(entry.Step, Text) || entry.What.Any(each => Has(each.Key, Text) || Has(each.Value, Text)));

    private static bool Has(string text, string part) => part.Length == 0 || text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
