using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Keys;

/// <summary>
/// Where a key on a token is, as a PKCS#11 URI (RFC 7512): <c>pkcs11:token=…;serial=…;object=…;id=%01?module-path=…&amp;pin-source=…</c>.
/// The PIN itself never stands in one: an URI is written to files and logs. So one that carries it is refused, wherever it stands.
/// </summary>
public sealed record Pkcs11Uri
{
    /// <summary>The longest URI that is read, in characters.</summary>
    public const int MaxLength = 2048;

    private const string Scheme = "pkcs11:";
    private const string Pin = "pin-value";
    private const int MaxName = 64;

    private Pkcs11Uri(string text) => Text = text;

    public string Text { get; }

    /// <summary>Label of the token (CK_TOKEN_INFO); null for any.</summary>
    public string? Token { get; private init; }

    /// <summary>Serial number of the token; null for any.</summary>
    public string? Serial { get; private init; }

    /// <summary>CKA_LABEL of the key; null for any.</summary>
    public string? Object { get; private init; }

    /// <summary>CKA_ID of the key; empty for any.</summary>
    public ReadOnlyMemory<byte> Id { get; private init; }

    /// <summary>The token maker's library.</summary>
    public required string ModulePath { get; init; }

    /// <summary>A file with the PIN; null when it comes from elsewhere.</summary>
    public string? PinSource { get; private init; }

    /// <exception cref="FormatException">The text is no such URI, names no module or no key, or carries a PIN.</exception>
    public static Pkcs11Uri Parse(string text)
    {
        if (text.Length > MaxLength || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new FormatException($"A PKCS#11 URI begins with '{Scheme}' and has at most {MaxLength} characters (RFC 7512).");
        }

        var question = text.IndexOf('?');
        var path = Attributes(question < 0 ? text[Scheme.Length..] : text[Scheme.Length..question], ';');
        var query = Attributes(question < 0 ? "" : text[(question + 1)..], '&');
        if (!path.ContainsKey("object") && !path.ContainsKey("id"))
        {
            throw new FormatException("The URI names no key: object= or id= is missing.");
        }

        return new Pkcs11Uri(text)
        {
            Token = TextOf(path, "token"),
            Serial = TextOf(path, "serial"),
            Object = TextOf(path, "object"),
            Id = path.GetValueOrDefault("id"),
            ModulePath = TextOf(query, "module-path") ?? throw new FormatException("The URI names no library: module-path= is missing."),
            PinSource = FileOf(TextOf(query, "pin-source")),
        };
    }

    public override string ToString() => Text;

    private static Dictionary<string, byte[]> Attributes(string text, char separator)
    {
        var attributes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var part in text.Split(separator, StringSplitOptions.RemoveEmptyEntries))
        {
            // What follows the name may be a PIN: no message repeats it.
            var name = part.Split('=')[0];
            if (name.Equals(Pin, StringComparison.OrdinalIgnoreCase))
            {
                throw new FormatException("The URI carries a PIN. Name a file with pin-source, or give the PIN by prompt or environment.");
            }

            if (name.Length is 0 or > MaxName || name.Length == part.Length || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
            {
                throw new FormatException("A part of the URI is no attribute (name=value).");
            }

            if (!attributes.TryAdd(name, Decode(name, part[(name.Length + 1)..])))
            {
                throw new FormatException($"'{name}' stands twice in the URI.");
            }
        }

        return attributes;
    }

    private static byte[] Decode(string name, string value)
    {
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(value, i, 1));
            }
            else if (i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                bytes.Add(octet);
                i += 2;
            }
            else
            {
                throw new FormatException($"'{name}' in the URI has a % that is not followed by two hexadecimal digits.");
            }
        }

        return [.. bytes];
    }

    private static string? TextOf(Dictionary<string, byte[]> attributes, string name) =>
        attributes.TryGetValue(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    private static string? FileOf(string? source) => source switch
    {
        null => null,
        _ when source.StartsWith('|') => throw new FormatException("pin-source names a command; only a file is taken."),
        _ when source.StartsWith("file:///", StringComparison.Ordinal) => source["file://".Length..],
        _ when source.StartsWith("file:/", StringComparison.Ordinal) => source["file:".Length..],
        _ => source,
    };
}
