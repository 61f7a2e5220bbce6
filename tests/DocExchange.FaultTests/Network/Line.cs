using System.Net;
using System.Net.Sockets;

namespace DocExchange.FaultTests.Network;

/// <summary>Where bytes go.</summary>
[Flags]
internal enum Way
{
    ToHub = 1,
    ToNode = 2,
    Both = ToHub | ToNode,
}

/// <summary>The line between a node and the hub: it delays, loses, swallows, breaks off, or is cut.</summary>
internal sealed class Line : IAsyncDisposable
{
    private const int PieceSize = 16 * 1024;

    // What TCP waits before it sends again what was lost, once and after several losses in a row.
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(200);
    private const double LongestRetransmission = 15;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly IPEndPoint hub;
    private readonly Lock gate = new();
    private readonly List<Connection> open = [];
    private readonly List<Task> pumps = [];
    private readonly Dictionary<Way, TaskCompletionSource> flows = new() { [Way.ToHub] = Flowing(), [Way.ToNode] = Flowing() };
    private volatile bool isCut;
    private volatile bool isToVanish;
    private long budget = long.MaxValue;
    private long most = long.MaxValue;
    private int stalls;
    private int abandoned;

    private Line(string hub) => this.hub = IPEndPoint.Parse(hub);

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>Before each piece, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Of the pieces, how many are lost at first and come late; drawn by connection and direction from <see cref="Seed"/>.</summary>
    public double Loss { get; set; }

    public int Seed { get; init; }

    /// <summary>Connections that came through.</summary>
    public int Connections { get; private set; }

    /// <summary>Pieces that were lost at first.</summary>
    public int Stalls => Volatile.Read(ref stalls);

    /// <summary>Ends of vanished connections that their owners closed, two a connection.</summary>
    public int Abandoned => Volatile.Read(ref abandoned);

    public static Line To(string hub, int seed = 0)
    {
        var line = new Line(hub) { Seed = seed };
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

    /// <summary>
    /// Nothing arrives there any more, and nobody is told, not even of an end: connections stay, also new ones.
    /// </summary>
    public void Swallow(Way way = Way.Both)
    {
        lock (gate)
        {
            foreach (var each in flows.Keys.Where(each => way.HasFlag(each)).ToList())
            {
                flows[each] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>A connection breaks off each time so many bytes have passed, all connections and both directions together.</summary>
    public void BreakEvery(long bytes)
    {
        Volatile.Write(ref most, bytes);
        Interlocked.Exchange(ref budget, bytes);
    }

    /// <summary>
    /// The connection that carries the last of so many bytes vanishes, once, as when a firewall forgets it: neither end hears
    /// of the other again, nor that it has gone. New ones come through.
    /// </summary>
    public void VanishAfter(long bytes)
    {
        isToVanish = true;
        BreakEvery(bytes);
    }

    /// <summary>What was swallowed is lost with its connections; new ones come through.</summary>
    public void Mend()
    {
        (isCut, isToVanish) = (false, false);
        BreakEvery(long.MaxValue);
        Break();
        lock (gate)
        {
            foreach (var flow in flows.Values)
            {
                flow.TrySetResult();
            }
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
            open.ForEach(connection => connection.Dispose());
            open.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new Connection(await listener.AcceptSocketAsync(ending.Token), Seed + pumps.Count);
                lock (gate)
                {
                    open.Add(connection);
                    pumps.Add(ConnectAsync(connection));
                }
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // Disposed.
        }
    }

    private async Task ConnectAsync(Connection connection)
    {
        try
        {
            if (!isCut)
            {
                await connection.Hub.ConnectAsync(hub, ending.Token);
                Connections++;
                Task[] ways = [PumpAsync(connection, Way.ToHub), PumpAsync(connection, Way.ToNode)];
                await Task.WhenAny(ways);
                if (connection.HasVanished)
                {
                    await Task.WhenAll(ways);
                }
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The hub is not there.
        }

        connection.Dispose();
    }

    private async Task PumpAsync(Connection connection, Way way)
    {
        var (from, to) = way == Way.ToHub ? (connection.Node, connection.Hub) : (connection.Hub, connection.Node);
        var chance = new Random(connection.Seed * (int)Way.Both + (int)way);
        var buffer = new byte[PieceSize];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, ending.Token)) > 0;)
            {
                if (!connection.HasVanished && !await PassAsync(connection, way, to, buffer.AsMemory(0, read), chance))
                {
                    return;
                }
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // One of the two is gone.
        }

        if (connection.HasVanished)
        {
            Interlocked.Increment(ref abandoned);
            return;
        }

        // Of the end, too, nobody hears on a silent line.
        await FlowAsync(way).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <returns>False where the connection breaks off.</returns>
    private async Task<bool> PassAsync(Connection connection, Way way, Socket to, ReadOnlyMemory<byte> piece, Random chance)
    {
        await Task.Delay(Delay, ending.Token);
        if (chance.NextDouble() < Loss)
        {
            Interlocked.Increment(ref stalls);
            await Task.Delay(FirstRetransmission * Math.Pow(LongestRetransmission, chance.NextDouble()), ending.Token);
        }

        await FlowAsync(way);
        if (Interlocked.Add(ref budget, -piece.Length) < 0)
        {
            Interlocked.Exchange(ref budget, isToVanish ? long.MaxValue : Volatile.Read(ref most));
            connection.HasVanished = isToVanish;
            return isToVanish;
        }

        try
        {
            await to.SendAsync(piece, ending.Token);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Whoever sent it hears of that from the other direction, or does not.
        }

        return true;
    }

    private Task FlowAsync(Way way)
    {
        lock (gate)
        {
            return flows[way].Task.WaitAsync(ending.Token);
        }
    }

    private static TaskCompletionSource Flowing()
    {
        var flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        flow.SetResult();
        return flow;
    }

    private static bool IsEnd(Exception end) => end is OperationCanceledException or SocketException or ObjectDisposedException;

    private sealed class Connection(Socket node, int seed) : IDisposable
    {
        private volatile bool hasVanished;

        public Socket Node => node;

        public Socket Hub { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public int Seed => seed;

        public bool HasVanished
        {
            get => hasVanished;
            set => hasVanished = value;
        }

        public void Dispose()
        {
            Node.Dispose();
            Hub.Dispose();
        }
    }
}
