using DocExchange.Protocol;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Signatures;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Tests.Protocol;

[TestFixture]
public sealed class HttpTimestampsTests
{
    private static readonly byte[] Request = [1, 2, 3];

    [Test]
    public async Task Brings_a_token_over_HTTP_as_RFC_3161_says()
    {
        using var site = new StampingSite();
        string? type = null;
        await using var server = await TimestampServer.StartAsync(async (request, response) =>
        {
            type = request.ContentType;
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            response.ContentType = "application/timestamp-reply";
            await response.Body.WriteAsync(await site.Authority.AnswerAsync(body.ToArray(), CancellationToken.None));
        });
        using var http = new HttpTimestamps(server.Address);

        var verdict = await site.Client(http).StampAsync(ContentDigests.Of(StampingSite.Content), DigestAlgorithm.Sha256, CancellationToken.None);

        Assert.That(verdict.IsPassed, Is.True);
        Assert.That(type, Is.EqualTo("application/timestamp-query"));
    }

    [Test]
    public async Task Follows_no_redirection()
    {
        await using var elsewhere = await TimestampServer.StartAsync((_, _) => Task.FromResult(Request));
        await using var server = await TimestampServer.StartAsync((_, response) =>
        {
            response.Redirect(elsewhere.Address.ToString());
            return Task.CompletedTask;
        });

        Assert.That(await WhyAsync(server), Does.Contain("status 302"));
        Assert.That(elsewhere.Questions, Is.Zero);
    }

    [Test]
    public async Task Gives_up_what_is_too_large_before_holding_it()
    {
        await using var server = await TimestampServer.StartAsync(async (_, response) =>
        {
            response.ContentType = "application/timestamp-reply";
            for (var i = 0; i < 10_000 && !response.HttpContext.RequestAborted.IsCancellationRequested; i++)
            {
                await response.Body.WriteAsync(new byte[1024], response.HttpContext.RequestAborted);
            }
        });

        Assert.That(await WhyAsync(server), Does.Contain("more than 4096 bytes"));
    }

    [Test]
    public async Task Says_what_else_went_wrong()
    {
        await using var busy = await TimestampServer.StartAsync((_, response) =>
        {
            response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var page = await TimestampServer.StartAsync(async (_, response) =>
        {
            response.ContentType = "text/html";
            await response.WriteAsync("<html>");
        });
        var gone = await TimestampServer.StartAsync((_, _) => Task.FromResult(Request));
        using var http = new HttpTimestamps(gone.Address);
        await gone.DisposeAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await WhyAsync(busy), Does.Contain("status 503"));
            Assert.That(await WhyAsync(page), Does.Contain("text/html"));
            await Assert.ThatAsync(() => http.SendAsync(Request, 4096, CancellationToken.None), Throws.InstanceOf<IOException>().With.Message.Contains("was not reached"));
            Assert.That(() => new HttpTimestamps(new Uri("ftp://example.org/")), Throws.ArgumentException);
        }
    }

    private static async Task<string> WhyAsync(TimestampServer server)
    {
        using var http = new HttpTimestamps(server.Address);
        return (await Assert.ThrowsAsync<IOException>(() => http.SendAsync(Request, 4096, CancellationToken.None)))!.Message;
    }
}
