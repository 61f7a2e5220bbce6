namespace DocExchange.Pages.Accounts;

/// <summary>The account of an administrator, opened by whoever owns the data folder, while nothing runs on it.</summary>
public static class FirstAccount
{
    /// <summary>The separated administrators; nobody holds two of these roles.</summary>
    public static readonly IReadOnlyList<string> Roles = [Core.Statements.Roles.System, Core.Statements.Roles.Security, Core.Statements.Roles.Audit];

    /// <summary>What the audit trail says of opening it.</summary>
    public static IReadOnlyDictionary<string, string> Particulars(string id, string name, string role) =>
        new Dictionary<string, string> { ["account"] = id, ["name"] = name, ["roles"] = role };

    /// <returns>The account and its one-time password.</returns>
    public static (Account Account, string OneTimePassword) Open(PagesSettings settings, PagesFiles files, string id, string name, string role)
    {
        using var book = new AccountBook(files.Accounts, settings.MostAccounts);
        return new Registry(book, new Passwords(settings), TimeProvider.System).Open(id, name, [new Grant("", role)]);
    }
}
