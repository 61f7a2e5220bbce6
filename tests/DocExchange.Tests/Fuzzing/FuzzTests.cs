using System.Diagnostics;
using System.Globalization;
using CsCheck;

namespace DocExchange.Tests.Fuzzing;

/// <summary>
/// Every reader of outside bytes, fed with altered inputs: it throws only what it documents, and an input costs no
/// more than <see cref="FuzzTarget.MostSeconds"/> of the processor and <see cref="FuzzTarget.MostAllocated"/>. By default a fixed number of inputs, the same ones
/// each time; <c>tools/fuzz.sh</c> goes on for longer from a new seed. An input that fails is made smaller by CsCheck, written to a file,
/// and comes again by its own seed (DOCEXCHANGE_FUZZ_INPUT).
/// </summary>
[TestFixture]
internal sealed class FuzzTests
{
    private const int FixedSeed = 20010116;

    /// <summary>How many inputs are looked through for a smaller one that fails.</summary>
    private const int Shrinking = 500;

    private static readonly int Seconds = Setting("DOCEXCHANGE_FUZZ_SECONDS", 0);
    private static readonly int Seed = Setting("DOCEXCHANGE_FUZZ_SEED", FixedSeed);
    private static readonly string? Single = Environment.GetEnvironmentVariable("DOCEXCHANGE_FUZZ_INPUT");

    [TestCaseSource(typeof(FuzzTargets), nameof(FuzzTargets.All))]
    public void Stands_altered_input(FuzzTarget target) => Stand(target);

    internal static void Stand(FuzzTarget target)
    {
        foreach (var seed in target.Seeds)
        {
            target.Read(seed);
        }

        if (Find(target, Single) is { } failure)
        {
            var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"fuzz-{target.Name}.bin");
            File.WriteAllBytes(path, failure.Input);
            Assert.Fail($"{target.Name}: {failure.Why}\nIt comes again with DOCEXCHANGE_FUZZ_INPUT={failure.Seed}; the input ({failure.Input.Length} bytes) is in {path}");
        }
    }

    /// <summary>Null where the reader stood all inputs; otherwise the smallest that was found to fail.</summary>
    /// <param name="single">The seed of the one input to try; null for as many as the settings say.</param>
    internal static FuzzFailure? Find(FuzzTarget target, string? single)
    {
        var inputs = Mutator.Alterations(target.Seeds);
        var random = single is null ? new PCG(0, (ulong)Seed) : PCG.Parse(single);
        var running = Stopwatch.StartNew();
        var tried = 0;
        for (; single is not null ? tried < 1 : Seconds > 0 ? running.Elapsed.TotalSeconds < Seconds : tried < target.Inputs; tried++)
        {
            var seed = random.ToString();
            var input = inputs.Generate(random, null, out _);
            if (WhyBad(target, input) is { } why)
            {
                var failure = new FuzzFailure(seed, input, why);
                return single is null ? Shrink(target, inputs, failure) : failure;
            }
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {tried} inputs from seed {Seed}"));
        return null;
    }

    /// <summary>Looks for an input of fewer and shorter steps that fails too.</summary>
    private static FuzzFailure Shrink(FuzzTarget target, Gen<byte[]> inputs, FuzzFailure found)
    {
        var smallest = found;
        try
        {
            inputs.Sample(
                input =>
                {
                    if (WhyBad(target, input) is { } why)
                    {
                        smallest = new FuzzFailure(found.Seed, input, why);
                        throw new InvalidOperationException(why);
                    }
                },
                seed: found.Seed, iter: Shrinking, threads: 1, print: Convert.ToHexString);
        }
        catch (CsCheckException fault)
        {
            // "Set seed: "…" …" begins the report; what it found last is the smallest.
            return fault.Message.Split('"') is [_, { Length: > 0 } seed, ..] ? smallest with { Seed = seed } : smallest;
        }

        return found;
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

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

/// <summary>An input that a reader did not stand.</summary>
/// <param name="Seed">From which CsCheck makes it again.</param>
internal sealed record FuzzFailure(string Seed, byte[] Input, string Why);
