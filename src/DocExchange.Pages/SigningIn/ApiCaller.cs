using DocExchange.Core.Refusals;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.SigningIn;

/// <summary>An application that calls under <see cref="Addresses.Api"/> with a token of one office.</summary>
/// <param name="Token">Id of the token, which is no secret.</param>
/// <param name="Office">Id of the office as the tokens' keeper names it.</param>
public sealed record ApiCaller(string Token, string Application, string Office, IReadOnlyList<string> Roles)
{
    private static readonly object Key = new();

    /// <exception cref="InvalidOperationException">Nobody called with a token: the endpoint is not one for them.</exception>
    public static ApiCaller Of(HttpContext http) => http.Items[Key] as ApiCaller ?? throw new InvalidOperationException("This is answered to tokens only.");

    /// <returns>The first of the roles that the token has.</returns>
    /// <exception cref="RefusedException">It has none of them.</exception>
    public string Require(IReadOnlyList<string> roles) => roles.FirstOrDefault(Roles.Contains) ?? throw new RefusedException(
        Refusal.PermissionDenied,
        $"此令牌没有办理该事项的角色，须为：{string.Join("、", roles)}。",
        $"This is for the role {string.Join(" or ", roles)}, which the token does not have.");

    internal static ApiCaller? Find(HttpContext http) => http.Items[Key] as ApiCaller;

    internal static void Admit(HttpContext http, ApiCaller caller) => http.Items[Key] = caller;
}

/// <summary>Knows the tokens of applications. Safe for concurrent use.</summary>
public interface IApiTokens
{
    /// <summary>Null for one that is unknown, ended or out of date.</summary>
    ApiCaller? Admit(string token);
}

/// <summary>What is answered to tokens, and to nobody else.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ForTokensAttribute : Attribute;
