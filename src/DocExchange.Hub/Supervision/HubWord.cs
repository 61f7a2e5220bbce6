using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Trust.Digests;

namespace DocExchange.Hub.Supervision;

/// <summary>
/// What the hub has stated so far: closed volumes, audit heads, revoked certificates, stopped seals. Reads only what everybody's mailbox holds,
/// each entry once. Safe for concurrent use.
/// </summary>
internal sealed class HubWord(ICatalogue catalogue, ILedgerStore ledger, DocumentReplay replay) : IDisposable
{
    private const int PageSize = 200;

    private readonly SemaphoreSlim one = new(1);
    private readonly Dictionary<string, LoggedStatement> volumes = [];
    private readonly HashSet<Digest> revoked = [];
    private readonly HashSet<Digest> stopped = [];
    private LoggedStatement? auditHead;
    private long read;

    /// <summary>The VolumeClosed of a volume; null while there is none.</summary>
    public async Task<LoggedStatement?> FindVolumeAsync(string volume, CancellationToken cancellation)
    {
        await CatchUpAsync(cancellation);
        lock (volumes)
        {
            return volumes.GetValueOrDefault(volume);
        }
    }

    /// <summary>The newest AuditHead; null while there is none.</summary>
    public async Task<LoggedStatement?> LastAuditHeadAsync(CancellationToken cancellation)
    {
        await CatchUpAsync(cancellation);
        return Volatile.Read(ref auditHead);
    }

    /// <summary>Whether a CertificateRevoked names this certificate.</summary>
    public Task<bool> IsRevokedAsync(Digest certificate, CancellationToken cancellation) => HasAsync(revoked, certificate, cancellation);

    /// <summary>Whether a SealStopped names this seal.</summary>
    public Task<bool> IsStoppedAsync(Digest seal, CancellationToken cancellation) => HasAsync(stopped, seal, cancellation);

    public void Dispose() => one.Dispose();

    private async Task<bool> HasAsync(HashSet<Digest> stated, Digest what, CancellationToken cancellation)
    {
        await CatchUpAsync(cancellation);
        lock (stated)
        {
            return stated.Contains(what);
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellation)
    {
        await catalogue.WaitForAsync(ledger.Size, cancellation);
        await one.WaitAsync(cancellation);
        try
        {
            while (catalogue.Mailbox(CatalogueRow.Everyone, read, PageSize) is { Count: > 0 } page)
            {
                foreach (var index in page)
                {
                    Take(replay.Read(index));
                    read = index + 1;
                }
            }
        }
        finally
        {
            one.Release();
        }
    }

    private void Take(LoggedStatement logged)
    {
        switch (logged.Statement.Body)
        {
            case VolumeClosedBody closed:
                lock (volumes)
                {
                    volumes.TryAdd(closed.Volume, logged);
                }

                break;
            case CertificateRevokedBody body:
                lock (revoked)
                {
                    revoked.Add(body.Certificate);
                }

                break;
            case SealStoppedBody body:
                lock (stopped)
                {
                    stopped.Add(body.Seal);
                }

                break;
            case AuditHeadBody:
                Volatile.Write(ref auditHead, logged);
                break;
        }
    }
}
