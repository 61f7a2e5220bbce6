using System.Net;
using System.Net.Http.Headers;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Protocol;

/// <summary>
/// Time-stamp requests over HTTP (RFC 3161 §3.4) to one address, which whoever configures it answers for: redirections
/// are not followed, so that the authority cannot send the caller elsewhere. Safe for concurrent use.
/// </summary>
public sealed class HttpTimestamps : ITimestampSender, IDisposable
{
    private const string Query = "application/timestamp-query";
    private const string Reply = "application/timestamp-reply";

    private readonly Uri address;
    private readonly HttpClient http;

    /// <exception cref="ArgumentException">The address is not an absolute one of http or https.</exception>
    public HttpTimestamps(Uri address)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"'{address}' is not an address of http or https.", nameof(address));
        }

        this.address = address;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxResponseHeadersLength = 16 }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<byte[]> SendAsync(ReadOnlyMemory<byte> request, int maxResponse, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(request) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(Query);
        try
        {
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new IOException($"{address} answered with status {(int)answer.StatusCode}.");
            }

            return answer.Content.Headers.ContentType?.MediaType == Reply
                ? await ReadAsync(answer.Content, maxResponse, cancellation)
                : throw new IOException($"{address} answered with '{answer.Content.Headers.ContentType?.MediaType}'; {Reply} is expected.");
        }
        catch (HttpRequestException fault)
        {
            throw new IOException($"{address} was not reached: {fault.Message}", fault);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> ReadAsync(HttpContent content, int max, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var collected = new MemoryStream();
        var piece = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(piece, cancellation)) > 0)
        {
            collected.Write(piece, 0, read);
            if (collected.Length > max)
            {
                throw new IOException($"{address} answered with more than {max} bytes.");
            }
        }

        return collected.ToArray();
    }
}
