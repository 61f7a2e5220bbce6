using DocExchange.Cli;
using DocExchange.Core.Operating;
using DocExchange.Hammer.Exchange;

namespace DocExchange.Hammer.Torture;

/// <summary>Rounds of load in which hub and nodes are killed at drawn moments; after each, everything runs again and is looked at.</summary>
internal sealed class TortureRun(HammerSite site, TortureOptions options, Action<string> say)
{
    // Among the services of a site.
    private const int PlaceOfSender = 1;

    private readonly Random random = new(options.Seed);

    /// <returns>What was violated; the first round with a violation is the last.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellation)
    {
        var load = new TortureLoad(site, options);
        var invariants = new Invariants(site, load);
        for (var round = 1; round <= options.Rounds; round++)
        {
            var blow = Blow.Draw(random, site.Services.Count);
            var names = string.Join(", ", blow.Victims.Select(victim => site.Services[victim].Name));
            var (documents, acts) = (load.Sent.Count, load.Acts.Count);
            load.Begin(cancellation);
            await StrikeAsync(blow, cancellation);
            await load.EndAsync();
            List<string> problems = [.. await invariants.OfRoundAsync(cancellation)];
            if (load.Sent.Count == documents && !blow.Victims.Contains(PlaceOfSender))
            {
                problems.Add("nobody got a document sent, though the sender's node ran all the time");
            }

            say($"round {round} of {options.Rounds}: {names} killed after {blow.After.TotalMilliseconds:0} ms, down {blow.Down.TotalMilliseconds:0} ms"
                + (blow.AgainAfter is { } again ? $", killed again {again.TotalMilliseconds:0} ms into the start" : "")
                + $"; {load.Sent.Count - documents} documents, {load.Acts.Count - acts} answers: {(problems.Count == 0 ? "all there, once" : $"{problems.Count} VIOLATIONS")}");
            if (problems.Count > 0)
            {
                return problems;
            }
        }

        return await invariants.OfAllAsync(cancellation);
    }

    private async Task StrikeAsync(Blow blow, CancellationToken cancellation)
    {
        var victims = blow.Victims.Select(victim => site.Services[victim]).ToList();
        await Task.Delay(blow.After, site.Clock, cancellation);
        await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
        await Task.Delay(blow.Down, site.Clock, cancellation);
        if (blow.AgainAfter is { } again)
        {
            var starts = victims.Select(victim => victim.StartAsync(cancellation)).ToList();
            await Task.Delay(again, site.Clock, cancellation);
            await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
            await Task.WhenAll(starts.Select(EndedAsync));
        }

        await Task.WhenAll(victims.Select(victim => victim.StartAsync(cancellation)));
    }

    // It may have become ready before it was killed.
    private static async Task EndedAsync(Task start)
    {
        try
        {
            await start;
        }
        catch (FailedException)
        {
            // Killed while starting, as was the plan.
        }
    }
}
