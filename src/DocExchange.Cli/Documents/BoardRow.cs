using DocExchange.Protocol.V1;

namespace DocExchange.Cli.Documents;

/// <summary>A row of the status board.</summary>
internal static class BoardRow
{
    public static object Value(RecipientRow row) => new
    {
        office = row.Office,
        name = row.OfficeName,
        kind = row.Kind,
        state = row.State,
        deliveredAt = row.DeliveredAt,
        openedAt = row.OpenedAt,
        signedForAt = row.SignedForAt,
        actor = row.Actor,
        returnedAt = row.ReturnedAt,
        returnReason = row.ReturnReason,
        returnReceivedAt = row.ReturnReceivedAt,
        urged = row.Urged,
        registerNumber = row.RegisterNumber,
        registeredAt = row.RegisteredAt,
        handedOverAt = row.HandedOverAt,
        completedAt = row.CompletedAt,
        overdueSince = row.OverdueSince,
        link = row.Link,
        linkLastSeen = row.LinkLastSeen,
        dutyTelephone = row.DutyTelephone,
    };

    public static string Line(Screen screen, RecipientRow row)
    {
        var time = TimeOf(screen, row);
        var urged = row.Urged > 0 ? screen.Say($"  催办 {row.Urged} 次", $"  urged {row.Urged} times") : "";
        var overdue = row.OverdueSince.Length > 0 ? screen.Say("（逾期）", " (overdue)") : "";
        return $"  {screen.Say(row.StateChinese, row.State)}{overdue}  {row.OfficeName}  {row.Actor}  {time}{urged}  {row.ReturnReason}{Reach(screen, row)}".TrimEnd();
    }

    // How those who owe an answer can be reached.
    private static string Reach(Screen screen, RecipientRow row)
    {
        var since = row.LinkLastSeen.Length > 0 ? screen.Say($"（自 {row.LinkLastSeen}）", $" since {row.LinkLastSeen}") : "";
        var line = row.Link switch
        {
            "OffLine" => "  " + screen.Say("节点离线", "node off line") + since,
            "OnLine" => screen.Say("  节点在线", "  node on line"),
            _ => "",
        };
        return line + (row.DutyTelephone.Length > 0 ? screen.Say($"  值班电话 {row.DutyTelephone}", $"  duty telephone {row.DutyTelephone}") : "");
    }

    // The state is one; what was signed for before it was returned keeps both times.
    private static string TimeOf(Screen screen, RecipientRow row) => row switch
    {
        { ReturnedAt.Length: > 0, SignedForAt.Length: > 0 } => screen.Say($"{row.ReturnedAt}（曾于 {row.SignedForAt} 签收）", $"{row.ReturnedAt} (was signed for at {row.SignedForAt})"),
        { ReturnedAt.Length: > 0 } => row.ReturnedAt,
        { SignedForAt.Length: > 0 } => row.SignedForAt,
        _ => row.DeliveredAt,
    };
}
