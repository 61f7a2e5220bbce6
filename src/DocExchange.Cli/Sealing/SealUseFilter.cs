using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Sealing;

/// <summary>Which lines of a 用印登记簿 are asked for; the node refuses what it cannot read.</summary>
internal sealed class SealUseFilter
{
    private readonly Option<string> from;
    private readonly Option<string> to;
    private readonly Option<string> seal;
    private readonly Option<string> person;
    private readonly Option<string> words;

    public SealUseFilter(Verb verb)
    {
        from = verb.Option("--from", "自（日期，如 2026-01-01）", "First day, such as 2026-01-01", "");
        to = verb.Option("--to", "至（日期）", "Last day", "");
        seal = verb.Option("--seal", "印章名称或编码中的文字", "In the seal's name or number", "");
        person = verb.Option("--person", "申请人或批准人姓名中的文字", "In the name of whoever asked or approved", "");
        words = verb.Option("--words", "标题或发文字号中的文字，或系统标识", "In title or number, or the document's id", "");
    }

    public ListSealUsesRequest Read(ParseResult parse) => new()
    {
        From = TypedValue.Day("--from", parse.GetRequiredValue(from)),
        To = TypedValue.Day("--to", parse.GetRequiredValue(to)),
        Seal = parse.GetRequiredValue(seal),
        Person = parse.GetRequiredValue(person),
        Words = parse.GetRequiredValue(words),
    };
}
