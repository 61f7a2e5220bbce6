using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Durability.Auditing;
using DocExchange.Node.Records;

namespace DocExchange.Node.Auditing;

/// <summary><c>trail</c>: searches and exports the audit trail, beside the running node.</summary>
internal static class TrailVerb
{
    public static Command Make(VerbLanguage language, Option<string> data, Func<Func<Task<int>>, Task<int>> guard)
    {
        var from = new Option<string?>("--from") { Description = language.Say("自此时起：2026-03-01，或 RFC 3339 格式", "From this time on: 2026-03-01, or RFC 3339") };
        var until = new Option<string?>("--until") { Description = language.Say("至此时之前", "Before this time") };
        var who = new Option<string?>("--who") { Description = language.Say("操作者中的文字", "Part of who acted") };
        var act = new Option<string?>("--act") { Description = language.Say("操作名称中的文字", "Part of the act's name") };
        var text = new Option<string?>("--text") { Description = language.Say("该行中的任何文字", "Part of anything in the line") };
        var format = new Option<string>("--as") { DefaultValueFactory = _ => "text", Description = language.Say("text、lines（照录文件原文，链条完整）或 csv", "text, lines (as they stand in the file, the chain whole) or csv") };
        format.AcceptOnlyFromAmong([.. TrailListing.Formats]);
        var output = new Option<string?>("--out") { Description = language.Say("要写入的文件；不得已存在", "File to write; it must not exist") };
        var command = new Command("trail", language.Say("查询、导出审计日志", "Searches and exports the audit trail")) { data, from, until, who, act, text, format, output };
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
