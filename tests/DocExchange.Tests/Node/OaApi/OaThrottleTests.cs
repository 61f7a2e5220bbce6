using DocExchange.Core.Refusals;
using DocExchange.Node.OaApi;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace DocExchange.Tests.Node.OaApi;

/// <summary>How often one token may ask.</summary>
internal sealed class OaThrottleTests
{
    [Test]
    public async Task One_token_asks_so_many_times_a_minute_and_others_are_not_disturbed()
    {
        using var throttle = new OaThrottle(Options.Create(new OaOptions { RequestsPerMinute = 2 }));

        Assert.That(await AskAsync("a"), Is.EqualTo("answer"));
        Assert.That(await AskAsync("a"), Is.EqualTo("answer"));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => AskAsync("a"));
        Assert.That(await AskAsync("b"), Is.EqualTo("answer"));

        Assert.That(refused!.Refusal, Is.EqualTo(Refusal.Busy));
        Assert.That(refused.Message, Does.Contain("每分钟不得超过 2 次"));

        Task<object?> AskAsync(string token)
        {
            var http = new DefaultHttpContext();
            ApiCaller.Admit(http, new ApiCaller(token, "oa", "bj/dc", []));
            return throttle.InvokeAsync(new DefaultEndpointFilterInvocationContext(http), _ => ValueTask.FromResult<object?>("answer")).AsTask();
        }
    }
}
