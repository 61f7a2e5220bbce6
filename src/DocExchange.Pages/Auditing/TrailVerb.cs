using System.CommandLine;
using System.CommandLine.Parsing;
using DocExchange.Core.Operating;
using DocExchange.Durability.Auditing;

namespace DocExchange.Pages.Auditing;

/// <summary><c>trail</c>: searches and exports the audit trail, of a hub or node, also while it runs.</summary>
public static class TrailVerb
{
    /// <param name="trailOf">The file of the trail below a data folder.</param>
    public static Command Make(VerbLanguage language, Option<string> data, Option<string> format, Func<ParseResult, Func<Task<int>>, Task<int>> guard, Func<string, string> trailOf)
    {
        var from = new Option<string?>("--from") { Description = language.Say("自此时起：2026-03-01，或 RFC 3339 格式", "From this time on: 2026-03-01, or RFC 3339") };
        var until = new Option<string?>("--until") { Description = language.Say("至此时之前", "Before this time") };
        var who = new Option<string?>("--who") { Description = language.Say("操作者中的文字", "Part of who acted") };
        var act = new Option<string?>("--act") { Description = language.Say("操作名称中的文字", "Part of the act's name") };
        var text = new Option<string?>("--text") { Description = language.Say("该行中的任何文字", "Part of anything in the line") };
        var form = new Option<string?>("--as") { Description = language.Say("text、lines（照录文件原文，链条完整）、csv 或 json；默认同 --format", "text, lines (as they stand in the file, the chain whole), csv or json; by default what --format says") };
        form.AcceptOnlyFromAmong([.. TrailListing.Formats]);
        var output = new Option<string?>("--out") { Description = language.Say("要写入的文件；不得已存在", "File to write; it must not exist") };
        var command = new Command("trail", language.Say("查询、导出审计日志", "Searches and exports the audit trail")) { data, from, until, who, act, text, form, output };
        command.Validators.Add(given => RefuseTwoForms(language, given, format, form));
        command.SetAction((parsed, cancellation) => guard(parsed, async () =>
        {
            var listing = TrailListing.Of(
                TypedValue.Time("--from", parsed.GetValue(from)), TypedValue.Time("--until", parsed.GetValue(until)), parsed.GetValue(who), parsed.GetValue(act), parsed.GetValue(text), parsed.GetValue(form) ?? parsed.GetValue(format), parsed.GetValue(output));
            if (await (listing with { IsEnglish = language.IsEnglish }).WriteAsync(trailOf(parsed.GetRequiredValue(data)), cancellation) == 0)
            {
                await Console.Error.WriteLineAsync(language.Say("没有符合条件的审计日志。", "No line of the audit trail is like that."));
            }

            return 0;
        }));
        return command;
    }

    // JSON was asked for, and nothing else may then be printed.
    private static void RefuseTwoForms(VerbLanguage language, CommandResult given, Option<string> format, Option<string?> form)
    {
        if (given.GetValue(format) == "json" && given.GetValue(form) is { } other and not "json")
        {
            given.AddError(language.Say($"--format json 与 --as {other} 只能选其一。", $"--format json and --as {other} ask for two things; give one."));
        }
    }
}
