using DocExchange.Core.Offices;
using DocExchange.Node.Inbox;

namespace DocExchange.Tests.Node.Inbox;

internal sealed class DocumentTurnsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Of_one_row_is_taken_once_at_a_time_and_others_do_not_wait()
    {
        using var turns = new DocumentTurns();
        var document = NodeSite.Document(1);
        var end = new TaskCompletionSource();
        var first = turns.TakeAsync(document, NodeSite.Recipient, () => end.Task.ContinueWith(_ => 1, TaskScheduler.Default), CancellationToken.None);
        var second = turns.TakeAsync(document, NodeSite.Recipient, () => Task.FromResult(2), CancellationToken.None);

        // A few may share the gate.
        var others = Enumerable.Range(1, 20).Select(number => turns.TakeAsync(document, PartyId.Office("demo", $"office{number}"), () => Task.FromResult(number), CancellationToken.None)).ToList();
        await Task.WhenAny(others).WaitAsync(Patience);

        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));
        end.SetResult();
        Assert.That(await Task.WhenAll([first, second, .. others]).WaitAsync(Patience), Has.Length.EqualTo(22));
    }
}
