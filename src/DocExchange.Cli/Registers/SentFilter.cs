using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Registers;

/// <summary>Which lines of a 发文登记簿 are asked for; the node refuses what it cannot read.</summary>
internal sealed class SentFilter : RegisterFilter
{
    private readonly Option<string> from;
    private readonly Option<string> to;
    private readonly Option<string> type;
    private readonly Option<string> words;

    public SentFilter(Terminal terminal, Command verb)
        : base(terminal, verb)
    {
        from = Add("--from", "自（日期，如 2026-01-01）", "First day, such as 2026-01-01", "");
        to = Add("--to", "至（日期）", "Last day", "");
        type = Add("--type", "文种代码或名称，如 08 或 通知", "Code or name of the document type, such as 08 or 通知", "");
        words = Add("--words", "标题或发文字号中的文字", "In title or number", "");
    }

    public SentRegisterRequest Read(ParseResult parse) => new()
    {
        From = parse.GetRequiredValue(from),
        To = parse.GetRequiredValue(to),
        DocumentType = parse.GetRequiredValue(type),
        Words = parse.GetRequiredValue(words),
    };
}
