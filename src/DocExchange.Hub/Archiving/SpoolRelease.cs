using DocExchange.Core.Documents;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// Lets the spool go of what nobody waits for any more: packages that are archived, whose recipients are all final, and that a
/// backup has besides. Each is read from its volume to the end first; from then on the volume gives it out.
/// </summary>
internal sealed partial class SpoolRelease(ISpool spool, IArchiveStore archive, ICatalogue catalogue, HubSettings settings, ILogger<SpoolRelease> log)
{
    /// <summary>A spool that filled up for years is emptied in several backups.</summary>
    private const int MostAtOnce = 10_000;

    /// <summary>Packages that may go when the backup that begins now is done. The volumes it copies have them.</summary>
    public Task<IReadOnlyList<Digest>> CandidatesAsync(CancellationToken cancellation) => Task.Run<IReadOnlyList<Digest>>(
        () => settings.KeepSpool
            ? []
            : [.. spool.All().TakeWhile(_ => Continues(cancellation)).Where(IsDone).Take(MostAtOnce)],
        cancellation);

    /// <summary>
    /// After a backup without a fault: deletes from the spool what its volume gives back whole. The backup is done whatever
    /// happens here: what cannot be read or deleted stays, and the log says why.
    /// </summary>
    public async Task ReleaseAsync(IReadOnlyList<Digest> candidates, CancellationToken cancellation)
    {
        var released = 0;
        foreach (var package in candidates)
        {
            try
            {
                if (await IsReadableAsync(package, cancellation))
                {
                    spool.Delete(package);
                    released++;
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or StorageFullException)
            {
                LogKept(fault, package);
            }
        }

        LogReleased(released, candidates.Count - released);
    }

    /// <summary>The backup named faults: nothing goes.</summary>
    public void Forgo(IReadOnlyList<Digest> candidates)
    {
        if (candidates.Count > 0)
        {
            LogForgone(candidates.Count);
        }
    }

    // Anybody may promise a package; the accepted document is the one it tells of.
    private bool IsDone(Digest package) => catalogue.FindByPackage(new PackageId(package)) is [{ AcceptedAt: not null, IsFinal: true, Volume.Length: > 0 }, ..];

    private async Task<bool> IsReadableAsync(Digest package, CancellationToken cancellation)
    {
        if (archive.OpenPackage(package) is not { } archived)
        {
            return false;
        }

        await using (archived)
        {
            // At its end the stream compares the digest.
            await archived.CopyToAsync(Stream.Null, cancellation);
            return true;
        }
    }

    private static bool Continues(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Released} packages that are archived, final and backed up were removed from the spool; {Kept} of them could not be")]
    private partial void LogReleased(int released, int kept);

    [LoggerMessage(Level = LogLevel.Error, Message = "The package {Package} stays in the spool: its volume does not give it back, or it cannot be deleted")]
    private partial void LogKept(Exception fault, Digest package);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} packages that are archived and final stay in the spool, since the backup found faults")]
    private partial void LogForgone(int count);
}
