using System.Reflection;
using DocExchange.Core.Refusals;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Pages.Layout;

/// <summary>An entry of the menu.</summary>
/// <param name="Word">Name of its text.</param>
/// <param name="Count">Shown beside it where it is not zero.</param>
/// <param name="Below">Where its documents are, if not below its own address.</param>
public sealed record MenuItem(string Address, string Word, int Count = 0, string? Below = null);

/// <summary>An office the visitor may change to.</summary>
public sealed record OfficeChoice(string Address, string Name, bool IsCurrent);

/// <summary>What a hub or node says about its own pages. Safe for concurrent use.</summary>
public interface ISiteFrame
{
    /// <summary>The assembly with its pages and words.</summary>
    Assembly Assembly { get; }

    /// <summary>Name of the text that names the site: 收发台, 控制台.</summary>
    string TitleWord { get; }

    /// <summary>Where the visitor begins after signing in.</summary>
    string HomeOf(Visitor visitor);

    /// <summary>What the visitor may go to, at the office of the address.</summary>
    IReadOnlyList<MenuItem> MenuOf(Visitor visitor);

    /// <summary>The visitor's offices, to change between where there are several.</summary>
    IReadOnlyList<OfficeChoice> OfficesOf(Visitor visitor);

    /// <summary>A part that stands above every page and follows the server; null where the site has none.</summary>
    Type? Banner => null;

    /// <summary>What the site's own exceptions mean to a visitor; null where they are faults.</summary>
    RefusedException? AsRefusal(Exception fault);
}
