using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;

namespace DocExchange.Core.Routing;

/// <summary>
/// Whose a seal is by its own word and that of its certificate (standards for seals: O = credit code and unit, CN = the
/// seal's number), for whoever has no directory to ask.
/// </summary>
/// <param name="Codes">Credit codes, in the order of <see cref="TextsOf"/>.</param>
/// <param name="Names">The name of the seal without the code; where that names no unit, those of the certificate. A number is no name.</param>
public sealed record SealHolder(IReadOnlyList<UnifiedSocialCreditCode> Codes, IReadOnlyList<string> Names)
{
    // A shorter name says too little: 市政府 is in most of them.
    private const int ShortestName = 4;

    // 公章, 合同专用章: the kind of seal, not whose.
    private const int LongestKind = 6;

    public static SealHolder Of(SealSignature signature)
    {
        var units = TextsOf(signature.Seal.Name, signature.SignerCertificate).Select(NamedUnit.Read).ToList();
        var names = units.Select(unit => unit.Name).Where(IsUnit).Distinct().ToList();
        return new SealHolder(
            [.. units.Select(unit => unit.Code).OfType<UnifiedSocialCreditCode>().Distinct()],
            IsUnit(units[0].Name) ? [units[0].Name] : names);
    }

    /// <summary>
    /// Whether it can be no issuer's of the document: another credit code than the document's identifier has, or only names
    /// that have nothing in common with the names printed under it. What names nobody is nobody else's.
    /// </summary>
    public bool IsAnother(DocumentMetadata metadata)
    {
        if (metadata.Identifier is { } identifier && Codes.Count > 0)
        {
            // With several issuers the identifier has the code of one of them.
            return !Codes.Contains(identifier.Office) && (metadata.Issuers.Count == 1 || IsNamedOtherwise(metadata));
        }

        return IsNamedOtherwise(metadata);
    }

    /// <summary>The seal's own name first, then the certificate's.</summary>
    internal static IEnumerable<string> TextsOf(string? seal, Certificate? signer) =>
        [.. new[] { seal }.OfType<string>(), .. signer?.CommonNames ?? [], .. signer?.Organizations ?? []];

    private static bool IsUnit(string name) => name.Any(letter => letter > 0x7F) && !(name.Length <= LongestKind && name.EndsWith('章'));

    private bool IsNamedOtherwise(DocumentMetadata metadata) =>
        Names.Count > 0 && !metadata.Issuers.Any(issuer => Names.Any(name => IsOneUnit(name, issuer.PrintedName)));

    // 市档案局 for 北京市档案局, 北京市档案局发文专用章 for 北京市档案局: the letters of one in the other, in their order.
    private static bool IsOneUnit(string one, string other)
    {
        var (shorter, longer) = one.Length <= other.Length ? (one, other) : (other, one);
        if (shorter == longer)
        {
            return true;
        }

        var at = 0;
        foreach (var letter in longer)
        {
            at += at < shorter.Length && shorter[at] == letter ? 1 : 0;
        }

        return shorter.Length >= ShortestName && at == shorter.Length;
    }
}
