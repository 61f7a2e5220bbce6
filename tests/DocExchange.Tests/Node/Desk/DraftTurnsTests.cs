using DocExchange.Node.Desk;

namespace DocExchange.Tests.Node.Desk;

internal sealed class DraftTurnsTests
{
    [Test]
    public void The_next_comes_when_all_before_are_in_line_and_who_keeps_its_number_elsewhere_when_they_are_settled()
    {
        var turns = new DraftTurns();
        var (first, second, third) = (turns.Next(), turns.Next(), turns.Next());
        var (come, last) = (third.ComeAsync(default), third.ComeLastAsync(default));
        Assert.That(first.ComeAsync(default).IsCompletedSuccessfully, Is.True);

        second.End();
        Assert.That(come.IsCompleted, Is.False, "the first is not in line yet");
        first.Pass();
        Assert.That(() => come.IsCompletedSuccessfully, Is.True.After(30_000, 10));
        Assert.That(last.IsCompleted, Is.False, "it is not settled yet");
        first.End();
        Assert.That(() => last.IsCompletedSuccessfully, Is.True.After(30_000, 10));
    }

    [Test]
    public async Task Who_waits_for_its_turn_makes_room_once_and_can_be_called_off()
    {
        var turns = new DraftTurns();
        var (first, second) = (turns.Next(), turns.Next());
        var rests = 0;
        second.Rest = () => rests++;
        using var off = new CancellationTokenSource();
        var coming = second.ComeAsync(off.Token);
        var whileItWaits = rests;
        await off.CancelAsync();

        Assert.That(async () => await coming, Throws.InstanceOf<OperationCanceledException>());
        second.End();
        first.End();
        await second.Settled.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((whileItWaits, rests), Is.EqualTo((1, 1)));
    }
}
