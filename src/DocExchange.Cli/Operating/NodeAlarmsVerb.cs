using System.CommandLine;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Operating;

/// <summary><c>docex node alarms</c></summary>
internal sealed class NodeAlarmsVerb : NodeVerb
{
    private readonly Option<bool> all;

    public NodeAlarmsVerb(Terminal terminal)
        : base(terminal, "alarms", "列出未关闭的告警", "List the open alarms") =>
        all = Option<bool>("--all", "也列出已关闭的", "List closed ones too");

    public static object Value(NodeAlarm alarm) => new
    {
        number = alarm.Number,
        at = alarm.At,
        chinese = alarm.Chinese,
        english = alarm.English,
        closedAt = alarm.ClosedAt,
        closedBy = alarm.ClosedBy,
        note = alarm.Note,
    };

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, Desk.DeskClient desk, CancellationToken cancellation)
    {
        var alarms = (await desk.ListAlarmsAsync(new ListAlarmsRequest { ClosedToo = parse.GetValue(all) }, cancellationToken: cancellation)).Alarms;
        var none = parse.GetValue(all) ? screen.Say("没有告警。", "There are no alarms.") : screen.Say("没有未关闭的告警。", "There are no open alarms.");
        screen.Show(
            new { alarms = alarms.Select(Value) },
            alarms.Count == 0 ? [none] : [.. alarms.SelectMany(alarm => Lines(screen, alarm))]);
        return alarms.All(alarm => alarm.ClosedAt.Length > 0) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static IEnumerable<string> Lines(Screen screen, NodeAlarm alarm)
    {
        yield return $"{(alarm.ClosedAt.Length > 0 ? "✓" : "!")} {alarm.Number}  {alarm.At}  {screen.Say(alarm.Chinese, alarm.English)}";
        if (alarm.ClosedAt.Length > 0)
        {
            yield return "    " + screen.Say($"{alarm.ClosedBy} 于 {alarm.ClosedAt} 关闭：{alarm.Note}", $"closed by {alarm.ClosedBy} at {alarm.ClosedAt}: {alarm.Note}");
        }
    }
}
