namespace DocExchange.Core.Routing;

public enum DocumentPhase
{
    /// <summary>Dispatched, not yet accepted: the package is on its way.</summary>
    AwaitingPackage,
    Accepted,
    Rejected,
    Withdrawn,
    Voided,
    Superseded,
}

/// <summary>What people call the phases.</summary>
public static class DocumentPhases
{
    public static string Chinese(this DocumentPhase phase) => phase switch
    {
        DocumentPhase.AwaitingPackage => "待发送",
        DocumentPhase.Accepted => "已受理",
        DocumentPhase.Rejected => "中心退件",
        DocumentPhase.Withdrawn => "已撤回",
        DocumentPhase.Voided => "已作废",
        DocumentPhase.Superseded => "已更正",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };
}
