using System.Threading.RateLimiting;
using DocExchange.Core.Refusals;
using DocExchange.Pages.SigningIn;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.OaApi;

/// <summary>No token asks more often than the options say; one that does is told to wait, and others are not disturbed.</summary>
/// <remarks>A limiter wakes ten times a second from the moment it is made: there is none before a token asks.</remarks>
internal sealed class OaThrottle(IOptions<OaOptions> options) : IEndpointFilter, IDisposable
{
    private readonly Lazy<PartitionedRateLimiter<string>> limiter = new(() => PartitionedRateLimiter.Create<string, string>(token => RateLimitPartition.GetFixedWindowLimiter(
        token, _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.RequestsPerMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 })));

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var lease = limiter.Value.AttemptAcquire(ApiCaller.Of(context.HttpContext).Token);
        return lease.IsAcquired
            ? await next(context)
            : throw new RefusedException(Refusal.Busy, $"每分钟不得超过 {options.Value.RequestsPerMinute} 次请求，请稍后再试。", $"A token asks at most {options.Value.RequestsPerMinute} times a minute. Try again in a minute.");
    }

    public void Dispose()
    {
        if (limiter.IsValueCreated)
        {
            limiter.Value.Dispose();
        }
    }
}
