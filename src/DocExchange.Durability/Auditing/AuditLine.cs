using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DocExchange.Trust.Digests;

namespace DocExchange.Durability.Auditing;

/// <summary>An act by a person, as it goes into the audit trail.</summary>
/// <param name="Act">What was done: <c>start</c>, <c>Invite</c>, <c>CloseVolume</c> …</param>
/// <param name="Who">Who did it, as far as the system knows.</param>
/// <param name="Step"><c>asked</c> before the act, then <c>done</c>, <c>refused</c> or <c>failed</c>.</param>
/// <param name="What">The particulars, never a secret.</param>
public sealed record AuditedAct(string Act, string Who, string Step, IReadOnlyDictionary<string, string> What);

/// <summary>
/// A line of the audit trail. **Format**: <c>&lt;hash&gt; &lt;json&gt;</c> and a line feed; the hash is the SHA-256 in hexadecimal of the hash
/// of the line before (64 zeros before the first), a line feed, and the JSON. Each line so covers all before it.
/// </summary>
public static class AuditLine
{
    /// <summary>Bytes of a line with its line feed.</summary>
    public const int MaxLength = 8_192;

    private const int MaxValue = 300;
    private const int MaxValues = 16;
    private const int HashLength = 2 * Digest.Size;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What stands in for a line before the first.</summary>
    public static readonly Digest Beginning = Digest.Parse(new string('0', HashLength));

    public static (byte[] Line, Digest Hash) Write(long number, Digest before, DateTimeOffset at, AuditedAct act)
    {
        var what = act.What.Take(MaxValues).ToDictionary(each => each.Key, each => Cut(each.Value));
        var json = ToJson(number, at, act, what);
        if (json.Length > MaxLength - HashLength - 2)
        {
            json = ToJson(number, at, act, new() { ["cut"] = "too long" });
        }

        var hash = HashOf(before, json);
        return ([.. Encoding.ASCII.GetBytes(hash + " "), .. json, (byte)'\n'], hash);
    }

    /// <summary>The hash a line states and its JSON; null where it has not the form of a line.</summary>
    public static (Digest Hash, byte[] Json)? Split(ReadOnlySpan<byte> line) =>
        line.Length > HashLength + 1 && line[HashLength] == ' ' && Digest.TryParse(Encoding.ASCII.GetString(line[..HashLength]), out var hash)
            ? (hash, line[(HashLength + 1)..].ToArray())
            : null;

    /// <summary>The number a line says it has; null where it says none.</summary>
    public static long? NumberOf(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.GetProperty("line").GetInt64();
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    public static Digest HashOf(Digest before, ReadOnlySpan<byte> json) => Digest.Of([.. Encoding.ASCII.GetBytes(before + "\n"), .. json]);

    private static byte[] ToJson(long number, DateTimeOffset at, AuditedAct act, Dictionary<string, string> what) => JsonSerializer.SerializeToUtf8Bytes(
        new { line = number, at = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture), act = Cut(act.Act), who = Cut(act.Who), step = act.Step, what }, Json);

    private static string Cut(string text) => text.Length <= MaxValue ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MaxValue - 1]) ? MaxValue - 1 : MaxValue), "…");
}
