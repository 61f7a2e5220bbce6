using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// The versions of the office directory in a dossier, each published by a statement of the hub at its ledger index. Large
/// ones are read when they are needed, one at a time.
/// </summary>
internal sealed class DossierDirectories(DossierFile file, DossierManifest manifest, DossierReport report)
{
    private readonly List<DossierDirectory> published = [];
    private (long Version, OfficeDirectory? Directory)? held;

    /// <summary>The newest; null where none can be read.</summary>
    public OfficeDirectory? Newest => published.Count == 0 ? null : Read(published[^1]);

    /// <summary>Finds the versions whose file is what their DirectoryPublished names.</summary>
    public void Load(IReadOnlyList<DossierEntry> announcements)
    {
        var byIndex = announcements.ToDictionary(entry => entry.Index);
        var last = long.MinValue;
        foreach (var named in manifest.Directories.OrderBy(each => each.Index))
        {
            var (path, before) = (DossierLayout.Directory(named.Version), last);
            last = Math.Max(last, named.Version);
            if (byIndex.GetValueOrDefault(named.Index)?.Statement is not { Issuer.IsHub: true, Body: DirectoryPublishedBody body } || body.Version != named.Version || body.Directory.ToString() != named.Sha256)
            {
                report.Failed("DIRECTORY_NOT_PUBLISHED", SubIndication.FormatFailure, $"没有发布机构目录第 {named.Version} 版的凭证。", $"No statement of the dossier publishes directory version {named.Version}.");
            }
            // Each is read once, however often it is named.
            else if (named.Version <= before)
            {
                report.Failed("DIRECTORY_ORDER", SubIndication.FormatFailure, $"机构目录第 {named.Version} 版的次序不对。", $"Directory version {named.Version} is out of order.");
            }
            else if (report.Read(path, () => file.Read(path)) is { } bytes && Digest.Of(bytes) != body.Directory)
            {
                report.Failed("DIRECTORY_ALTERED", SubIndication.HashFailure, $"“{path}”不是中心所发布的那一版。", $"'{path}' is not the directory that the hub published.");
            }
            else
            {
                published.Add(named);
            }
        }

        file.RefuseStrays("directories/", manifest.Directories.Select(each => DossierLayout.Directory(each.Version)), report);
    }

    /// <summary>The newest version that was published below an index; null where none is here.</summary>
    public OfficeDirectory? At(long index) => published.LastOrDefault(each => each.Index < index) is { } found ? Read(found) : null;

    /// <summary>That version; null where it is not here.</summary>
    public OfficeDirectory? Of(long version) => published.FirstOrDefault(each => each.Version == version) is { } found ? Read(found) : null;

    /// <summary>For what the hub says itself, the oldest version here where none is older: the first one binds its own signer.</summary>
    public OfficeDirectory? ForHub(long index) => At(index) ?? (published.Count == 0 ? null : Read(published[0]));

    /// <summary>The oldest first; one at a time is in memory.</summary>
    public IEnumerable<OfficeDirectory> All => published.Select(Read).OfType<OfficeDirectory>();

    /// <summary>What any of the versions names as the exchange's own authorities.</summary>
    public IReadOnlyList<Certificate> Authorities => [.. All.SelectMany(directory => directory.Authorities).Distinct()];

    private OfficeDirectory? Read(DossierDirectory named)
    {
        if (held is not { } kept || kept.Version != named.Version)
        {
            // One that cannot be read is told once, and not tried for each statement.
            var path = DossierLayout.Directory(named.Version);
            held = (named.Version, report.Read(path, () => OfficeDirectoryXml.Read(file.Read(path))));
        }

        return held.Value.Directory;
    }
}
