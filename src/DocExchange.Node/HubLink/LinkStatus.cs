using DocExchange.Node.Records;

namespace DocExchange.Node.HubLink;

internal enum LinkState
{
    SwitchedOff,
    Connecting,
    Connected,
}

/// <summary>
/// Whether the node is linked to its hub, and the switch for it. Switched off it stays off over restarts. Safe for
/// concurrent use.
/// </summary>
internal sealed class LinkStatus : IDisposable
{
    private const string SwitchName = "link switched off";

    private readonly NodeRecords records;
    private readonly Lock guard = new();
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource turnedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource turnedOff = new();

    public LinkStatus(NodeRecords records)
    {
        this.records = records;
        Apply(records.Setting(SwitchName)?.Number != 1);
    }

    public LinkState State { get; private set; } = LinkState.Connecting;

    /// <summary>The last error, for people, in both languages; empty when all is well.</summary>
    public (string Chinese, string English) Problem { get; private set; } = ("", "");

    /// <summary>The open channel; null while there is none.</summary>
    public HubChannel? Channel { get; set; }

    public CancellationToken TurnedOff
    {
        get
        {
            lock (guard)
            {
                return turnedOff.Token;
            }
        }
    }

    public void Switch(bool on)
    {
        records.Write(() => records.Set(SwitchName, on ? 0 : 1));
        Apply(on);
    }

    public Task WaitUntilOnAsync(CancellationToken cancellation)
    {
        lock (guard)
        {
            return turnedOn.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>The mailbox has brought all there was: only now is it known whether a chain went on without this folder.</summary>
    public void CaughtUp() => caughtUp.TrySetResult();

    public Task WaitUntilCaughtUpAsync(CancellationToken cancellation) => caughtUp.Task.WaitAsync(cancellation);

    public void Connected()
    {
        lock (guard)
        {
            if (State == LinkState.Connecting)
            {
                (State, Problem) = (LinkState.Connected, ("", ""));
            }
        }
    }

    /// <param name="isBroken">The link itself failed, not only one piece of work.</param>
    public void Failed((string Chinese, string English) problem, bool isBroken)
    {
        lock (guard)
        {
            if (State != LinkState.SwitchedOff)
            {
                (State, Problem) = (isBroken ? LinkState.Connecting : State, problem);
            }
        }
    }

    public void Dispose() => turnedOff.Dispose();

    private void Apply(bool on)
    {
        lock (guard)
        {
            if (on)
            {
                (State, Problem) = (State == LinkState.Connected ? State : LinkState.Connecting, Problem);
                turnedOff = turnedOff.IsCancellationRequested ? new CancellationTokenSource() : turnedOff;
                turnedOn.TrySetResult();
                return;
            }

            (State, Problem) = (LinkState.SwitchedOff, ("", ""));
            turnedOn = turnedOn.Task.IsCompleted ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : turnedOn;
        }

        turnedOff.Cancel();
    }
}
