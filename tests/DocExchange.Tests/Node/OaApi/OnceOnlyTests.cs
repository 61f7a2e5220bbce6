using DocExchange.Core.Refusals;
using DocExchange.Node.OaApi;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;
using DocExchange.Tests.Durability;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.OaApi;

internal sealed class OnceOnlyTests
{
    private static readonly ApiCaller Caller = new("0123456789ab", "OA", "test/bgs", ["clerk"]);
    private static readonly byte[] Asked = [1];

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
    private TemporaryFolder folder = null!;
    private NodeRecords records = null!;
    private OnceOnly once = null!;
    private int done;

    [SetUp]
    public void Begin()
    {
        folder = new TemporaryFolder();
        records = new NodeRecords(new DataFolder(folder.Path));
        once = new OnceOnly(records, Options.Create(new OaOptions { MostAnswers = 100, KeepAnswersDays = 7 }), clock);
        done = 0;
    }

    [TearDown]
    public void End()
    {
        records.Dispose();
        folder.Dispose();
    }

    [Test]
    public async Task Does_a_thing_once_and_gives_the_same_answer_again()
    {
        var first = await AnswerAsync("key");
        var second = await AnswerAsync("key");
        Assert.That((done, second), Is.EqualTo((1, first)));
        Assert.That(first, Is.EqualTo((201, "/made/1", """{"next":1}""")));
    }

    [Test]
    public async Task Gives_the_same_answer_after_the_program_was_started_again()
    {
        var first = await AnswerAsync("key");
        once = new OnceOnly(records, Options.Create(new OaOptions()), clock);
        Assert.That((await AnswerAsync("key"), done), Is.EqualTo((first, 1)));
    }

    [Test]
    public async Task Refuses_other_content_under_a_used_key()
    {
        await AnswerAsync("key");
        Assert.That((await RefusedAsync("key", [2], Make)).Refusal, Is.EqualTo(Refusal.Equivocation));
        Assert.That(done, Is.EqualTo(1));
    }

    [Test]
    public async Task Keys_of_other_tokens_are_other_keys()
    {
        await AnswerAsync("key");
        await once.DoAsync(Caller with { Token = "ba9876543210" }, "key", [2], Make);
        Assert.That(done, Is.EqualTo(2));
    }

    [Test]
    public async Task A_refusal_leaves_the_key_free()
    {
        await RefusedAsync("key", Asked, () => throw new RefusedException(Refusal.WrongState, "尚未送达", "Not delivered yet"));
        await AnswerAsync("key");
        Assert.That(done, Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_begun_and_did_not_end_is_not_begun_again()
    {
        Assert.That(async () => await once.DoAsync(Caller, "key", Asked, () => throw new IOException("power")), Throws.InstanceOf<IOException>());
        Assert.That((await RefusedAsync("key", Asked, Make)).Refusal, Is.EqualTo(Refusal.WrongState));
        Assert.That(done, Is.Zero);
    }

    [Test]
    public async Task The_same_request_while_it_is_worked_on_is_told_to_wait()
    {
        var goOn = new TaskCompletionSource();
        var first = once.DoAsync(Caller, "key", Asked, async () =>
        {
            await goOn.Task;
            return await Make();
        });
        Assert.That((await RefusedAsync("key", Asked, Make)).Refusal, Is.EqualTo(Refusal.Busy));
        goOn.SetResult();
        await first;
        Assert.That(done, Is.EqualTo(1));
    }

    [Test]
    public async Task Answers_are_forgotten_after_their_days_and_the_oldest_beyond_the_limit()
    {
        await AnswerAsync("old");
        clock.Advance(TimeSpan.FromDays(8));
        await AnswerAsync("first");
        Assert.That(records.Answers.Count(), Is.EqualTo(1));
        for (var number = 0; number < 100; number++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await AnswerAsync($"key-{number}");
        }

        Assert.That(records.Answers.Count(), Is.EqualTo(100));
        Assert.That(records.Answers.FindById($"{Caller.Token}/first"), Is.Null);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("with blank")]
    [TestCase("公文")]
    public void A_key_is_visible_ASCII(string? key)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers[OnceOnly.Header] = key;
        Assert.That(Assert.Throws<RefusedException>(() => OnceOnly.KeyOf(http.Request))!.Refusal, Is.EqualTo(Refusal.FormatFailure));
    }

    private Task<OaAnswer> Make() => Task.FromResult(new OaAnswer(StatusCodes.Status201Created, new OaSeen(++done), $"/made/{done}"));

    private async Task<RefusedException> RefusedAsync(string key, byte[] asked, Func<Task<OaAnswer>> act) =>
        (await Assert.ThrowsAsync<RefusedException>(async () => await once.DoAsync(Caller, key, asked, act)))!;

    private async Task<(int Status, string Location, string Body)> AnswerAsync(string key)
    {
        var result = await once.DoAsync(Caller, key, Asked, Make);
        using var body = new MemoryStream();
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services };
        http.Response.Body = body;
        await result.ExecuteAsync(http);
        return (http.Response.StatusCode, http.Response.Headers.Location.ToString(), System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
