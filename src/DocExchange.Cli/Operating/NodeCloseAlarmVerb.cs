using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex node close-alarm</c></summary>
internal sealed class NodeCloseAlarmVerb : NodeVerb
{
    private readonly Argument<uint> number;
    private readonly Option<string> note;
    private readonly PersonOption person;

    public NodeCloseAlarmVerb(Terminal terminal)
        : base(terminal, "close-alarm", "关闭已核查的告警；仍可查到", "Close an alarm that was looked into; it stays listed")
    {
        number = new Argument<uint>("NUMBER") { Description = terminal.Say("告警的编号，见 docex node alarms", "Number of the alarm, of docex node alarms") };
        Add(number);
        note = Required<string>("--note", "核查结果", "What was found out");
        person = new PersonOption(terminal, this, "security");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var request = new CloseAlarmRequest { Number = parse.GetValue(number), Note = parse.GetValue(note), Person = person.Read(parse) };
        var closed = await desk.CloseAlarmAsync(request, cancellationToken: cancellation);
        screen.Show(NodeAlarmsVerb.Value(closed), screen.Say($"第 {closed.Number} 号告警已由 {closed.ClosedBy} 关闭。", $"Alarm {closed.Number} is closed by {closed.ClosedBy}."));
        return ExitCode.Ok;
    }
}
