using System.CommandLine;
using DocExchange.Durability.Auditing;
using DocExchange.Node.Records;

namespace DocExchange.Node.Auditing;

/// <summary><c>trail</c>: searches and exports the audit trail, beside the running node.</summary>
internal static class TrailVerb
{
    public static Command Make(Option<string> data, Func<Func<Task<int>>, Task<int>> guard)
    {
        var from = new Option<string?>("--from") { Description = "From this time on: 2026-03-01, or RFC 3339." };
        var until = new Option<string?>("--until") { Description = "Before this time." };
        var who = new Option<string?>("--who") { Description = "Part of who acted." };
        var act = new Option<string?>("--act") { Description = "Part of the act's name." };
        var text = new Option<string?>("--text") { Description = "Part of anything in the line." };
        var format = new Option<string>("--as") { DefaultValueFactory = _ => "text", Description = "text, lines (as they stand in the file, the chain whole) or csv." };
        format.AcceptOnlyFromAmong([.. TrailListing.Formats]);
        var output = new Option<string?>("--out") { Description = "File to write; it must not exist." };
        var command = new Command("trail", "Searches and exports the audit trail.") { data, from, until, who, act, text, format, output };
        command.SetAction((parsed, cancellation) => guard(async () =>
        {
            var listing = TrailListing.Of(
                parsed.GetValue(from), parsed.GetValue(until), parsed.GetValue(who), parsed.GetValue(act), parsed.GetValue(text), parsed.GetValue(format), parsed.GetValue(output));
            await listing.WriteAsync(new DataFolder(parsed.GetRequiredValue(data)).AuditTrail, cancellation);
            return 0;
        }));
        return command;
    }
}
