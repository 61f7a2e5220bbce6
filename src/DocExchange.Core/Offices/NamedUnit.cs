using DocExchange.Core.Documents;

namespace DocExchange.Core.Offices;

/// <summary>
/// A unit as a certificate or a seal names it: in O or CN often with the credit code before the name, as GB/T 38540 seals
/// are met, or as authorities number their customers, <c>041@N91350100M000100Y43@某某局@00000001</c>.
/// </summary>
/// <param name="Code">Null where there is no valid one.</param>
public sealed record NamedUnit(UnifiedSocialCreditCode? Code, string Name)
{
    private const char Separator = '@';
    private const int FewestParts = 3;
    private const int MostParts = 6;

    public static NamedUnit Read(string value) =>
        value.Contains(Separator, StringComparison.Ordinal) && Numbered(value.Split(Separator, MostParts + 1)) is { } unit ? unit
        : value.Length >= UnifiedSocialCreditCode.Length && UnifiedSocialCreditCode.TryParse(value[..UnifiedSocialCreditCode.Length], out var code)
            ? new NamedUnit(code, value[UnifiedSocialCreditCode.Length..].Trim())
            : new NamedUnit(null, value.Trim());

    // One name among numbers: beside two names the authority's own word would not be known from the customer's.
    private static NamedUnit? Numbered(string[] parts)
    {
        var names = parts.Where(part => !part.All(char.IsAsciiLetterOrDigit) || !part.Any(char.IsAsciiDigit)).ToList();
        return parts.Length is >= FewestParts and <= MostParts && names is [var name] && name.Any(letter => letter > 0x7F)
            ? new NamedUnit(parts.Select(CodeOf).FirstOrDefault(code => code is not null), name.Trim())
            : null;
    }

    // A letter may say what kind of number it is.
    private static UnifiedSocialCreditCode? CodeOf(string part) =>
        UnifiedSocialCreditCode.TryParse(part.Length == UnifiedSocialCreditCode.Length + 1 && char.IsAsciiLetter(part[0]) ? part[1..] : part, out var code) ? code : null;
}
