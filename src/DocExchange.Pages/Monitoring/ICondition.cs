namespace DocExchange.Pages.Monitoring;

public enum PartHealth
{
    /// <summary>It does what it is for.</summary>
    Well,

    /// <summary>It works, and less well than it should.</summary>
    Poor,

    /// <summary>It does not work.</summary>
    Failed,
}

/// <summary>How one part of a hub or node does.</summary>
/// <param name="Part">A stable name, such as <c>ledger</c>.</param>
/// <param name="What">For whoever is on duty, in English.</param>
/// <param name="Fault">What it failed with, if anything was thrown.</param>
public sealed record PartState(string Part, PartHealth Health, string What, Exception? Fault = null)
{
    /// <summary>Looks at a part; whatever that throws is the finding.</summary>
    public static PartState Of(string part, Func<(PartHealth Health, string What)> look)
    {
        try
        {
            var (health, what) = look();
            return new PartState(part, health, what);
        }
        catch (Exception fault)
        {
            return new PartState(part, PartHealth.Failed, fault.Message, fault);
        }
    }
}

/// <summary>How a hub or node does, for HTTP and gRPC alike. Safe for concurrent use, and cheap enough for every few seconds.</summary>
public interface ICondition
{
    /// <summary>False where only another start helps.</summary>
    bool IsAlive { get; }

    /// <summary>All parts, in a fixed order. It is ready for its work while every one is <see cref="PartHealth.Well"/>.</summary>
    IReadOnlyList<PartState> Look();
}
