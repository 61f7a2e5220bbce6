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

        Assert.That((Next(5), Next(9), inHand.NextOf("示政函〔2026〕", () => 5, _ => true)), Is.EqualTo((8, 10, 6)));
    }

    [Test]
    public void Asks_the_register_while_no_number_goes_into_it()
    {
        inHand.Hold([Given(6)]);
        var asked = new ManualResetEventSlim();
        var released = Task.Run(() =>
        {
            asked.Wait();
            inHand.Release([Given(6)], areKept: true);
        });

        var next = inHand.NextOf(Series, () =>
        {
            asked.Set();
            Assert.That(released.Wait(TimeSpan.FromMilliseconds(100)), Is.False, "it is still in hand when the register is asked");
            return 5;
        }, _ => true);

        Assert.That(next, Is.EqualTo(7));
        Assert.That(released.Wait(TimeSpan.FromSeconds(30)), Is.True);
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
        var (asked, again) = (Next(6), Next(6));
        inHand.Hold([Given(again)]);
        inHand.Release([Given(8)], areKept: true);

        Assert.That((asked, again, Next(8)), Is.EqualTo((7, 7, 9)), "asking takes nothing");
    }

    [Test]
    public void Passes_over_what_came_back_and_somebody_else_took_or_nothing_was_given_above()
    {
        inHand.Hold([Given(6)]);
        inHand.Hold([Given(7)]);
        inHand.Release([Given(6)], areKept: false);
        inHand.Release([Given(7)], areKept: false);

        Assert.That(inHand.NextOf(Series, () => 7, number => number != 6), Is.EqualTo(7), "6 is taken");
        Assert.That((Next(4), Next(5)), Is.EqualTo((5, 6)), "neither was ever used");
    }

    [Test]
    public void A_number_that_somebody_chose_lifts_the_series_for_nobody_and_is_given_to_nobody()
    {
        inHand.Hold([Chosen(7, isNew: true)]);
        inHand.Hold([Chosen(100, isNew: true)]);
        var six = Next(5);
        inHand.Hold([Given(six)]);
        var eight = Next(5);
        inHand.Hold([Given(eight)]);
        inHand.Release([Chosen(100, isNew: true)], areKept: false);
        inHand.Release([Chosen(7, isNew: true)], areKept: false);

        Assert.That((six, eight, Next(5), Next(99), Next(100)), Is.EqualTo((6, 8, 7, 7, 7)), "what was passed over for its sake is given");
    }

    [Test]
    public void Offers_nobody_a_gap_of_long_ago_that_somebody_chose()
    {
        inHand.Hold([Chosen(3, isNew: false)]);
        inHand.Release([Chosen(3, isNew: false)], areKept: false);

        Assert.That(Next(5), Is.EqualTo(6));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Gives_what_two_drafts_named_once_both_came_to_nothing(bool givenFirst)
    {
        inHand.Hold([Given(6)]);
        inHand.Hold([Chosen(6, isNew: true)]);
        inHand.Hold([Given(7)]);
        inHand.Release([givenFirst ? Given(6) : Chosen(6, isNew: true)], areKept: false);
        var between = Next(5);
        inHand.Release([givenFirst ? Chosen(6, isNew: true) : Given(6)], areKept: false);

        Assert.That((between, Next(5)), Is.EqualTo((8, 6)));
    }

    [Test]
    public void Gives_what_came_back_again_after_somebody_named_it_in_vain()
    {
        inHand.Hold([Given(6)]);
        inHand.Hold([Given(7)]);
        inHand.Release([Given(6)], areKept: false);
        inHand.Release([Given(7)], areKept: true);
        inHand.Hold([Chosen(6, isNew: false)]);
        var meanwhile = Next(7);
        inHand.Release([Chosen(6, isNew: false)], areKept: false);

        Assert.That((meanwhile, Next(7)), Is.EqualTo((8, 6)));
    }

    private int Next(int highest) => inHand.NextOf(Series, () => highest, _ => true);

    private static NumberInHand Given(int number) => new(Series, number, IsGiven: true, IsNew: true);

    private static NumberInHand Chosen(int number, bool isNew) => new(Series, number, IsGiven: false, isNew);
}
