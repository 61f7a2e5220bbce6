using DocExchange.Node.Outbox;

namespace DocExchange.Tests.Node.Outbox;

internal sealed class NumbersInHandTests
{
    private const string Series = "示政发〔2026〕";

    private NumbersInHand inHand = null!;

    [SetUp]
    public void Begin() => inHand = new NumbersInHand();

    [Test]
    public void Gives_nobody_a_number_that_a_document_in_the_making_has()
    {
        inHand.Hold([Given(6)]);
        inHand.Hold([Given(7)]);

        Assert.That((Next(5), Next(9), inHand.NextOf("示政函〔2026〕", 5, _ => true)), Is.EqualTo((8, 10, 6)));
    }

    [Test]
    public void Gives_the_next_the_number_of_a_document_that_came_to_nothing()
    {
        foreach (var number in new[] { 6, 7, 8 })
        {
            inHand.Hold([Given(number)]);
        }

        inHand.Release([Given(7)], areKept: false);
        inHand.Release([Given(6)], areKept: true);
        var again = Next(6);
        inHand.Hold([Given(again)]);

        Assert.That((again, Next(6)), Is.EqualTo((7, 9)));
    }

    [Test]
    public void Forgets_what_came_back_when_somebody_else_took_it_or_nothing_was_given_above_it()
    {
        inHand.Hold([Given(6)]);
        inHand.Hold([Given(7)]);
        inHand.Release([Given(6)], areKept: false);
        inHand.Release([Given(7)], areKept: false);

        Assert.That((inHand.NextOf(Series, 7, number => number != 6), Next(7)), Is.EqualTo((7, 7)), "6 is taken");
        Assert.That((Next(4), Next(4)), Is.EqualTo((5, 5)), "neither was ever used");
    }

    [Test]
    public void Offers_nobody_what_somebody_chose()
    {
        inHand.Hold([new NumberInHand(Series, 3, IsGiven: false)]);
        inHand.Hold([new NumberInHand(Series, 6, IsGiven: false)]);
        inHand.Release([new NumberInHand(Series, 3, IsGiven: false)], areKept: false);

        Assert.That(Next(5), Is.EqualTo(7));
    }

    [Test]
    public void Holds_what_two_drafts_name_until_both_are_done()
    {
        inHand.Hold([Given(6)]);
        inHand.Hold([Given(6)]);
        inHand.Release([Given(6)], areKept: false);

        Assert.That(Next(5), Is.EqualTo(7));
    }

    private int Next(int highest) => inHand.NextOf(Series, highest, _ => true);

    private static NumberInHand Given(int number) => new(Series, number, IsGiven: true);
}
