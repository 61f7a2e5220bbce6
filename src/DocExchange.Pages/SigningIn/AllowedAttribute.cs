using DocExchange.Core.Statements;

namespace DocExchange.Pages.SigningIn;

/// <summary>
/// Who may ask for a page or an act: those with one of these roles at the office of the address. Each page of a hub or node
/// says it, or says <see cref="ForEverybodyAttribute"/>; one that says nothing is answered to nobody.
/// </summary>
/// <param name="roles">Of <see cref="Core.Statements.Roles"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowedAttribute(params string[] roles) : Attribute
{
    /// <summary>Those who have this right.</summary>
    public AllowedAttribute(Right right)
        : this([.. Rights.For(right)])
    {
    }

    public IReadOnlyList<string> Roles { get; } = roles;
}

/// <summary>Everybody who has signed in may ask for it; with <see cref="SignedOut"/> others too.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ForEverybodyAttribute : Attribute
{
    public bool SignedOut { get; init; }
}
