using Microsoft.AspNetCore.Components;

namespace DocExchange.Pages.Layout;

/// <summary>What the frame shows around a page.</summary>
public abstract class FrameBase : Page
{
    /// <summary>The page itself; the name is Blazor's.</summary>
    [Parameter]
    public RenderFragment? Body { get; set; }

    protected IReadOnlyList<MenuItem> Menu { get; private set; } = [];

    protected IReadOnlyList<OfficeChoice> Offices { get; private set; } = [];

    protected string? Said { get; private set; }

    protected string Here => Http.Request.Path + Http.Request.QueryString;

    protected override void OnInitialized()
    {
        Said = Notice.Take(Http);
        if (Visitor.Account is { MustChangePassword: false })
        {
            Menu = Site.MenuOf(Visitor);
            Offices = Site.OfficesOf(Visitor);
        }
    }

    // The longest entry that the address begins with.
    protected bool IsHere(MenuItem item) =>
        Menu.Where(each => Http.Request.Path.StartsWithSegments(each.Address) || (each.Below is { } below && Http.Request.Path.StartsWithSegments(below))).MaxBy(each => each.Address.Length) == item;
}
