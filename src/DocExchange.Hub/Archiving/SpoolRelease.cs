using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// Lets the spool go of what nobody waits for any more: packages that a volume holds, whose recipients are all final, and that
/// a backup has besides. From then on the volume gives them out.
/// </summary>
internal sealed partial class SpoolRelease(ISpool spool, IArchiveStore archive, ICatalogue catalogue, HubSettings settings, ILogger<SpoolRelease> log)
{
    /// <summary>Packages of the spool that a volume holds too. Asked before a backup: the volumes it copies have them.</summary>
    public IReadOnlyList<Digest> Archived() => settings.KeepSpool ? [] : [.. spool.All().Where(archive.Contains)];

    /// <summary>After the backup: those of them that are final are deleted from the spool.</summary>
    /// <param name="backedUp">What <see cref="Archived"/> gave before it.</param>
    /// <returns>How many were.</returns>
    public int Release(IReadOnlyList<Digest> backedUp)
    {
        var released = 0;
        foreach (var package in backedUp.Where(IsFinal))
        {
            spool.Delete(package);
            released++;
        }

        LogReleased(released, backedUp.Count - released);
        return released;
    }

    // Anybody may promise a package; the accepted document is the one it tells of.
    private bool IsFinal(Digest package) =>
        catalogue.FindByPackage(new Core.Documents.PackageId(package)) is [{ AcceptedAt: not null, IsFinal: true, Volume.Length: > 0 }, ..];

    [LoggerMessage(Level = LogLevel.Information, Message = "{Released} packages that are archived, final and backed up were removed from the spool; {Kept} archived ones wait for their recipients")]
    private partial void LogReleased(int released, int kept);
}
