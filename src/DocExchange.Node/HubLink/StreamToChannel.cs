using System.Threading.Channels;
using Grpc.Core;

namespace DocExchange.Node.HubLink;

/// <summary>Reads ahead of whoever takes what comes on a stream, as far as the channel has room.</summary>
internal static class StreamToChannel
{
    /// <summary>Never throws: a failure surfaces where the channel is read.</summary>
    public static async Task ReadAsync<T>(IAsyncStreamReader<T> stream, ChannelWriter<T> taken, CancellationToken cancellation)
    {
        try
        {
            await foreach (var next in stream.ReadAllAsync(cancellation))
            {
                await taken.WriteAsync(next, cancellation);
            }

            taken.TryComplete();
        }
        catch (Exception failure)
        {
            taken.TryComplete(failure);
        }
    }
}
