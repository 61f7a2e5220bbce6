using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Registers;

/// <summary>Which lines of a 发文登记簿 are asked for; the node refuses what it cannot read.</summary>
internal sealed class SentFilter
{
    private readonly Option<string> from;
    private readonly Option<string> to;
    private readonly Option<string> type;
    private readonly Option<string> words;

    public SentFilter(Verb verb)
    {
        from = verb.Option("--from", "自（日期，如 2026-01-01）", "First day, such as 2026-01-01", "");
        to = verb.Option("--to", "至（日期）", "Last day", "");
        type = verb.Option("--type", "文种代码或名称，如 08 或 通知", "Code or name of the document type, such as 08 or 通知", "");
        words = verb.Option("--words", "标题或发文字号中的文字", "In title or number", "");
    }

    public SentRegisterRequest Read(ParseResult parse) => new()
    {
        From = TypedValue.Day("--from", parse.GetRequiredValue(from)),
        To = TypedValue.Day("--to", parse.GetRequiredValue(to)),
        DocumentType = parse.GetRequiredValue(type),
        Words = parse.GetRequiredValue(words),
    };
}
