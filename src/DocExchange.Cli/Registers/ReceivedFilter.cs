using System.CommandLine;
using DocExchange.Core.Routing;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Registers;

/// <summary>Which lines of a 收文登记簿 are asked for; the node refuses what it cannot read.</summary>
internal sealed class ReceivedFilter
{
    private readonly Option<uint> year;
    private readonly Option<string> sender;
    private readonly Option<string> state;
    private readonly Option<string> words;

    public ReceivedFilter(Verb verb)
    {
        year = verb.Option("--year", "签收年份；默认为全部", "Year of signing; all by default", 0u);
        sender = verb.Option("--sender", "发文单位的标识或名称", "The sender's id or name", "");
        state = verb.Option("--state", "办理状态：SignedFor、HandedOver、Completed 或 Returned", "SignedFor, HandedOver, Completed or Returned", "");
        state.AcceptOnlyFromAmong(nameof(DeliveryState.SignedFor), "HandedOver", nameof(DeliveryState.Completed), nameof(DeliveryState.Returned));
        words = verb.Option("--words", "标题、发文字号或收文编号中的文字", "In title, number or register number", "");
    }

    public ReceivedRegisterRequest Read(ParseResult parse) => new()
    {
        Year = parse.GetValue(year),
        Sender = parse.GetRequiredValue(sender),
        State = parse.GetRequiredValue(state),
        Words = parse.GetRequiredValue(words),
    };
}
