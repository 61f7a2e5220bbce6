using System.CommandLine;
using DocExchange.Cli;
using DocExchange.Core.Operating;
using DocExchange.Hammer.Exchange;
using DocExchange.Hammer.Measuring;
using DocExchange.Hammer.Reporting;
using DocExchange.Hammer.Scenarios;
using DocExchange.Hammer.Torture;

namespace DocExchange.Hammer;

/// <summary>What is asked of one run.</summary>
/// <param name="InFlight">Documents, or receipts, under way at the same time.</param>
/// <param name="WarmUp">Documents before the window, so that programs are compiled and stores are warm.</param>
/// <param name="Offices">Recipients of the exchange.</param>
/// <param name="Keep">Folder that keeps data and logs; null: they are removed.</param>
/// <param name="NodeSettings">settings.json of every node; null: defaults.</param>
/// <param name="Documents">Of the archive's past.</param>
/// <param name="LeftOut">Receipts that are missing in it.</param>
/// <param name="Registered">Documents in the registers of the desks whose pages are fetched.</param>
/// <param name="Archived">Documents in the archive whose pages are fetched.</param>
/// <param name="Fetches">How often each page is fetched.</param>
/// <param name="Say">Told what is done now, where that takes long; null: nobody.</param>
internal sealed record HammerOptions(
    string Scenario, string Suite, int InFlight, TimeSpan Duration, int WarmUp, int Offices, int SizeMiB, string? Keep, string? NodeSettings = null, int Documents = 0, int LeftOut = 0, Action<string>? Say = null,
    int Registered = 0, int Archived = 0, int Fetches = 0)
{
    /// <summary>Where hub and nodes listen for browsers, or none.</summary>
    public string Pages { get; init; } = "none";

    /// <summary>After which no more of the past is written.</summary>
    public TimeSpan LongestWriting { get; init; } = TimeSpan.MaxValue;

    /// <summary>A folder that an earlier run has kept: nothing is set up. Null: a new one.</summary>
    public string? Again { get; init; }
}

/// <summary><c>tools/hammer SCENARIO</c>: a real hub, real nodes, load, and what came of it.</summary>
internal static class HammerCommand
{
    // With 141 offices some five minutes on two cores.
    private const int ManyDocuments = 500;

    private static readonly TimeSpan ALimit = TimeSpan.FromMilliseconds(400);

    public static Task<int> InvokeAsync(string[] args)
    {
        var scenario = new Argument<string>("SCENARIO") { Description = string.Join(", ", Scenario.All.Keys) };
        scenario.AcceptOnlyFromAmong([.. Scenario.All.Keys]);
        var suite = Suite();
        var inFlight = Number("--in-flight", "Documents or receipts under way at the same time, 1 to 512", 8, 1, 512);
        var seconds = Number("--seconds", "How long it is measured, 1 to 3600; life, idle and archive", 10, 1, 3600);
        var warmUp = Number("--warm-up", "Documents before those that are measured, 1 to 100000; life and archive", 300, 1, 100_000);
        var offices = Number("--offices", "Recipients of the exchange, 1 to 2000; 0: 16 in life, 3 in large, else 141", 0, 0, 2000);
        var size = Number("--mib", "Size of the attachment in MiB, 1 to 4000; large only", 1024, 1, 4000);
        var documents = Number("--documents", "Documents that the archive holds, to every office each, 1 to 100000; archive only", ManyDocuments, 1, 100_000);
        var leftOut = Number("--left-out", "Receipts to leave out of the archive's past, to see that the run notices, 0 to the offices; archive only", 0, 0, 2000);
        var registered = Number("--registered", "Documents in the registers of the desks, 1 to 1000000; pages only", 100_000, 1, 1_000_000);
        var archived = Number("--archived", "Documents in the archive, those of the desks among them, 1 to 5000000; pages only", 1_000_000, 1, 5_000_000);
        var fetches = Number("--fetches", "How often each page is fetched, 1 to 10000; pages only", 100, 1, 10_000);
        var format = new Option<string>("--format") { Description = "table or json", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        var keep = new Option<string?>("--keep") { Description = "Keep data and logs in this new folder" };
        var minutes = Number("--minutes", "Write no more of the past after so long, and fetch pages over what is there, 1 to 1440; pages only", 1440, 1, 1440);
        var again = new Option<string?>("--again") { Description = "Fetch the pages of what an earlier run has kept in this folder, with the same --offices; pages only" };
        var root = new RootCommand("Measures a whole exchange on this machine: hub and nodes as processes, mutual TLS, durable as by default.") { scenario, suite, inFlight, seconds, warmUp, offices, size, documents, leftOut, registered, archived, fetches, minutes, format, keep, again, TortureCommand.Make() };
        root.SetAction((parse, cancellation) =>
        {
            var name = parse.GetRequiredValue(scenario);
            var isJson = parse.GetValue(format) == "json";
            var receiving = parse.GetValue(offices) is > 0 and var asked ? asked : Scenario.OfficesOf(name);
            var options = new HammerOptions(
                name, parse.GetRequiredValue(suite), parse.GetValue(inFlight), TimeSpan.FromSeconds(parse.GetValue(seconds)), parse.GetValue(warmUp),
                receiving, parse.GetValue(size), parse.GetValue(keep))
            {
                Documents = parse.GetValue(documents),
                LeftOut = Math.Min(parse.GetValue(leftOut), receiving),
                Registered = parse.GetValue(registered),
                Archived = parse.GetValue(archived),
                LongestWriting = TimeSpan.FromMinutes(parse.GetValue(minutes)),
                Again = parse.GetValue(again),
                Fetches = parse.GetValue(fetches),
                Say = isJson ? null : Console.Error.WriteLine,
            };
            return RunAsync(options, isJson, cancellation);
        });
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> RunAsync(HammerOptions options, bool isJson, CancellationToken cancellation)
    {
        try
        {
            // Before anything else runs: what the machine could do at best.
            var limits = await MachineLimits.MeasureAsync(options.Suite, ALimit, cancellation);
            await using var site = await HammerSite.StartAsync(options with { Offices = Scenario.RunningOf(options), Pages = Scenario.PagesOf(options) }, TimeProvider.System, cancellation);
            var run = await Scenario.All[options.Scenario](site, options, cancellation);
            var result = HammerResult.Of(options, run, limits);
            Console.Out.Write(isJson ? result.ToJson() : ResultTable.Of(result));
            return result is { Errors: 0, Lost: 0, Duplicated: 0 } ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (FailedException failure)
        {
            await Console.Error.WriteLineAsync(failure.English);
            return ExitCode.Failed;
        }
    }

    public static Option<string> Suite()
    {
        var suite = new Option<string>("--suite") { Description = "Algorithms: intl (ECDSA P-256) or gm (SM2)", DefaultValueFactory = _ => "intl" };
        suite.AcceptOnlyFromAmong("intl", "gm");
        return suite;
    }

    public static Option<int> Number(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least || result.GetValueOrDefault<int>() > most)
            {
                result.AddError($"{name} is {least} to {most}.");
            }
        });
        return option;
    }
}
