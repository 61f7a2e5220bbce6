using DocExchange.Core.Refusals;

namespace DocExchange.Core.Statements;

/// <summary>What a person may do beside acting on documents, which <see cref="Roles.For"/> has.</summary>
public enum Right
{
    /// <summary>Open an account of the console, end it, give it a new password.</summary>
    OpenAccounts,

    /// <summary>Give roles of the console to accounts that somebody else opened, take them away; lock, unlock.</summary>
    GrantRoles,

    /// <summary>See the list of accounts and their roles.</summary>
    SeeAccounts,

    /// <summary>Import offices, invite nodes, have seals renewed.</summary>
    KeepOffices,

    /// <summary>Stop seals, revoke certificates, look at changes of keys that wait for approval.</summary>
    WithdrawTrust,

    /// <summary>See offices, their certificates and seals.</summary>
    SeeOffices,

    /// <summary>See how the hub and the nodes do.</summary>
    SeeHealth,

    /// <summary>Search and export the audit trail.</summary>
    ReadTrail,

    /// <summary>Keep the accounts, roles and delegations of an office's own desk.</summary>
    KeepDesk,

    /// <summary>Open the account of an office's administrator at a node, and end it.</summary>
    AppointOfficeAdministrators,

    /// <summary>See the seals of one's own office, and stop one that is lost.</summary>
    StopOwnSeal,

    /// <summary>Close an alarm of a node that was looked into.</summary>
    CloseAlarms,
}

/// <summary>
/// Which role has which right. The three administrators are separated (三员分立): nobody holds two of their roles, none of
/// them acts on documents or opens their contents, and roles are given by another than who opens the account.
/// </summary>
public static class Rights
{
    private static readonly string[] Administrators = [Roles.System, Roles.Security, Roles.Audit, Roles.OfficeAdministrator];

    /// <summary>The roles that have the right.</summary>
    public static IReadOnlyList<string> For(Right right) => right switch
    {
        Right.OpenAccounts or Right.KeepOffices => [Roles.System],
        Right.GrantRoles or Right.WithdrawTrust or Right.CloseAlarms => [Roles.Security],
        Right.SeeAccounts or Right.SeeOffices or Right.SeeHealth => [Roles.System, Roles.Security],
        Right.ReadTrail => [Roles.Audit],
        Right.KeepDesk => [Roles.OfficeAdministrator],
        Right.AppointOfficeAdministrators => [Roles.System],
        Right.StopOwnSeal => [Roles.SealKeeper],
        _ => throw new ArgumentOutOfRangeException(nameof(right), right, "There is no such right."),
    };

    /// <summary>Whether it is one of those who run the system and have no part in the documents.</summary>
    public static bool IsAdministrator(string role) => Administrators.Contains(role);

    /// <param name="roles">All roles one person would hold, now or later, here or at another office.</param>
    /// <exception cref="RefusedException">An administrator's role beside any other.</exception>
    public static void RequireSeparated(IEnumerable<string> roles)
    {
        var held = roles.Distinct().ToList();
        if (held.FirstOrDefault(IsAdministrator) is { } administrator && held.Count > 1)
        {
            var other = held.First(role => role != administrator);
            throw new RefusedException(
                Refusal.WrongState,
                $"同一人不得兼任{Roles.ToChinese(administrator)}和{Roles.ToChinese(other)}。请另设用户。",
                $"Nobody holds the roles {administrator} and {other} together. Let another person have one of them.");
        }
    }
}
