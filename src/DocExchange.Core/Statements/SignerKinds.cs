using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Statements;

/// <summary>
/// What certificates say themselves of whom they are for: the hub, a node, an administrator or an office. Whoever has no
/// directory from elsewhere asks this, since a directory that comes with what it is to prove binds whom its maker likes.
/// The hub's authority writes it into OU; offices have none. For one file, on one thread.
/// </summary>
/// <param name="trust">The roots that the reader trusts, and what may lead to them.</param>
/// <param name="work">What the file draws on; null where one certificate is asked about.</param>
public sealed class SignerKinds(TrustStore trust, FileWork? work = null)
{
    private static readonly CertificatePathOptions Unrevoked = new() { Revocation = RevocationDemand.Ignored };

    /// <summary>To the anchors of an organization; null where there are none.</summary>
    private readonly Dictionary<string, CertificatePaths?> pathsTo = new(StringComparer.Ordinal);

    /// <summary>Null where the certificate's holder is of the issuer's kind.</summary>
    /// <param name="along">What came along with the signature.</param>
    public Finding? Check(Certificate signer, PartyId issuer, IReadOnlyList<Certificate> along) =>
        issuer.IsHub ? IsHub(signer, along) is { } isHub ? isHub ? null : Another(signer, issuer) : Unknown(signer)
        : issuer.IsMachine ? signer.OrganizationalUnits.Contains(HolderUnits.Node) ? null : Another(signer, issuer)
        : Contradiction(signer, issuer, along);

    /// <summary>
    /// Null unless the certificate says that its holder is of another kind than the issuer, whatever a directory says: the hub alone
    /// writes directories, and could bind its own key as an office's. Certificates of outside authorities, of nodes too, may say nothing.
    /// </summary>
    /// <param name="issuer">Not the hub.</param>
    /// <param name="along">What came along with the signature.</param>
    public Finding? Contradiction(Certificate signer, PartyId issuer, IReadOnlyList<Certificate> along) =>
        signer.OrganizationalUnits.Any(unit => HolderUnits.IsOfNoOffice(unit) && !(issuer.IsMachine && unit == HolderUnits.Node)) ? Another(signer, issuer)
        : IsHub(signer, along) is { } isHub ? isHub ? Another(signer, issuer) : null
        : Unknown(signer);

    /// <summary>
    /// Whether a certificate says that it is the hub's, and an authority of the hub's own organization stands above it: of an
    /// outside authority anybody may be a customer. Null where to find that out takes more work than is done for one file.
    /// </summary>
    /// <param name="along">What came along with the signature.</param>
    public bool? IsHub(Certificate signer, IReadOnlyList<Certificate> along) =>
        signer.Organizations is [var organization] && signer.OrganizationalUnits switch
        {
            [HolderUnits.Hub] => true,

            // Hubs set up before the unit was written have the name that their set-up gave them.
            [] => signer.CommonNames is [var name] && name == $"{organization} {HolderUnits.Hub}",
            _ => false,
        } ? IsBelow(signer, organization, along) : false;

    public static Finding Unknown(Certificate signer) => Finding.Indeterminate(
        "SIGNER_KIND_LIMIT", SubIndication.CertificateChainGeneralFailure,
        $"要查明证书“{signer.Subject}”是否由交换中心自己的机构签发，所需的计算量超过上限。",
        $"To find out whether the certificate '{signer.Subject}' is of the hub's own authority takes more work than is done for one file.");

    // Whether it may be relied upon is judged elsewhere: here the question is only whose word it is.
    private bool? IsBelow(Certificate signer, string organization, IReadOnlyList<Certificate> along)
    {
        if (!pathsTo.TryGetValue(organization, out var paths))
        {
            var own = trust with { Anchors = [.. trust.Anchors.Where(anchor => anchor.Organizations.Contains(organization))] };
            if (own.Anchors.Count > 0 && work?.TryPay(CertificatePaths.CostOf(own)) == false)
            {
                return null;
            }

            paths = own.Anchors.Count == 0 ? null : new CertificatePaths(own, Unrevoked);
            pathsTo.Add(organization, paths);
        }

        if (paths is null)
        {
            return false;
        }

        var path = paths.Build(signer, along, signer.NotBefore, CertificateUsage.Any, work);
        return paths.Store.Anchors.Contains(path.Chain[^1]) ? path.Chain.Zip(path.Chain.Skip(1)).All(link => link.First.IsSignedBy(link.Second) && link.Second.IsAuthority)
            : path.Findings.Any(finding => finding.Code == "PATH_SEARCH_LIMIT") ? null : false;
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
