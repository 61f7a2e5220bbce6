using System.Net;
using System.Net.Sockets;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// Stands between a node and the hub: counts the bytes of either direction, and can stop after so many, so that a
/// transfer stands still at a known place.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly string hub;
    private readonly Lock gate = new();
    private readonly List<Socket> open = [];
    private readonly List<Task> pumps = [];

    private Relay(string hub) => this.hub = hub;

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>From the node to the hub.</summary>
    public Flow Up { get; } = new();

    /// <summary>From the hub to the node.</summary>
    public Flow Down { get; } = new();

    /// <summary>Connections made so far.</summary>
    public int Connections { get; private set; }

    public static Relay Start(string hub)
    {
        var relay = new Relay(hub);
        relay.listener.Start();
        relay.pumps.Add(relay.AcceptAsync());
        return relay;
    }

    /// <summary>Cuts every connection, and lets everything through and counts from zero from now on.</summary>
    public void Cut()
    {
        lock (gate)
        {
            open.ForEach(socket => socket.Dispose());
            open.Clear();
        }

        Up.Reset();
        Down.Reset();
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        Cut();
        await Task.WhenAll(pumps.ToArray());
        ending.Dispose();
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
                    Connections++;
                    open.AddRange([node, onward]);
                    pumps.Add(ConnectAsync(node, onward));
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ConnectAsync(Socket node, Socket onward)
    {
        try
        {
            await onward.ConnectAsync(IPEndPoint.Parse(hub), ending.Token);
            await Task.WhenAny(PumpAsync(node, onward, Up), PumpAsync(onward, node, Down));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The hub is down.
        }

        node.Dispose();
        onward.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, Flow flow)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            for (int read; (read = await from.ReceiveAsync(buffer, ending.Token)) > 0;)
            {
                await flow.PassAsync(read, ending.Token);
                await to.SendAsync(buffer.AsMemory(0, read), ending.Token);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two is gone.
        }
    }

    /// <summary>What goes one way.</summary>
    public sealed class Flow
    {
        private readonly Lock gate = new();
        private long limit = long.MaxValue;
        private TaskCompletionSource reached = New();
        private TaskCompletionSource released = New();

        public long Bytes { get; private set; }

        /// <returns>Ends when so many bytes have passed; no more do until <see cref="Reset"/>.</returns>
        public Task HoldAfter(long bytes)
        {
            lock (gate)
            {
                limit = bytes;
                return reached.Task;
            }
        }

        public void Reset()
        {
            lock (gate)
            {
                (Bytes, limit) = (0, long.MaxValue);
                released.TrySetResult();
                (reached, released) = (New(), New());
            }
        }

        public async Task PassAsync(int bytes, CancellationToken cancellation)
        {
            Task wait;
            lock (gate)
            {
                Bytes += bytes;
                if (Bytes < limit)
                {
                    return;
                }

                reached.TrySetResult();
                wait = released.Task;
            }

            await wait.WaitAsync(cancellation);
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
