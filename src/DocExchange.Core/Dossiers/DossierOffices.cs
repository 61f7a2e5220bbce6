using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// Holds the names under which offices sign against those that the directory gives them: it binds whatever certificate its hub likes, and
/// a reader goes by the name, not by the id. An office that was renamed has signed under its name if another version in the dossier, earlier or later, says so of
/// the same credit code, and the name is nobody else's; that it was renamed is the hub's word.
/// </summary>
internal sealed class DossierOffices(DossierDirectories directories, DossierReport report)
{
    private readonly Dictionary<(PartyId Office, Digest Certificate), Stranger<Certificate>> signers = [];
    private readonly Dictionary<(PartyId Office, string Name), Stranger<string>> printed = [];

    /// <param name="directory">The version in force where the certificate signed.</param>
    public void Check(Certificate signer, PartyId party, OfficeDirectory directory)
    {
        if (!party.IsMachine && directory.Find(party) is { } office && !OfficeNames.IsMadeOutTo(signer, office, directory))
        {
            signers.TryAdd((party, signer.Fingerprint), new Stranger<Certificate>(signer, office, directory.Version, OfficeNames.NamesAnother(signer, office, directory)));
        }
    }

    /// <summary>Those who signed and sealed the package, and the names under it.</summary>
    /// <param name="directory">The version in force when it was accepted.</param>
    public void Check(PackageVerdict package, OfficeDirectory directory, DateTimeOffset at)
    {
        var certificates = package.Issuers.Select(each => (Signer: each.Signer, Use: CertificateUse.Document))
            .Concat(package.Seals.Select(each => (Signer: each.Signature?.SignerCertificate, Use: CertificateUse.Seal)));
        foreach (var (signer, use) in certificates)
        {
            if (signer is not null && directory.HolderOf(signer.Fingerprint, use, at) is { } holder)
            {
                Check(signer, holder, directory);
            }
        }

        foreach (var issuer in DocumentMetadata.TryParse(package.Metadata.Span, out _)?.Issuers ?? [])
        {
            if (PartyId.TryParse(issuer.OfficeId) is { } id && directory.Find(id) is { } office && !OfficeNames.IsCalled(office, issuer.PrintedName))
            {
                var isAnothers = directory.Offices.Any(other => other.Id != id && OfficeNames.PassesFor(other, office, issuer.PrintedName));
                printed.TryAdd((id, issuer.PrintedName), new Stranger<string>(issuer.PrintedName, office, directory.Version, isAnothers));
            }
        }
    }

    /// <summary>Says what was found, each once.</summary>
    public void Tell()
    {
        if (signers.Count + printed.Count == 0)
        {
            return;
        }

        // Large ones are in memory one at a time.
        foreach (var directory in directories.All)
        {
            Explain(signers, directory, (office, signer) => OfficeNames.IsMadeOutTo(signer, office, directory) && office.Certificates.Any(bound => bound.Certificate.Fingerprint == signer.Fingerprint));
            Explain(printed, directory, OfficeNames.IsCalled);
        }

        foreach (var stranger in signers.Values)
        {
            Tell(stranger, $"证书“{stranger.Named.Subject}”", $"The certificate '{stranger.Named.Subject}' of");
        }

        foreach (var stranger in printed.Values)
        {
            Tell(stranger, $"公文署名“{stranger.Named}”", $"The name '{stranger.Named}' under the document, of");
        }
    }

    private static void Explain<TKey, T>(Dictionary<(PartyId Office, TKey Key), Stranger<T>> strangers, OfficeDirectory directory, Func<Office, T, bool> isCalled)
    {
        foreach (var ((id, _), stranger) in strangers)
        {
            if (!stranger.IsAnothers && directory.Find(id) is { } office && isCalled(office, stranger.Named) && IsSameUnit(office, stranger.Office))
            {
                stranger.Elsewhere = (office.Name, directory.Version);
            }
        }
    }

    // A unit keeps its code when it is renamed.
    private static bool IsSameUnit(Office former, Office now) => former.CreditCode is not null && former.CreditCode == now.CreditCode;

    private void Tell<T>(Stranger<T> stranger, string chinese, string english)
    {
        var (office, version) = (stranger.Office, stranger.Version);
        if (stranger.Elsewhere is var (name, of))
        {
            report.Remark(
                "OFFICE_RENAMED",
                $"{chinese}用的是单位 {office.Id} 在机构目录第 {of} 版中的名称“{name}”；机构目录第 {version} 版中名称为“{office.Name}”，统一社会信用代码相同。更名一事只有中心的机构目录为证。",
                $"{english} the office {office.Id} has the name that directory version {of} gives it, '{name}'; directory version {version} calls it '{office.Name}', with the same credit code. That it was renamed only the hub's directory says.");
        }
        else
        {
            report.Open(
                "OFFICE_NAME_DIFFERS", SubIndication.SigConstraintsFailure,
                $"{chinese}不是机构目录第 {version} 版所载单位 {office.Id} 的名称“{office.Name}”，不能认定是该单位签署的。若该单位更过名，更名前后的机构目录均须载有其统一社会信用代码，方可认定。",
                $"{english} the office {office.Id} is not what directory version {version} calls it, '{office.Name}': that this office signed is not known. Where it was renamed, the directories before and after must have its credit code for that to be known.");
        }
    }

    /// <summary>Who signed under another name than the office's.</summary>
    private sealed class Stranger<T>(T named, Office office, long version, bool isAnothers)
    {
        public T Named => named;

        public Office Office => office;

        /// <summary>Of the directory that calls it otherwise.</summary>
        public long Version => version;

        /// <summary>Whether that directory calls another office so.</summary>
        public bool IsAnothers => isAnothers;

        /// <summary>The newest version that calls the office of the same credit code so; null where there is none.</summary>
        public (string Name, long Version)? Elsewhere { get; set; }
    }
}
