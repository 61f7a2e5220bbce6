using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// Holds the names under which offices sign against those that the directory gives them: it binds whatever certificate its hub likes, and
/// a reader goes by the name, not by the id. An office that was renamed has signed under its name if an earlier version in the dossier says so of the same
/// credit code, and the name is nobody else's now; that it was renamed is the hub's word.
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
    /// <param name="named">The version that the Dispatched rests on; null where it is not here.</param>
    public void Check(PackageVerdict package, OfficeDirectory directory, OfficeDirectory? named, DateTimeOffset at)
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
            if (PartyId.TryParse(issuer.OfficeId) is { } id && directory.Find(id) is { } office && !IsCalled(directory) && !(named is not null && IsCalled(named)))
            {
                var isAnothers = directory.Offices.Any(other => other.Id != id && OfficeNames.IsCalled(other, issuer.PrintedName));
                printed.TryAdd((id, issuer.PrintedName), new Stranger<string>(issuer.PrintedName, office, directory.Version, isAnothers));
            }

            bool IsCalled(OfficeDirectory version) => PartyId.TryParse(issuer.OfficeId) is { } party && version.Find(party) is { } known && OfficeNames.IsCalled(known, issuer.PrintedName);
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
            if (!stranger.IsAnothers && directory.Version < stranger.Version && directory.Find(id) is { } office && isCalled(office, stranger.Named))
            {
                stranger.Former = IsSameUnit(office, stranger.Office) ? (office.Name, directory.Version) : null;
            }
        }
    }

    // A unit keeps its code when it is renamed.
    private static bool IsSameUnit(Office former, Office now) => former.CreditCode is not null && former.CreditCode == now.CreditCode;

    private void Tell<T>(Stranger<T> stranger, string chinese, string english)
    {
        var (office, version) = (stranger.Office, stranger.Version);
        if (stranger.Former is var (name, of))
        {
            report.Remark(
                "OFFICE_RENAMED",
                $"{chinese}用的是单位 {office.Id} 此前的名称“{name}”（机构目录第 {of} 版）；机构目录第 {version} 版中名称为“{office.Name}”，统一社会信用代码相同。更名一事只有中心的机构目录为证。",
                $"{english} the office {office.Id} has its former name '{name}' (directory version {of}); directory version {version} calls it '{office.Name}', with the same credit code. That it was renamed only the hub's directory says.");
        }
        else
        {
            report.Open(
                "OFFICE_NAME_DIFFERS", SubIndication.SigConstraintsFailure,
                $"{chinese}不是机构目录第 {version} 版所载单位 {office.Id} 的名称“{office.Name}”，不能认定是该单位签署的。若该单位已更名，且更名前后的机构目录均载有其统一社会信用代码，请向中心重新索取卷宗，其中有更名前的机构目录。",
                $"{english} the office {office.Id} is not what directory version {version} calls it, '{office.Name}': that this office signed is not known. Where it was renamed, and the directory had its credit code before and after, ask the hub for a new dossier, which has the earlier directory.");
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

        /// <summary>The newest earlier version that calls it so; null where there is none, or where its office had another credit code.</summary>
        public (string Name, long Version)? Former { get; set; }
    }
}
