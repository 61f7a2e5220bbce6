using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Facts as JSON: one object with <c>"format": "docexchange-facts/1"</c>, certificates and lists as base64 of their DER.
/// Readers refuse members they do not know, since those might change what the facts mean.
/// </summary>
public static class FactsText
{
    public const string Format = "docexchange-facts/1";

    /// <summary>The largest text that is read, in bytes.</summary>
    public const int MaxSize = 256 * 1024 * 1024;

    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false), new DerConverters() },
    };

    public static byte[] Write(FileFacts facts) => JsonSerializer.SerializeToUtf8Bytes(new Envelope(Format, facts), Options);

    /// <summary>Whether the bytes begin like facts; reads no further than that.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> start) => start.TrimStart(" \t\r\n"u8).StartsWith("{"u8) && start.IndexOf("\"docexchange-facts/"u8) >= 0;

    /// <exception cref="FormatException">The text is no facts of a version this product reads.</exception>
    public static FileFacts Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxSize)
        {
            throw new FormatException($"Facts of {json.Length} bytes are larger than {MaxSize}.");
        }

        try
        {
            RequireFullLists(json);
            var envelope = JsonSerializer.Deserialize<Envelope>(json, Options) ?? throw new FormatException("The text holds no facts.");
            return envelope.Format == Format ? envelope.Facts : throw new FormatException($"Facts in the format '{envelope.Format}' cannot be read; '{Format}' can.");
        }
        catch (JsonException fault)
        {
            throw new FormatException($"The facts cannot be read at {fault.Path ?? "$"}, line {fault.LineNumber + 1}: {fault.Message}", fault);
        }
    }

    /// <summary>No list among facts but that of digests has empty places, which the types of its elements do not rule out.</summary>
    private static void RequireFullLists(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var mayHold = new Stack<bool>();
        var isOfDigests = false;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    isOfDigests = Ascii.EqualsIgnoreCase(reader.ValueSpan, "contentDigests"u8);
                    break;
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    mayHold.Push(reader.TokenType == JsonTokenType.StartObject || isOfDigests);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    mayHold.Pop();
                    break;
                case JsonTokenType.Null when mayHold.TryPeek(out var may) && !may:
                    throw new FormatException($"The facts have an empty place in a list, at byte {reader.TokenStartIndex}.");
            }
        }
    }

    private sealed record Envelope(string Format, FileFacts Facts);
}
