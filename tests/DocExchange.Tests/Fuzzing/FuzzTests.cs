using System.Diagnostics;
using System.Globalization;

namespace DocExchange.Tests.Fuzzing;

/// <summary>
/// Every reader of outside bytes, fed with altered inputs: it throws only what it documents, and an input costs no
/// more than <see cref="FuzzTarget.MostSeconds"/> of the processor and <see cref="FuzzTarget.MostAllocated"/>. By default a fixed number of inputs, the same ones
/// each time; <c>tools/fuzz.sh</c> goes on for longer from a new seed. An input that fails is written to a file.
/// </summary>
[TestFixture]
internal sealed class FuzzTests
{
    private const int FixedSeed = 20010116;

    private static readonly int Seconds = Setting("DOCEXCHANGE_FUZZ_SECONDS", 0);
    private static readonly int Seed = Setting("DOCEXCHANGE_FUZZ_SEED", FixedSeed);

    [TestCaseSource(typeof(FuzzTargets), nameof(FuzzTargets.All))]
    public void Stands_altered_input(FuzzTarget target) => Stand(target);

    internal static void Stand(FuzzTarget target)
    {
        foreach (var seed in target.Seeds)
        {
            target.Read(seed);
        }

        var mutator = new Mutator(Seed);
        var running = Stopwatch.StartNew();
        var tried = 0;
        for (; Seconds > 0 ? running.Elapsed.TotalSeconds < Seconds : tried < target.Inputs; tried++)
        {
            var input = mutator.Next(target.Seeds);
            if (WhyBad(target, input) is { } why)
            {
                Assert.Fail($"{target.Name}, seed {Seed}, input {tried}: {why}\n{Keep(target, input)}");
            }
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {tried} inputs from seed {Seed}"));
    }

    private static string? WhyBad(FuzzTarget target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = ThreadTime.Now;
        try
        {
            target.Read(input);
        }
        catch (Exception fault)
        {
            return $"it threw {fault}";
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated > target.MostAllocated ? $"it allocated {allocated} bytes; {target.MostAllocated} are allowed"
            : (ThreadTime.Now - started).TotalSeconds > target.MostSeconds && IsSlowAgain(target, input) ? $"it took more than {target.MostSeconds} s of the processor, twice"
            : null;
    }

    // Compiling what it met for the first time may cost one input a second; an input at fault costs it again.
    private static bool IsSlowAgain(FuzzTarget target, byte[] input)
    {
        var started = ThreadTime.Now;
        target.Read(input);
        return (ThreadTime.Now - started).TotalSeconds > target.MostSeconds;
    }

    private static string Keep(FuzzTarget target, byte[] input)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"fuzz-{target.Name}.bin");
        File.WriteAllBytes(path, input);
        return $"The input ({input.Length} bytes) is in {path}";
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
