using System.Collections.Concurrent;
using DocExchange.Node.HubLink;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>Pieces of work are strings here; how urgent one is, its last digit says.</summary>
internal sealed class WorkClaimsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, bool> list = [];
    private readonly ConcurrentQueue<string> log = [];
    private FakeTimeProvider clock = null!;
    private WorkClaims claims = null!;
    private CancellationTokenSource stop = null!;
    private SemaphoreSlim asked = null!;

    [SetUp]
    public void Open()
    {
        list.Clear();
        log.Clear();
        clock = new FakeTimeProvider();
        claims = new WorkClaims(clock);
        stop = new CancellationTokenSource(Patience);
        asked = new SemaphoreSlim(0);
    }

    [TearDown]
    public void Close()
    {
        stop.Dispose();
        asked.Dispose();
    }

    [Test]
    public async Task What_is_under_way_is_left_for_something_more_urgent_and_taken_up_again()
    {
        list["long0"] = true;
        await WorkAsync(async (piece, turn) =>
        {
            log.Enqueue($"{piece} {turn.IsOver}");
            if (list.TryAdd("urgent2", true))
            {
                claims.Wake();
                log.Enqueue($"{piece} {turn.IsOver}");
                return;
            }

            list[piece] = false;
            await StopWhenDoneAsync();
        });
        Assert.That(log, Is.EqualTo(new[] { "long0 False", "long0 True", "urgent2 False", "long0 False" }));
    }

    [Test]
    public async Task What_is_under_way_goes_on_when_something_as_urgent_or_less_comes()
    {
        list["long1"] = true;
        await WorkAsync(async (piece, turn) =>
        {
            if (list.TryAdd("same1", true) && list.TryAdd("less0", true))
            {
                claims.Wake();
            }

            log.Enqueue($"{piece} {turn.IsOver}");
            list[piece] = false;
            await StopWhenDoneAsync();
        });
        Assert.That(log, Is.EqualTo(new[] { "long1 False", "same1 False", "less0 False" }));
    }

    [Test]
    public async Task Nothing_less_urgent_is_begun_by_another_worker_before_the_urgent_one_is_done()
    {
        list["urgent2"] = true;
        list["ordinary0"] = true;
        Task Worker() => WorkAsync(async (piece, _) =>
        {
            log.Enqueue("begins " + piece);
            if (piece == "urgent2")
            {
                // The other worker has looked, this one's own look apart.
                await asked.WaitAsync(stop.Token);
                await asked.WaitAsync(stop.Token);
            }

            log.Enqueue("ends " + piece);
            list[piece] = false;
            await StopWhenDoneAsync();
        });
        await Task.WhenAll(Worker(), Worker());
        Assert.That(log, Is.EqualTo(new[] { "begins urgent2", "ends urgent2", "begins ordinary0", "ends ordinary0" }));
    }

    [Test]
    public async Task An_urgent_one_that_fails_again_and_again_keeps_the_others_from_nothing()
    {
        list["broken2"] = true;
        list["long0"] = true;
        list["next0"] = true;
        var attempts = 0;
        async Task Do(string piece, WorkClaims.Turn turn)
        {
            log.Enqueue($"{piece} {turn.IsOver}");
            if (piece == "broken2")
            {
                attempts++;
                throw new IOException("damaged");
            }

            list[piece] = false;
            list["broken2"] = list["next0"] || list["long0"];
            await StopWhenDoneAsync();
        }

        await Assert.ThrowsAsync<IOException>(() => claims.RunAsync(Next, piece => piece, Rank, Do, stop.Token));
        await WorkAsync(Do);
        Assert.That((string.Join(", ", log), attempts), Is.EqualTo(("broken2 False, long0 False, next0 False", 1)));
    }

    [Test]
    public async Task One_that_failed_is_tried_again_when_nothing_else_is_to_be_done()
    {
        list["once2"] = true;
        var attempts = 0;
        async Task Do(string piece, WorkClaims.Turn turn)
        {
            if (++attempts == 1)
            {
                throw new IOException("the line was cut");
            }

            list[piece] = false;
            await StopWhenDoneAsync();
        }

        await Assert.ThrowsAsync<IOException>(() => claims.RunAsync(Next, piece => piece, Rank, Do, stop.Token));
        await WorkAsync(Do);
        Assert.That(attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task What_comes_due_without_a_word_is_noticed_by_what_is_under_way()
    {
        list["long0"] = true;
        await WorkAsync(async (piece, turn) =>
        {
            log.Enqueue($"{piece} {turn.IsOver}");
            if (list.TryAdd("due2", true))
            {
                log.Enqueue($"{piece} {turn.IsOver}");
                clock.Advance(TimeSpan.FromSeconds(5));
                log.Enqueue($"{piece} {turn.IsOver}");
                return;
            }

            list[piece] = false;
            await StopWhenDoneAsync();
        });
        Assert.That(log, Is.EqualTo(new[] { "long0 False", "long0 False", "long0 True", "due2 False", "long0 False" }));
    }

    private Task WorkAsync(Func<string, WorkClaims.Turn, Task> work) => Task.Run(async () =>
    {
        try
        {
            await claims.RunAsync(Next, piece => piece, Rank, work, stop.Token);
        }
        catch (OperationCanceledException) when (list.Values.All(isOpen => !isOpen))
        {
        }
    });

    private string? Next(IReadOnlyCollection<string> claimed)
    {
        var next = list.Where(each => each.Value && !claimed.Contains(each.Key)).Select(each => each.Key).OrderByDescending(Rank).ThenBy(piece => piece, StringComparer.Ordinal).FirstOrDefault();
        asked.Release();
        return next;
    }

    private static int Rank(string piece) => piece[^1] - '0';

    private Task StopWhenDoneAsync() => list.Values.Any(isOpen => isOpen) ? Task.CompletedTask : stop.CancelAsync();
}
