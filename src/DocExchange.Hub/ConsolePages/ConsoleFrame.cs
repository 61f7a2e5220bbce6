using System.Reflection;
using DocExchange.Core.Refusals;
using DocExchange.Pages.Layout;
using DocExchange.Pages.SigningIn;

namespace DocExchange.Hub.ConsolePages;

/// <summary>The console (控制台) as a site: each role sees its own part of it.</summary>
internal sealed class ConsoleFrame : ISiteFrame
{
    public Assembly Assembly => typeof(ConsoleFrame).Assembly;

    public string TitleWord => "console.title";

    public string HomeOf(Visitor visitor) => "/welcome";

    public IReadOnlyList<MenuItem> MenuOf(Visitor visitor) => [new MenuItem("/welcome", "console.welcome")];

    public IReadOnlyList<OfficeChoice> OfficesOf(Visitor visitor) => [];

    public RefusedException? AsRefusal(Exception fault) => fault switch
    {
        FormatException format => new RefusedException(Refusal.FormatFailure, "输入有误：" + format.Message, format.Message),
        _ => null,
    };
}
