using DocExchange.Core.Statements;

namespace DocExchange.Pages.Accounts;

/// <summary>The account of a system administrator, opened by whoever owns the data folder, while nothing runs on it.</summary>
public static class FirstAccount
{
    /// <returns>The account and its one-time password.</returns>
    public static (Account Account, string OneTimePassword) Open(PagesSettings settings, PagesFiles files, string id, string name)
    {
        using var book = new AccountBook(files.Accounts, settings.MostAccounts);
        return new Registry(book, new Passwords(settings), TimeProvider.System).Open(id, name, [new Grant("", Roles.System)]);
    }
}
