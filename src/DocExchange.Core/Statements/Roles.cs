namespace DocExchange.Core.Statements;

/// <summary>What a person may do for an office. Node and hub ask the same table, so that neither relies on the other.</summary>
public static class Roles
{
    /// <summary>发文员.</summary>
    public const string Dispatcher = "dispatcher";

    /// <summary>收文员.</summary>
    public const string Clerk = "clerk";

    /// <summary>印章管理员.</summary>
    public const string SealKeeper = "seal-keeper";

    /// <summary>档案员.</summary>
    public const string Archivist = "archivist";

    /// <summary>督查员.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>阅文.</summary>
    public const string Reader = "reader";

    /// <summary>系统管理员: accounts, settings, the running program; no contents.</summary>
    public const string System = "system";

    /// <summary>安全保密管理员: who may do what; no contents.</summary>
    public const string Security = "security";

    /// <summary>审计管理员: the audit trail; nothing else.</summary>
    public const string Audit = "audit";

    /// <summary>单位管理员: keeps the accounts of an office's own desk.</summary>
    public const string OfficeAdministrator = "office-administrator";

    /// <summary>Those of the desks, in the order they are shown.</summary>
    public static readonly IReadOnlyList<string> OfDesk = [Dispatcher, Clerk, SealKeeper, Archivist, Supervisor, Reader, OfficeAdministrator];

    /// <summary>Those of the console, in the order they are shown.</summary>
    public static readonly IReadOnlyList<string> OfConsole = [Supervisor, Archivist, System, Security, Audit];

    /// <summary>Every role there is.</summary>
    public static readonly IReadOnlyList<string> All = [Dispatcher, Clerk, SealKeeper, Archivist, Supervisor, Reader, OfficeAdministrator, System, Security, Audit];

    private static readonly string[] OfDispatching = [Dispatcher, SealKeeper];
    private static readonly string[] OfUrging = [Dispatcher, Supervisor];
    private static readonly string[] OfSending = [Dispatcher];
    private static readonly string[] OfReading = [Clerk, Reader];
    private static readonly string[] OfReceiving = [Clerk];

    /// <summary>The roles that may do an act; none for what only machines state, and for a type of a later version.</summary>
    public static IReadOnlyList<string> For(StatementType type) => (type, StatementTypes.AuthorOf(type)) switch
    {
        (StatementType.Dispatched, _) => OfDispatching,
        (StatementType.Urged, _) => OfUrging,
        (StatementType.Opened, _) => OfReading,
        (_, StatementAuthor.Sender) => OfSending,
        (_, StatementAuthor.Recipient) => OfReceiving,
        _ => [],
    };

    /// <summary>Whether the statement is of a machine, or its person has a role for it.</summary>
    public static bool Allow(Statement statement) =>
        StatementTypes.AuthorOf(statement.Type) is not (StatementAuthor.Sender or StatementAuthor.Recipient)
        || (statement.Actor is { } actor && For(statement.Type).Contains(actor.Role));

    public static string ToChinese(string role) => role switch
    {
        Dispatcher => "发文员",
        Clerk => "收文员",
        SealKeeper => "印章管理员",
        Archivist => "档案员",
        Supervisor => "督查员",
        Reader => "阅文",
        System => "系统管理员",
        Security => "安全保密管理员",
        Audit => "审计管理员",
        OfficeAdministrator => "单位管理员",
        _ => role.Length <= 80 ? role : role[..80] + "…",
    };

    /// <summary>Why a statement that <see cref="Allow"/> does not allow is not allowed.</summary>
    public static (string Chinese, string English) Explain(Statement statement)
    {
        var needed = For(statement.Type);
        var role = statement.Actor?.Role ?? "";
        return (
            $"{statement.Type.ToChinese()}须由{string.Join("或", needed.Select(ToChinese))}办理；经办人的角色是“{ToChinese(role)}”。",
            $"A {statement.Type} is for the role {string.Join(" or ", needed)}; the person who acted has the role '{(role.Length <= 80 ? role : role[..80] + "…")}'.");
    }
}
