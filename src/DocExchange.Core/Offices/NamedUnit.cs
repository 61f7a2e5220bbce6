using DocExchange.Core.Documents;

namespace DocExchange.Core.Offices;

/// <summary>
/// A unit as a certificate or a seal names it: in O or CN often with the credit code before the name, as GB/T 38540 seals
/// are met.
/// </summary>
/// <param name="Code">Null where the value does not begin with a valid one.</param>
public sealed record NamedUnit(UnifiedSocialCreditCode? Code, string Name)
{
    public static NamedUnit Read(string value) =>
        value.Length >= UnifiedSocialCreditCode.Length && UnifiedSocialCreditCode.TryParse(value[..UnifiedSocialCreditCode.Length], out var code)
            ? new NamedUnit(code, value[UnifiedSocialCreditCode.Length..].Trim())
            : new NamedUnit(null, value.Trim());
}
