using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Trust.Digests;

namespace DocExchange.Pages.Accounts;

/// <summary>
/// A file of accounts to open together, UTF-8, one a line: <c>user,name,roles</c>, roles apart by spaces, at a node
/// <c>office:role</c> for one office and <c>role</c> for all. Empty lines and those that begin with # count for nothing.
/// </summary>
public sealed class AccountList
{
    private const int LargestFile = 1024 * 1024;
    private const int MostRoles = 100;

    private readonly IReadOnlyList<(string Id, string Name, IReadOnlyList<Grant> Grants)> listed;

    private AccountList(IReadOnlyList<(string Id, string Name, IReadOnlyList<Grant> Grants)> listed, Digest file)
    {
        this.listed = listed;

        // What a line of the audit trail has no room for is cut off there.
        Particulars = new Dictionary<string, string>
        {
            ["accounts"] = $"{listed.Count}",
            ["users"] = string.Join(' ', listed.Select(each => each.Id)),
            ["file"] = file.ToString(),
        };
    }

    /// <summary>What the audit trail says of opening them: how many, which, and the digest of the file.</summary>
    public IReadOnlyDictionary<string, string> Particulars { get; }

    /// <param name="offices">Local ids of the offices roles may be given at; none at a hub.</param>
    /// <exception cref="RefusedException">The file is too large or not UTF-8, or a line is not of that form or names no role or office of here.</exception>
    public static AccountList Read(string path, IReadOnlyCollection<string> offices)
    {
        if (new FileInfo(path).Length > LargestFile)
        {
            throw new RefusedException(Refusal.TooLarge, $"用户清单不得超过 {LargestFile} 字节。", $"A list of accounts has at most {LargestFile} bytes.");
        }

        var bytes = File.ReadAllBytes(path);
        var listed = TextOf(bytes).Split('\n')
            .Select((line, at) => (Text: line.Trim(), Number: at + 1))
            .Where(line => line.Text.Length > 0 && line.Text[0] != '#')
            .Select(line => Read(line.Text, line.Number, offices))
            .ToList();
        return new AccountList(listed, Digest.Of(bytes));
    }

    private static string TextOf(byte[] bytes) => ListText.FaultOf(bytes) is var (line, chinese, english) ? throw Malformed(line, chinese, english) : ListText.Read(bytes);

    /// <summary>Opens all accounts, or none: all are judged before the first is opened.</summary>
    /// <param name="isLasting">The passwords need not be changed at the first sign-in.</param>
    /// <returns>Each account with its password, which is nowhere else.</returns>
    /// <exception cref="RefusedException">A user name is taken or there twice, or there would be too many.</exception>
    public IReadOnlyList<(Account Account, string Password)> Open(PagesSettings settings, PagesFiles files, bool isLasting)
    {
        using var book = new AccountBook(files.Accounts, settings.MostAccounts);
        RequireRoom(book, settings, listed);
        var registry = new Registry(book, new Passwords(settings), TimeProvider.System);
        return [.. listed.Select(each => registry.Open(each.Id, each.Name, each.Grants, isLasting))];
    }

    /// <summary>Prints each account with its password, and whether that has to be changed at the first sign-in.</summary>
    public static void Show(VerbAnswer answer, IReadOnlyList<(Account Account, string Password)> opened, bool isLasting) => answer.Show(
        opened.Select(each => new { user = each.Account.Id, password = each.Password, oneTime = !isLasting }),
        opened.Select(each => isLasting
            ? answer.Say($"用户名 {each.Account.Id} 密码（长期有效） {each.Password}", $"user {each.Account.Id} lasting password {each.Password}")
            : answer.Say($"用户名 {each.Account.Id} 一次性密码 {each.Password}", $"user {each.Account.Id} one-time password {each.Password}")));

    private static (string Id, string Name, IReadOnlyList<Grant> Grants) Read(string line, int number, IReadOnlyCollection<string> offices)
    {
        if (line.Split(',') is not [var id, var name, var roles] || roles.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 and <= MostRoles } given)
        {
            throw Malformed(number, "应为“用户名,姓名,角色”", "is not 'user,name,roles'");
        }

        List<Grant> grants = [.. given.Distinct().Select(role => GrantOf(role, number, offices))];
        Rights.RequireSeparated(grants.Select(grant => grant.Role));
        return (Account.IdOf(id), Account.NameOf(name), grants);
    }

    private static Grant GrantOf(string text, int number, IReadOnlyCollection<string> offices)
    {
        var (office, role) = text.Split(':') switch
        {
            [var all] => ("", all),
            [var one, var at] when offices.Contains(one) => (one, at),
            _ => throw Malformed(number, "所列单位不在此处", "names an office that is not here"),
        };
        return Roles.All.Contains(role) ? new Grant(office, role) : throw Malformed(number, $"没有角色“{role}”；角色为 {string.Join(' ', Roles.All)}", $"names the role '{role}', which is none; roles are {string.Join(' ', Roles.All)}");
    }

    private static void RequireRoom(AccountBook book, PagesSettings settings, IReadOnlyList<(string Id, string Name, IReadOnlyList<Grant> Grants)> listed)
    {
        var known = book.All().Select(account => account.Id).ToHashSet();
        if (listed.FirstOrDefault(each => !known.Add(each.Id)).Id is { } taken)
        {
            throw new RefusedException(Refusal.WrongState, $"用户名 {taken} 已被使用或重复出现，没有建立任何用户。", $"The user name {taken} is taken or there twice; no account was opened.");
        }

        if (known.Count > settings.MostAccounts)
        {
            throw new RefusedException(Refusal.TooLarge, $"用户数将超过上限 {settings.MostAccounts}，没有建立任何用户。", $"There would be more than {settings.MostAccounts} accounts, which is the limit; none was opened.");
        }
    }

    private static RefusedException Malformed(int number, string chinese, string english) => new(
        Refusal.FormatFailure, $"用户清单第 {number} 行{chinese}，没有建立任何用户。", $"Line {number} of the list {english}; no account was opened.");
}
