using System.Net;
using DocExchange.Core.Refusals;
using DocExchange.Pages;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Tests.Pages.SigningIn;

/// <summary>How often one address may try to sign in.</summary>
internal sealed class SignInThrottleTests
{
    [Test]
    public async Task One_address_signs_in_so_many_times_a_minute_others_are_not_disturbed_and_nothing_else_is_counted()
    {
        using var throttle = new SignInThrottle(new PagesSettings { Address = "127.0.0.1:0", SignInsPerMinute = 2 });
        var passed = 0;

        await AskAsync("POST", Addresses.SignIn, "10.0.0.1");
        await AskAsync("POST", Addresses.SignIn, "10.0.0.1");
        for (var i = 0; i < 5; i++)
        {
            await AskAsync("GET", Addresses.SignIn, "10.0.0.1");
            await AskAsync("POST", "/elsewhere", "10.0.0.1");
        }

        var refused = await Assert.ThrowsAsync<RefusedException>(() => AskAsync("POST", Addresses.SignIn, "10.0.0.1"));
        await AskAsync("POST", Addresses.SignIn, "10.0.0.2");

        Assert.That(refused!.Refusal, Is.EqualTo(Refusal.Busy));
        Assert.That(passed, Is.EqualTo(13));

        Task AskAsync(string method, string path, string address)
        {
            var http = new DefaultHttpContext { Request = { Method = method, Path = path }, Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
            return throttle.InvokeAsync(http, _ =>
            {
                passed++;
                return Task.CompletedTask;
            });
        }
    }
}
