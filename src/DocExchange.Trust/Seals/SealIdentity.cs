using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Seals;

/// <summary>
/// Seals are met whose signer's certificate has the seal's number (esID) as its common name, so that the one can be held
/// against the other. GB/T 38540 demands no such thing, and most certificates name the unit instead. Who may apply a seal is
/// for its list of holders, which the maker signed; so the number of another seal is only said, and fails nothing.
/// </summary>
internal static class SealIdentity
{
    private const int FewestLetters = 8;
    private const int FewestDigits = 6;

    public static IEnumerable<Finding> Of(SealSignature signature)
    {
        var (number, name) = (signature.Seal.EsId.Trim(), signature.SignerCertificate.CommonName?.Trim() ?? "");
        var isAnother = IsNumber(number) && IsNumber(name) && number.Length == name.Length && !number.Equals(name, StringComparison.OrdinalIgnoreCase);
        return isAnother ? [SealFindings.NumberOfAnother(number, name)] : [];
    }

    private static bool IsNumber(string text) =>
        text.Length >= FewestLetters && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.') && text.Count(char.IsAsciiDigit) >= FewestDigits;
}
