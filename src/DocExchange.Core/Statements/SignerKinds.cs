using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Statements;

/// <summary>
/// What certificates say themselves of whom they are for: the hub, a node, an administrator or an office. Whoever has no
/// directory from elsewhere asks this, since a directory that comes with what it is to prove binds whom its maker likes.
/// The hub's authority writes it into OU; offices have none.
/// </summary>
public static class SignerKinds
{
    private static readonly CertificatePathOptions Unrevoked = new() { Revocation = RevocationDemand.Ignored };

    /// <summary>Null where the certificate's holder is of the issuer's kind.</summary>
    /// <param name="trust">The roots that the reader trusts, and what may lead to them.</param>
    public static Finding? Check(Certificate signer, PartyId issuer, TrustStore trust) =>
        (issuer.IsHub ? IsHub(signer, trust) : issuer.IsMachine ? signer.OrganizationalUnits.Contains(HolderUnits.Node) : !IsAnother(signer, issuer, trust)) ? null : Another(signer, issuer);

    /// <summary>
    /// Null unless the certificate says that its holder is of another kind than the issuer, whatever a directory says: the hub alone
    /// writes directories, and could bind its own key as an office's. Certificates of outside authorities, of nodes too, may say nothing.
    /// </summary>
    /// <param name="issuer">Not the hub.</param>
    public static Finding? Contradiction(Certificate signer, PartyId issuer, TrustStore trust) => IsAnother(signer, issuer, trust) ? Another(signer, issuer) : null;

    /// <summary>
    /// Whether a certificate says that it is the hub's, and an authority of the hub's own organization stands above it: of an
    /// outside authority anybody may be a customer.
    /// </summary>
    public static bool IsHub(Certificate signer, TrustStore trust) =>
        signer.Organizations is [var organization] && signer.OrganizationalUnits switch
        {
            [HolderUnits.Hub] => true,

            // Hubs set up before the unit was written have the name that their set-up gave them.
            [] => signer.CommonNames is [var name] && name == $"{organization} {HolderUnits.Hub}",
            _ => false,
        }
        && IsBelow(signer, trust with { Anchors = [.. trust.Anchors.Where(anchor => anchor.Organizations.Contains(organization))] });

    private static bool IsAnother(Certificate signer, PartyId issuer, TrustStore trust) =>
        signer.OrganizationalUnits.Any(unit => HolderUnits.IsOfNoOffice(unit) && !(issuer.IsMachine && unit == HolderUnits.Node)) || IsHub(signer, trust);

    // Whether it may be relied upon is judged elsewhere: here the question is only whose word it is.
    private static bool IsBelow(Certificate signer, TrustStore trust)
    {
        if (trust.Anchors.Count == 0)
        {
            return false;
        }

        var chain = new CertificatePaths(trust, Unrevoked).Build(signer, [], signer.NotBefore, CertificateUsage.Any).Chain;
        return trust.Anchors.Contains(chain[^1]) && chain.Zip(chain.Skip(1)).All(link => link.First.IsSignedBy(link.Second) && link.Second.IsAuthority);
    }

    private static Finding Another(Certificate signer, PartyId issuer)
    {
        var (chinese, english) = issuer.IsHub ? (HolderUnits.Hub, "the hub") : issuer.IsMachine ? (HolderUnits.Node, "a node") : ("单位", "an office");
        return Finding.Indeterminate(
            "SIGNER_OF_ANOTHER_KIND", SubIndication.SigConstraintsFailure,
            $"凭证以{chinese} {issuer} 的名义出具，而签名证书“{signer.Subject}”没有写明持有者是{chinese}。",
            $"The statement is issued in the name of {english}, {issuer}; the signing certificate '{signer.Subject}' does not say that its holder is one.");
    }
}
