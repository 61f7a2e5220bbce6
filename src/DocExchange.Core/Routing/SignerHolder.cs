using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;

namespace DocExchange.Core.Routing;

/// <summary>What a signer's certificate tells of it beside a document's issuers.</summary>
public enum SignerBelonging
{
    /// <summary>It has an issuer's printed name in CN, or beside a credit code in O where CN is a number.</summary>
    Issuers,

    /// <summary>It names no issuer: another unit, a related or renamed one, or none that can be compared.</summary>
    Unclear,

    /// <summary>Its names and its credit code are another unit's.</summary>
    Another,
}

/// <summary>
/// Whose a package's signatures are by their certificates (CN; where that is a number as seals have it, O with the credit code
/// before the name), for whoever has no directory to ask. Any other O says only whom a machine or a person belongs to, and what
/// the hub certifies as a node's or an administrator's is no office's. Unlike seals, certificates have the unit's full name, so nothing but that name counts: the letters of
/// 北京市人民政府 are in 北京市东城区人民政府 too, and the code beside it in the metadata was written by whoever signed.
/// </summary>
public static class SignerHolder
{
    // Numbers of seals have 13 or 14 digits; shorter ones are persons or machines.
    private const int ShortestSealNumber = 13;

    public static SignerBelonging Beside(Certificate signer, DocumentMetadata metadata) =>
        metadata.Issuers.Any(issuer => IsNamed(signer, issuer)) ? SignerBelonging.Issuers
        : SealHolder.Of(signer).Beside(metadata) == SealBelonging.Another ? SignerBelonging.Another
        : SignerBelonging.Unclear;

    /// <summary>The issuers whose name none of the certificates has.</summary>
    public static IReadOnlyList<Issuer> Unnamed(IReadOnlyList<Certificate> signers, DocumentMetadata metadata) =>
        [.. metadata.Issuers.Where(issuer => !signers.Any(signer => IsNamed(signer, issuer)))];

    private static bool IsNamed(Certificate signer, Issuer issuer)
    {
        var printed = SealHolder.Narrow(issuer.PrintedName);
        return NamesOf(signer).Any(text => NamedUnit.Read(SealHolder.Narrow(text)).Name is var name && (name == printed || WithoutNote(name) == printed));
    }

    private static IReadOnlyList<string> NamesOf(Certificate signer) =>
        signer.OrganizationalUnits.Any(HolderUnits.IsOfNoOffice) ? []
        : signer.CommonNames is [var number] && number.Length >= ShortestSealNumber && number.All(char.IsAsciiDigit)
            ? [.. signer.Organizations.Where(name => NamedUnit.Read(SealHolder.Narrow(name)).Code is not null)]
            : signer.CommonNames;

    // 某局（RSA）: a note of the authority in Latin letters and digits; 某局（办公室） is another unit.
    private static string WithoutNote(string name) =>
        name.LastIndexOf('(') is > 0 and var at && name.EndsWith(')') && name.AsSpan(at).IndexOfAnyExceptInRange(' ', '~') < 0 ? name[..at] : name;
}
