using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Pages.Accounts;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.SigningIn;

/// <summary>Who asks for this page, for which office, and what they may do there.</summary>
public sealed class Visitor(IHttpContextAccessor http, TimeProvider time)
{
    /// <summary>Name of the part of an address that names the office: <c>/o/{Office}/…</c>.</summary>
    public const string OfficePart = "Office";

    private static readonly object AccountKey = new();
    private static readonly object SignInKey = new();

    /// <summary>Null before signing in.</summary>
    public Account? Account => Find(Http);

    /// <summary>password, certificate or token.</summary>
    public string SignIn => Http.Items[SignInKey] as string ?? "";

    /// <summary>The office of the address; empty where the page is of none.</summary>
    public string Office => Http.Request.RouteValues[OfficePart] as string ?? "";

    /// <summary>Local ids of the offices the account has a role in; an empty one stands for all.</summary>
    public IReadOnlyList<string> Offices => [.. Grants.Select(grant => grant.Office).Distinct()];

    private HttpContext Http => http.HttpContext ?? throw new InvalidOperationException("There is a visitor only while a request is answered.");

    private IEnumerable<Grant> Grants => Account?.GrantsInForce(time.GetUtcNow()) ?? [];

    public IReadOnlyList<string> RolesAt(string office) => [.. Grants.Where(grant => grant.Covers(office)).Select(grant => grant.Role).Distinct()];

    /// <summary>Whether one of these roles is the visitor's at the office of the address.</summary>
    public bool Has(params IReadOnlyList<string> roles) => RolesAt(Office).Any(roles.Contains);

    /// <exception cref="RefusedException">None of the roles is the visitor's at that office.</exception>
    public void Require(string office, IReadOnlyList<string> roles)
    {
        if (!RolesAt(office).Any(roles.Contains))
        {
            throw new RefusedException(
                Refusal.PermissionDenied,
                $"此处须由{string.Join("或", roles.Select(Roles.ToChinese))}办理；您在本单位没有该角色。请与本单位系统管理员联系。",
                $"This is for the role {string.Join(" or ", roles)}, which you do not have here. Ask your administrator.");
        }
    }

    /// <summary>The person as a statement names them, in the first of their roles that may do it.</summary>
    /// <exception cref="RefusedException">None of the roles is the visitor's at that office.</exception>
    public Actor ActAt(string office, IReadOnlyList<string> roles)
    {
        Require(office, roles);
        // In a role of one's own where one has it; delegated only otherwise.
        var grant = Grants.Where(grant => grant.Covers(office) && roles.Contains(grant.Role)).OrderBy(grant => grant.ActsFor is not null).First();
        return new Actor(Account!.Id, grant.ActsFor is { } principal ? NameFor(principal) : Account.Name, grant.Role, SignIn);
    }

    // What is signed says that one acted for another: 李四（代张三）.
    private string NameFor(string principal)
    {
        var name = $"{Account!.Name}（代{Http.RequestServices.GetRequiredService<AccountBook>().Find(principal)?.Name ?? principal}）";
        return name.Length <= Accounts.Account.MaxName ? name : $"{Account.Name}（代{principal}）"[..Math.Min(Accounts.Account.MaxName, Account.Name.Length + principal.Length + 3)];
    }

    /// <summary>Whose request it is; null before signing in.</summary>
    public static Account? Find(HttpContext http) => http.Items[AccountKey] as Account;

    /// <summary>Called where the request is authenticated, and nowhere else.</summary>
    internal static void Admit(HttpContext http, Account account, string signIn)
    {
        http.Items[AccountKey] = account;
        http.Items[SignInKey] = signIn;
    }
}
