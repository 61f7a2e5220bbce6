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
    /// <summary>Null where the certificate's holder is of the issuer's kind.</summary>
    /// <param name="anchors">The roots that the reader trusts.</param>
    public static Finding? Check(Certificate signer, PartyId issuer, IReadOnlyList<Certificate> anchors)
    {
        var (chinese, english) = issuer.IsHub ? (HolderUnits.Hub, "the hub") : issuer.IsMachine ? (HolderUnits.Node, "a node") : ("单位", "an office");
        return issuer.IsHub ? IsHub(signer, anchors) ? null : Another()
            : issuer.IsMachine ? signer.OrganizationalUnits.Contains(HolderUnits.Node) ? null : Another()
            : signer.OrganizationalUnits.Any(HolderUnits.IsOfNoOffice) || IsHub(signer, anchors) ? Another() : null;

        Finding Another() => Finding.Indeterminate(
            "SIGNER_OF_ANOTHER_KIND", SubIndication.SigConstraintsFailure,
            $"凭证以{chinese} {issuer} 的名义出具，而签名证书“{signer.Subject}”没有写明持有者是{chinese}。",
            $"The statement is issued in the name of {english}, {issuer}; the signing certificate '{signer.Subject}' does not say that its holder is one.");
    }

    /// <summary>
    /// Whether a certificate says that it is the hub's, and an authority of the hub's own organization stands above it: of an
    /// outside authority anybody may be a customer.
    /// </summary>
    public static bool IsHub(Certificate signer, IReadOnlyList<Certificate> anchors) =>
        signer.Organizations is [var organization] && anchors.Any(anchor => anchor.Organizations.Contains(organization)) && signer.OrganizationalUnits switch
        {
            [HolderUnits.Hub] => true,

            // Hubs set up before the unit was written have the name that their set-up gave them.
            [] => signer.CommonNames is [var name] && name == $"{organization} {HolderUnits.Hub}",
            _ => false,
        };
}
