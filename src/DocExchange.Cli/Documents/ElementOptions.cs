using System.CommandLine;
using System.CommandLine.Parsing;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf.Collections;

namespace DocExchange.Cli.Documents;

/// <summary>The elements of GB/T 33480 that are derived or left out unless they are given.</summary>
internal sealed class ElementOptions
{
    // Leaves out what would be derived.
    private const string None = "-";

    private readonly Terminal terminal;
    private readonly Command verb;
    private readonly List<(Option<string?> Option, Action<DraftElements, string> Write)> texts = [];
    private readonly List<(Option<string[]> Option, Func<DraftElements, RepeatedField<string>> List)> lists = [];

    public ElementOptions(Terminal terminal, Command verb)
    {
        (this.terminal, this.verb) = (terminal, verb);
        Text("--identifier", "公文标识（GB/T 33477），默认按主办机关信用代码编排；“-”为不编", "Identifier (GB/T 33477); by default made of the host's credit code; '-' for none", (elements, text) => elements.Identifier = text);
        Text("--copy-number", "份号，6位数字", "Copy number, six digits", (elements, text) => elements.CopyNumber = text);
        Text("--masthead", "发文机关标志，默认由主办机关名称得出；“-”为无", "Masthead; by default made of the host's name; '-' for none", (elements, text) => elements.Masthead = text);
        Text("--printed-number", "其他形式的编号，如 第1号（命令、公告、纪要）", "Number of another form, such as 第1号 (orders, announcements, minutes)", (elements, text) => elements.PrintedNumber = text);
        Text("--leader", "签发人署名（命令、议案），如 市长 张三", "Who signs an order or a motion, such as 市长 张三", (elements, text) => elements.LeaderSignature = text);
        Text("--notes", "附注", "Notes", (elements, text) => elements.Notes = text);
        Text("--printed-by", "印发机关，默认为发文单位；“-”为无", "Printed by; the dispatcher by default; '-' for none", (elements, text) => elements.PrintedBy = text);
        Text("--printed-on", "印发日期，如 2026-01-31，默认今天；“-”为无", "Printed on, such as 2026-01-31; today by default; '-' for none", (elements, text) => elements.PrintedOn = text == None ? text : TypedValue.Day("--printed-on", text));
        Text("--release-level", "发布层次", "Release level", (elements, text) => elements.ReleaseLevel = text);
        Text("--publicity", "公开属性：主动公开、依申请公开、不予公开", "Publicity: 主动公开, 依申请公开, 不予公开", (elements, text) => elements.Publicity = text);
        Many("--replies-to", "答复的来文：发文字号，或系统标识，或“标识 字号”，可多次给出", "Document it replies to: its number, its id, or 'id number'; may be repeated", elements => elements.RepliesTo);
        Many("--forwards", "转发的公文，写法同 --replies-to", "Document it passes on, named as for --replies-to", elements => elements.Forwards);
    }

    public bool IsAnyGiven(ParseResult parse) => texts.Any(text => IsGiven(parse, text.Option)) || lists.Any(many => IsGiven(parse, many.Option));

    /// <summary>Writes what was given, and nothing else; an empty value takes away what was there.</summary>
    public void ApplyTo(ParseResult parse, Draft draft)
    {
        draft.Elements ??= new DraftElements();
        foreach (var (option, write) in texts.Where(text => IsGiven(parse, text.Option)))
        {
            write(draft.Elements, parse.GetValue(option) ?? "");
        }

        foreach (var (option, list) in lists.Where(many => IsGiven(parse, many.Option)))
        {
            list(draft.Elements).Clear();
            list(draft.Elements).AddRange((parse.GetValue(option) ?? []).Where(value => value.Length > 0));
        }
    }

    private static bool IsGiven(ParseResult parse, Option option) => parse.GetResult(option) is OptionResult { Implicit: false };

    private void Text(string name, string chinese, string english, Action<DraftElements, string> write)
    {
        var option = new Option<string?>(name) { Description = terminal.Say(chinese, english) };
        verb.Add(option);
        texts.Add((option, write));
    }

    private void Many(string name, string chinese, string english, Func<DraftElements, RepeatedField<string>> list)
    {
        var option = new Option<string[]>(name) { Description = terminal.Say(chinese, english) };
        verb.Add(option);
        lists.Add((option, list));
    }
}
