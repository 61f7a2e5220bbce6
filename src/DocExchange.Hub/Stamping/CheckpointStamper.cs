using System.Text;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Hub.Stamping;

/// <summary>A checkpoint with a time-stamp in the ledger.</summary>
/// <param name="Size">The ledger size it covers.</param>
/// <param name="Index">Where its CheckpointStamped stands.</param>
/// <param name="Authority">Who stamped it.</param>
/// <param name="IsOwn">Stamped by the hub itself, which can backdate.</param>
internal sealed record StampedCheckpoint(long Size, long Index, DateTimeOffset At, string Authority, bool IsOwn);

/// <summary>How the stamping stands, for those who run the hub.</summary>
/// <param name="Last">Null where there is none yet, or it was not looked up yet.</param>
/// <param name="FailingSince">Null while all is well.</param>
internal sealed record StampingState(StampedCheckpoint? Last, DateTimeOffset? FailingSince, string Problem, string Chinese);

/// <summary>
/// Stamps the ledger's checkpoints: a token over the checkpoint's text goes to the objects, and a CheckpointStamped that
/// names it into the ledger. Everything below the stamped size existed by then. A time-stamp that cannot be had stops
/// nothing; it is flagged and made up for later. One stamping at a time.
/// </summary>
internal sealed partial class CheckpointStamper(
    LedgerWriter writer, ILedgerStore ledger, ICatalogue catalogue, DocumentReplay replay, IObjectStore objects, HubTimestamps timestamps, TimeProvider clock, ILogger<CheckpointStamper> log)
{
    private const int PageSize = 1000;

    private readonly SemaphoreSlim one = new(1, 1);
    private volatile StampingState state = new(null, null, "", "");
    private bool isLookedUp;

    public StampingState State => state;

    /// <summary>The checkpoint's text (C2SP tlog-checkpoint): it can be put together again from the statement and the origin.</summary>
    public static ContentDigests Over(string origin, long size, Digest root) =>
        ContentDigests.Of(Encoding.UTF8.GetBytes(new Trust.Merkle.Checkpoint(origin, size, root).Text));

    /// <summary>Stamps the newest checkpoint, unless nothing but a stamp came since the last one.</summary>
    /// <returns>The newest stamped checkpoint.</returns>
    /// <exception cref="NoTimestampException">The authority gave no good token; the state says since when.</exception>
    public async Task<StampedCheckpoint> StampAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            return await FindLastAsync(cancellation) is { } last && last.Index == ledger.Size - 1 ? last : await StampNewestAsync(cancellation);
        }
        catch (Exception fault) when (fault is NoTimestampException or IOException)
        {
            state = state with { FailingSince = state.FailingSince ?? clock.GetUtcNow(), Problem = fault.Message, Chinese = FaultWords.Of(fault) };
            LogFailed(fault.Message, state.FailingSince!.Value);
            throw fault as NoTimestampException ?? new NoTimestampException("检查点未能加盖时间戳：" + FaultWords.Of(fault), "The checkpoint was not stamped: " + fault.Message, fault);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The newest CheckpointStamped of the ledger; null where there is none.</summary>
    public async Task<StampedCheckpoint?> FindLastAsync(CancellationToken cancellation)
    {
        if (!isLookedUp)
        {
            await catalogue.WaitForAsync(ledger.Size, cancellation);
            state = state with { Last = LookUp() ?? state.Last };
            isLookedUp = true;
        }

        return state.Last;
    }

    private async Task<StampedCheckpoint> StampNewestAsync(CancellationToken cancellation)
    {
        var checkpoint = writer.Checkpoint.Checkpoint;
        var stamped = await timestamps.Client().StampAsync(Over(checkpoint.Origin, checkpoint.Size, checkpoint.Root), DigestAlgorithm.Sha256, cancellation);
        var token = await objects.PutAsync(stamped.Token!.Encoded, cancellation);
        var body = new CheckpointStampedBody(checkpoint.Size, checkpoint.Root, token);
        var logged = await writer.ActAsync(_ => new HubAct(StatementType.CheckpointStamped, body), cancellation);
        var last = Describe(body, logged!.Index, stamped.Token);
        state = new StampingState(last, null, "", "");
        LogStamped(last.Size, last.Authority, last.IsOwn);
        return last;
    }

    /// <summary>What is for everyone is little: directories, revocations, stamps.</summary>
    private StampedCheckpoint? LookUp()
    {
        StampedCheckpoint? last = null;
        long from = 0;
        while (catalogue.Mailbox(CatalogueRow.Everyone, from, PageSize) is { Count: > 0 } page)
        {
            foreach (var index in page)
            {
                last = replay.Read(index).Statement.Body is CheckpointStampedBody body && TokenOf(body) is { } token ? Describe(body, index, token) : last;
            }

            from = page[^1] + 1;
        }

        return last;
    }

    private TimestampToken? TokenOf(CheckpointStampedBody body)
    {
        try
        {
            return objects.Get(body.Token) is { } bytes ? TimestampToken.Parse(bytes) : null;
        }
        catch (Exception fault) when (fault is TimestampFormatException or ObjectDamagedException)
        {
            // The audit names it; for the next stamp it counts as not there.
            LogUnreadable(body.Size, fault.Message);
            return null;
        }
    }

    private static StampedCheckpoint Describe(CheckpointStampedBody body, long index, TimestampToken token)
    {
        var authority = token.Signed.Certificates.FirstOrDefault(certificate => !certificate.IsAuthority);
        return new StampedCheckpoint(
            body.Size, index, token.Info.GenTime, authority?.CommonName ?? authority?.Subject ?? token.Info.Policy, token.Info.Policy == TimestampOids.BuiltInPolicy);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Checkpoint of {Size} entries stamped by {Authority} (the hub's own service: {IsOwn})")]
    private partial void LogStamped(long size, string authority, bool isOwn);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoint was not stamped ({Why}); work goes on, none is stamped since {Since}")]
    private partial void LogFailed(string why, DateTimeOffset since);

    [LoggerMessage(Level = LogLevel.Error, Message = "The time-stamp of the checkpoint of {Size} entries cannot be read: {Why}")]
    private partial void LogUnreadable(long size, string why);
}
