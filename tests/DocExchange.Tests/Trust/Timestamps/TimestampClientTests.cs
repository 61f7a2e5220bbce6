using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Tests.Trust.Timestamps;

[TestFixture]
public sealed class TimestampClientTests
{
    private static readonly ContentDigests Over = ContentDigests.Of(StampingSite.Content);

    private StampingSite site = null!;

    [OneTimeSetUp]
    public void Found() => site = new StampingSite();

    [OneTimeTearDown]
    public void Close() => site.Dispose();

    [Test]
    public async Task Asks_with_a_fresh_nonce_for_the_certificate_and_the_policy()
    {
        List<TimestampRequest> asked = [];
        var sender = new ScriptedSender((request, cancellation) =>
        {
            asked.Add(TimestampRequest.Parse(request));
            return site.Authority.AnswerAsync(request, cancellation);
        });
        var client = site.Client(sender, new TimestampClientOptions { Policy = TimestampOids.BuiltInPolicy });

        await client.StampAsync(Over, DigestAlgorithm.Sha256, CancellationToken.None);
        await client.StampAsync(Over, DigestAlgorithm.Sm3, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Has.All.Matches<TimestampRequest>(request => request is { WantsCertificate: true, Policy: TimestampOids.BuiltInPolicy, Nonce: not null }));
            Assert.That(asked[0].Nonce, Is.Not.EqualTo(asked[1].Nonce));
            Assert.That(asked.Select(request => request.Imprint.DigestAlgorithm), Is.EqualTo(new[] { DigestAlgorithm.Sha256, DigestAlgorithm.Sm3 }));
        }
    }

    [TestCase(TimestampFailure.BadAlgorithm)]
    [TestCase(TimestampFailure.UnacceptedPolicy)]
    [TestCase(TimestampFailure.TimeNotAvailable)]
    [TestCase(TimestampFailure.SystemFailure)]
    public async Task Names_the_reason_of_a_refusal(TimestampFailure failure)
    {
        var client = site.Client(ScriptedSender.Of(TimestampResponse.Rejected(failure, "not today")));

        var refused = await Assert.ThrowsAsync<NoTimestampException>(() => client.StampAsync(Over, DigestAlgorithm.Sha256, CancellationToken.None));

        Assert.That(refused!.English, Does.Contain(failure.ToString()).And.Contain("not today").And.Contain("Rejection"));
        Assert.That(refused.Chinese, Does.Contain(failure.ToString()));
    }

    [Test]
    public async Task Takes_no_token_that_answers_another_request()
    {
        var earlier = await site.StampAsync();
        var other = await site.StampAsync("x"u8.ToArray());

        Assert.That(await WhyAsync(ScriptedSender.Of(TimestampResponse.Granted(earlier))), Does.Contain("nonces differ"));
        Assert.That(await WhyAsync(ScriptedSender.Of(TimestampResponse.Granted(other))), Does.Contain("another digest"));
    }

    [Test]
    public async Task Takes_no_token_under_another_policy_of_another_time_or_of_somebody_else()
    {
        using var stranger = new StampingSite();
        var late = new ScriptedSender(async (request, _) =>
        {
            var read = TimestampRequest.Parse(request);
            var token = await site.ForgeAsync(info => info with { Imprint = read.Imprint, Nonce = read.Nonce, GenTime = SigningOffice.Now.AddHours(-1) });
            return TimestampResponse.Granted(token).Encode();
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await WhyAsync(late), Does.Contain("too far from the clock"));
            Assert.That(await WhyAsync(stranger.Authority), Does.Contain("not known or not trusted").Or.Contain("does not pass"));
            Assert.That(await WhyAsync(site.Authority, new TimestampClientOptions { Policy = "1.2.3" }), Does.Contain("UnacceptedPolicy"));
        }
    }

    [Test]
    public async Task Gives_up_when_the_authority_takes_too_long()
    {
        var silent = new ScriptedSender(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, site.Clock, cancellation);
            return [];
        });
        var asking = site.Client(silent, new TimestampClientOptions { Timeout = TimeSpan.FromSeconds(5) }).StampAsync(Over, DigestAlgorithm.Sha256, CancellationToken.None);

        site.Clock.Advance(TimeSpan.FromSeconds(6));

        var fault = await Assert.ThrowsAsync<NoTimestampException>(() => asking);
        Assert.That(fault!.English, Does.Contain("5 seconds"));
        site.Clock.AdjustTime(SigningOffice.Now);
    }

    [Test]
    public async Task Ends_at_once_when_the_caller_gives_up()
    {
        using var stop = new CancellationTokenSource();
        var silent = new ScriptedSender((_, _) => new TaskCompletionSource<byte[]>().Task);
        var asking = site.Client(silent).StampAsync(Over, DigestAlgorithm.Sha256, stop.Token);

        await stop.CancelAsync();

        await Assert.ThatAsync(() => asking, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Refuses_answers_that_are_too_large_or_no_answers()
    {
        var large = new ScriptedSender((_, _) => Task.FromResult(new byte[5000]));
        var broken = new ScriptedSender((_, _) => throw new IOException("connection refused"));
        var text = new ScriptedSender((_, _) => Task.FromResult("<html>"u8.ToArray()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await WhyAsync(large, new TimestampClientOptions { MaxResponse = 4000 }), Does.Contain("5000 bytes"));
            Assert.That(await WhyAsync(broken), Does.Contain("connection refused"));
            Assert.That(await WhyAsync(text), Does.Contain("malformed"));
        }
    }

    private async Task<string> WhyAsync(ITimestampSender sender, TimestampClientOptions? options = null)
    {
        var fault = await Assert.ThrowsAsync<NoTimestampException>(() => site.Client(sender, options).StampAsync(Over, DigestAlgorithm.Sha256, CancellationToken.None));
        return fault!.English;
    }
}
