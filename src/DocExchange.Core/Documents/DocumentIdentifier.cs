using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace DocExchange.Core.Documents;

/// <summary>
/// 公文标识 (GB/T 33477): <c>OID.USCC-内设机构(3)-年(4)-文种(2)-流水(5)-校验</c>, the check character being MOD 37,36 over all
/// of it but OID and hyphens. That the inner unit may hold letters and the serial only digits is inferred from examples.
/// </summary>
public sealed partial record DocumentIdentifier
{
    /// <summary>The arc all published examples stand under.</summary>
    public const string Oid = "1.2.156.10";

    /// <summary>The inner unit that stands for the office itself.</summary>
    public const string Whole = "000";

    private const int MaxLength = 60;

    private DocumentIdentifier(UnifiedSocialCreditCode office, string innerUnit, int year, DocumentType type, int serial)
    {
        (Office, InnerUnit, Year, Type, Serial) = (office, innerUnit, year, type, serial);
    }

    public UnifiedSocialCreditCode Office { get; }

    /// <summary>内设机构, three of 0-9 A-Z; <see cref="Whole"/> is the office itself.</summary>
    public string InnerUnit { get; }

    public int Year { get; }

    public DocumentType Type { get; }

    public int Serial { get; }

    /// <exception cref="ArgumentException">A part is outside its range; the message says which.</exception>
    public static DocumentIdentifier Make(UnifiedSocialCreditCode office, string innerUnit, int year, DocumentType type, int serial)
    {
        if (innerUnit.Length != 3 || innerUnit.AsSpan().ContainsAnyExcept(Mod37.Alphabet))
        {
            throw new ArgumentException("The inner unit of a document identifier is three characters of 0-9 A-Z; 000 stands for the office itself.", nameof(innerUnit));
        }

        if (!type.IsOfficial())
        {
            throw new ArgumentException("Only the fifteen official document types have a code (GB/T 33477); an internal document has no identifier.", nameof(type));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(year, 1000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 9999);
        ArgumentOutOfRangeException.ThrowIfLessThan(serial, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(serial, 99999);
        return new DocumentIdentifier(office, innerUnit, year, type, serial);
    }

    /// <exception cref="FormatException">The text is not such an identifier, or a check character is wrong.</exception>
    public static DocumentIdentifier Parse(string text) =>
        TryParse(text, out var identifier)
            ? identifier
            : throw new FormatException($"'{Quoted.Short(text)}' is not a document identifier: {Oid}.USCC-unit-year-type-serial-check with right check characters is expected (GB/T 33477).");

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DocumentIdentifier? identifier)
    {
        identifier = null;
        if (text is null || text.Length > MaxLength || Form().Match(text) is not { Success: true } parts
            || !UnifiedSocialCreditCode.TryParse(parts.Groups["uscc"].Value, out var office)
            || !DocumentTypes.TryFromCode(parts.Groups["type"].Value, out var type)
            || int.Parse(parts.Groups["year"].Value) < 1000 || int.Parse(parts.Groups["serial"].Value) < 1)
        {
            return false;
        }

        var read = Make(office, parts.Groups["unit"].Value, int.Parse(parts.Groups["year"].Value), type, int.Parse(parts.Groups["serial"].Value));
        identifier = read.ToString() == text ? read : null;
        return identifier is not null;
    }

    public override string ToString()
    {
        var (year, type, serial) = (Year.ToString("D4"), Type.Code(), Serial.ToString("D5"));
        return $"{Oid}.{Office}-{InnerUnit}-{year}-{type}-{serial}-{Mod37.CheckCharacter($"{Office}{InnerUnit}{year}{type}{serial}")}";
    }

    [GeneratedRegex(@"^1\.2\.156\.10\.(?<uscc>[0-9A-Z]{18})-(?<unit>[0-9A-Z]{3})-(?<year>[0-9]{4})-(?<type>[0-9A-F]{2})-(?<serial>[0-9]{5})-[0-9A-Z]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
