using System.Threading.RateLimiting;
using DocExchange.Core.Refusals;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.SigningIn;

/// <summary>From one address comes no more than so many sign-ins a minute; whatever else is asked is not counted.</summary>
/// <remarks>A limiter wakes ten times a second from the moment it is made: there is none before somebody signs in.</remarks>
internal sealed class SignInThrottle(PagesSettings settings) : IMiddleware, IDisposable
{
    private readonly Lazy<PartitionedRateLimiter<string>> limiter = new(() => PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(
        address, _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.SignInsPerMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 })));

    /// <exception cref="RefusedException">Too many; nothing was looked at.</exception>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments(Addresses.SignIn))
        {
            using var lease = limiter.Value.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? "");
            if (!lease.IsAcquired)
            {
                throw new RefusedException(Refusal.Busy, "登录请求过于频繁，请一分钟后再试。", "Too many requests to sign in. Try again in a minute.");
            }
        }

        await next(context);
    }

    public void Dispose()
    {
        if (limiter.IsValueCreated)
        {
            limiter.Value.Dispose();
        }
    }
}
