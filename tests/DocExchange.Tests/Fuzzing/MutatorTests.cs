using CsCheck;

namespace DocExchange.Tests.Fuzzing;

[TestFixture]
internal sealed class MutatorTests
{
    private static readonly byte[] Sound = [.. Enumerable.Range(0, 200).Select(each => (byte)each)];

    [Test]
    public void What_fails_is_found_made_smaller_and_comes_again_by_its_seed()
    {
        // Longer than the sound one: one step that inserts is enough.
        var target = FuzzTarget.Of<FormatException>("longer", bytes => _ = bytes.Length <= Sound.Length ? 0 : throw new NotSupportedException("longer"), Sound);

        var found = FuzzTests.Find(target, single: null);
        var again = FuzzTests.Find(target, found!.Seed);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Why, Does.Contain("NotSupportedException"));
            Assert.That(again?.Input, Is.EqualTo(found.Input));
            Assert.That(Steps(found.Input), Is.EqualTo(1), "no more than was needed");
        }
    }

    [Test]
    public void The_same_seed_gives_the_same_inputs_and_another_one_others()
    {
        var (inputs, again, others) = (Inputs(1), Inputs(1), Inputs(2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(again, Is.EqualTo(inputs));
            Assert.That(others, Is.Not.EqualTo(inputs));
            Assert.That(inputs.Distinct(StringComparer.Ordinal).Count(), Is.GreaterThan(90));
        }
    }

    [Test]
    public void A_reader_that_keeps_its_word_stands() =>
        Assert.That(FuzzTests.Find(FuzzTarget.Of<FormatException>("kept", bytes => _ = bytes.Length <= Sound.Length ? 0 : throw new FormatException(), Sound), single: null), Is.Null);

    private static IReadOnlyList<string> Inputs(ulong seed)
    {
        var random = new PCG(0, seed);
        return [.. Enumerable.Range(0, 100).Select(each => Convert.ToHexString(Mutator.Alterations([Sound]).Generate(random, null, out _)))];
    }

    /// <summary>How many places of the sound input were changed, as far as its ends show it.</summary>
    private static int Steps(byte[] input)
    {
        var head = input.AsSpan().CommonPrefixLength(Sound);
        var tail = 0;
        while (tail < Sound.Length - head && input[^(tail + 1)] == Sound[^(tail + 1)])
        {
            tail++;
        }

        return head + tail == Sound.Length ? 1 : 2;
    }
}
