using System.CommandLine;
using System.Security.Cryptography;
using DocExchange.Cli;
using DocExchange.Core.Operating;
using DocExchange.Hammer.Exchange;

namespace DocExchange.Hammer.Torture;

/// <summary><c>tools/torture.sh</c>: kills hub and nodes under load, many times, and looks whether anything was lost or happened twice.</summary>
internal static class TortureCommand
{
    // Rounds would mostly wait for the link to be tried again.
    private const string ShortPauses = """{ "HubLink": { "LongestPause": "00:00:01" } }""";

    public static Command Make()
    {
        var rounds = HammerCommand.Number("--rounds", "How often somebody is killed, 1 to 100000", 200, 1, 100_000);
        var seed = HammerCommand.Number("--seed", "Draws who is killed and when; 0: another one each time", 0, 0, int.MaxValue);
        var suite = HammerCommand.Suite();
        var inFlight = HammerCommand.Number("--in-flight", "Documents under way at the same time, 1 to 64", 4, 1, 64);
        var offices = HammerCommand.Number("--offices", "Recipients of the exchange, 2 to 141", 6, 2, 141);
        var keep = new Option<string?>("--keep") { Description = "Keep data and logs in this new folder" };
        var command = new Command("torture", "Kills hub and nodes (SIGKILL) under load and checks after each round that nothing is missing and nothing there twice") { rounds, seed, suite, inFlight, offices, keep };
        command.SetAction((parse, cancellation) =>
        {
            var drawn = parse.GetValue(seed) is > 0 and var given ? given : RandomNumberGenerator.GetInt32(1, int.MaxValue);
            return RunAsync(
                new TortureOptions(parse.GetValue(rounds), drawn, parse.GetRequiredValue(suite), parse.GetValue(inFlight), parse.GetValue(offices), parse.GetValue(keep)), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(TortureOptions options, CancellationToken cancellation)
    {
        Console.WriteLine($"seed {options.Seed}");
        var folder = options.Keep ?? Directory.CreateTempSubdirectory("docex-torture-").FullName;
        var problems = await ProblemsAsync(options, folder, cancellation);
        foreach (var problem in problems)
        {
            Console.WriteLine("VIOLATED  " + problem);
        }

        Console.WriteLine(problems.Count == 0 ? $"{options.Rounds} rounds, 0 violations" : $"Again: tools/torture.sh --seed {options.Seed}. Data and logs: {folder}");
        if (problems.Count == 0 && options.Keep is null)
        {
            Directory.Delete(folder, recursive: true);
        }

        return problems.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(TortureOptions options, string folder, CancellationToken cancellation)
    {
        try
        {
            var settings = new HammerOptions("torture", options.Suite, options.InFlight, TimeSpan.Zero, 0, options.Offices, 0, folder, ShortPauses);
            await using var site = await HammerSite.StartAsync(settings, TimeProvider.System, cancellation);
            return await new TortureRun(site, options, Console.WriteLine).RunAsync(cancellation);
        }
        catch (FailedException failure)
        {
            return [failure.English];
        }
        catch (TimeoutException)
        {
            return ["A document did not reach its recipients, or their answers the ledger, within its time."];
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            // Whatever it is, it must not end the run without a word.
            return [fault.ToString()];
        }
    }
}
