using System.Net;
using System.Net.Sockets;

namespace DocExchange.FaultTests.Network;

/// <summary>The line between a node and the hub: it delays, swallows, breaks off, or is cut.</summary>
internal sealed class Line : IAsyncDisposable
{
    private const int PieceSize = 16 * 1024;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly IPEndPoint hub;
    private readonly Lock gate = new();
    private readonly List<Socket> open = [];
    private readonly List<Task> pumps = [];
    private TaskCompletionSource flows = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isCut;
    private long budget = long.MaxValue;
    private long most = long.MaxValue;

    private Line(string hub) => this.hub = IPEndPoint.Parse(hub);

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>Before each piece, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Connections that came through.</summary>
    public int Connections { get; private set; }

    public static Line To(string hub)
    {
        var line = new Line(hub);
        line.flows.SetResult();
        line.listener.Start();
        line.pumps.Add(line.AcceptAsync());
        return line;
    }

    /// <summary>All connections end, and new ones end at once.</summary>
    public void Cut()
    {
        isCut = true;
        Break();
    }

    /// <summary>Nothing arrives any more on either side, and nobody is told: connections stay, also new ones.</summary>
    public void Swallow()
    {
        lock (gate)
        {
            flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>A connection breaks off each time so many bytes have passed, all connections and both directions together.</summary>
    public void BreakEvery(long bytes)
    {
        Volatile.Write(ref most, bytes);
        Interlocked.Exchange(ref budget, bytes);
    }

    /// <summary>What was swallowed is lost with its connections; new ones come through.</summary>
    public void Mend()
    {
        isCut = false;
        BreakEvery(long.MaxValue);
        Break();
        lock (gate)
        {
            flows.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        Break();
        await Task.WhenAll(pumps.ToArray());
        ending.Dispose();
    }

    private void Break()
    {
        lock (gate)
        {
            open.ForEach(socket => socket.Dispose());
            open.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var node = await listener.AcceptSocketAsync(ending.Token);
                var onward = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                lock (gate)
                {
                    open.AddRange([node, onward]);
                    pumps.Add(ConnectAsync(node, onward));
                }
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // Disposed.
        }
    }

    private async Task ConnectAsync(Socket node, Socket onward)
    {
        try
        {
            if (!isCut)
            {
                await onward.ConnectAsync(hub, ending.Token);
                Connections++;
                await Task.WhenAny(PumpAsync(node, onward), PumpAsync(onward, node));
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The hub is not there.
        }

        node.Dispose();
        onward.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[PieceSize];
            for (int read; (read = await from.ReceiveAsync(buffer, ending.Token)) > 0;)
            {
                await Task.Delay(Delay, ending.Token);
                await flows.Task.WaitAsync(ending.Token);
                if (Interlocked.Add(ref budget, -read) < 0)
                {
                    Interlocked.Exchange(ref budget, Volatile.Read(ref most));
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, read), ending.Token);
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // One of the two is gone.
        }
    }

    private static bool IsEnd(Exception end) => end is OperationCanceledException or SocketException or ObjectDisposedException;
}
