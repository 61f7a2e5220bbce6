using System.Text.RegularExpressions;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;

namespace DocExchange.Core.Routing;

/// <summary>What codes and names tell of a seal beside a document.</summary>
public enum SealBelonging
{
    /// <summary>Nothing speaks against an issuer's.</summary>
    Issuers,

    /// <summary>An issuer's by its name; the document's identifier has the code of somebody else, such as who dispatched it.</summary>
    CodeDiffers,

    /// <summary>The name alone, or the code alone, is none of an issuer.</summary>
    Unclear,

    /// <summary>Both are another unit's.</summary>
    Another,
}

/// <summary>
/// Whose a seal is by its own word and that of its certificate (standards for seals: O = credit code and unit, CN = the
/// seal's number), for whoever has no directory to ask.
/// </summary>
/// <param name="Codes">Credit codes, in the order of <see cref="TextsOf"/>.</param>
/// <param name="Names">The name of the seal without the code; where that names no unit, those of the certificate too. A number is no name.</param>
public sealed partial record SealHolder(IReadOnlyList<UnifiedSocialCreditCode> Codes, IReadOnlyList<string> Names)
{
    // 市政府, 公安局: in the names of many.
    private const int LongestVague = 4;

    public static SealHolder Of(SealSignature signature)
    {
        var units = TextsOf(signature.Seal.Name, signature.SignerCertificate).Select(text => NamedUnit.Read(Narrow(text))).ToList();
        return Of(units, IsDecisive(units[0].Name) ? [units[0]] : units);
    }

    /// <summary>By the certificate alone.</summary>
    internal static SealHolder Of(Certificate signer)
    {
        var units = TextsOf(null, signer).Select(text => NamedUnit.Read(Narrow(text))).ToList();
        return Of(units, units);
    }

    /// <summary>
    /// The code is held against that of the document's identifier, the names against those printed under it. Offices are
    /// renamed and identifiers made by others, so that only both together make it another's.
    /// </summary>
    public SealBelonging Beside(DocumentMetadata metadata)
    {
        var printed = metadata.Issuers.Select(issuer => Narrow(issuer.PrintedName)).ToList();
        var names = Names.Select(Narrow).ToList();
        var isNamed = printed.Any(issuer => names.Any(name => IsOneUnit(name, issuer)));
        // A short name within the printed one is no proof, but speaks against nothing.
        var isNamedOtherwise = !printed.Any(issuer => names.Any(name => IsWithin(name, issuer))) && printed.All(IsDecisive) && names.Any(IsDecisive);
        if (metadata.Identifier is { } identifier && Codes.Count > 0)
        {
            if (Codes.Contains(identifier.Office))
            {
                return SealBelonging.Issuers;
            }

            // With several issuers the identifier has the code of one of them: another code is that of the others.
            if (metadata.Issuers.Count == 1)
            {
                return isNamed ? SealBelonging.CodeDiffers : isNamedOtherwise ? SealBelonging.Another : SealBelonging.Unclear;
            }
        }

        return isNamedOtherwise ? SealBelonging.Unclear : SealBelonging.Issuers;
    }

    /// <summary>
    /// A seal held against a certificate that applies it: the code in the seal's name or number against the codes in the
    /// certificate's CN and O, the names likewise. Nothing is said where one of them has none, and one code in both decides.
    /// </summary>
    public static SealBelonging Between(Seal seal, Certificate signer)
    {
        var own = new[] { seal.Name, seal.EsId }.Select(text => NamedUnit.Read(Narrow(text))).ToList();
        var units = TextsOf(null, signer).Select(text => NamedUnit.Read(Narrow(text))).ToList();
        var (codes, others) = (own.Select(unit => unit.Code).OfType<UnifiedSocialCreditCode>().ToList(), units.Select(unit => unit.Code).OfType<UnifiedSocialCreditCode>().ToList());
        if (codes.Any(others.Contains))
        {
            return SealBelonging.Issuers;
        }

        var isCodedOtherwise = codes.Count > 0 && others.Count > 0;
        var name = own[0].Name;
        var isNamed = units.Any(unit => IsOneUnit(name, unit.Name));
        var isNamedOtherwise = IsDecisive(name) && units.Any(unit => IsDecisive(unit.Name)) && !units.Any(unit => unit.Name.Length > 0 && IsWithin(name, unit.Name));
        return isCodedOtherwise && isNamedOtherwise ? SealBelonging.Another
            : isCodedOtherwise && isNamed ? SealBelonging.CodeDiffers
            : isCodedOtherwise || isNamedOtherwise ? SealBelonging.Unclear
            : SealBelonging.Issuers;
    }

    /// <summary>The seal's own name first, then the certificate's.</summary>
    internal static IEnumerable<string> TextsOf(string? seal, Certificate? signer) =>
        [.. new[] { seal }.OfType<string>(), .. signer?.CommonNames ?? [], .. signer?.Organizations ?? []];

    private static SealHolder Of(IEnumerable<NamedUnit> coded, IEnumerable<NamedUnit> named) => new(
        [.. coded.Select(unit => unit.Code).OfType<UnifiedSocialCreditCode>().Distinct()],
        [.. named.Select(unit => unit.Name).Where(name => name.Any(letter => letter > 0x7F)).Distinct()]);

    private static bool IsDecisive(string name) => name.Length > LongestVague && name.Any(letter => letter > 0x7F) && !Kind().IsMatch(name);

    // 市档案局办公室 for 北京市档案局办公室, 北京市档案局发文专用章 for 北京市档案局: the letters of one in the other, in their order.
    private static bool IsOneUnit(string one, string other) => one == other || (Math.Min(one.Length, other.Length) > LongestVague && IsWithin(one, other));

    private static bool IsWithin(string one, string other)
    {
        var (shorter, longer) = one.Length <= other.Length ? (one, other) : (other, one);
        var at = 0;
        foreach (var letter in longer)
        {
            at += at < shorter.Length && shorter[at] == letter ? 1 : 0;
        }

        return at == shorter.Length;
    }

    // Full-width forms as NFKC has them, which is not to be had without ICU; white space says nothing.
    internal static string Narrow(string text) => string.Concat(
        text.Select(letter => letter is >= '！' and <= '～' ? (char)(letter - '！' + '!') : letter).Where(letter => !char.IsWhiteSpace(letter)));

    /// <summary>Whether it ends in what a seal is called, whoever's it is.</summary>
    internal static bool IsKind(string text) => Kind().IsMatch(text);

    // 公章, 电子公文专用章, 合同专用章(2): the kind of seal, whoever's it is.
    [GeneratedRegex(@"章\(?[0-9一二三四五六七八九十]*\)?$")]
    private static partial Regex Kind();
}
