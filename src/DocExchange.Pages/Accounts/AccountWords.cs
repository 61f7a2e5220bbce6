using DocExchange.Core.Statements;
using DocExchange.Pages.Words;

namespace DocExchange.Pages.Accounts;

/// <summary>Roles as the pages name them.</summary>
public static class AccountWords
{
    public static string Of(string role, Language language) => language.Say(Roles.ToChinese(role), English(role));

    /// <summary>All roles of an account, each once; a dash for none.</summary>
    public static string RolesOf(Account account, Language language) =>
        account.Grants.Count == 0 ? "—" : string.Join(language.Say("、", ", "), account.Grants.Select(grant => grant.Role).Distinct().Select(role => Of(role, language)));

    private static string English(string role) => role switch
    {
        Roles.SealKeeper => "Seal keeper",
        Roles.OfficeAdministrator => "Office administrator",
        Roles.System => "System administrator",
        Roles.Security => "Security administrator",
        Roles.Audit => "Audit administrator",
        { Length: > 0 } => char.ToUpperInvariant(role[0]) + role[1..],
        _ => "",
    };
}
