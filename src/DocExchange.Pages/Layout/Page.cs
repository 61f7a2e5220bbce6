using DocExchange.Core.Refusals;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Layout;

/// <summary>What every page and part of a page has: its words, its visitor, and a way to try an act that may be refused.</summary>
public abstract class Page : ComponentBase
{
    [Inject]
    protected Visitor Visitor { get; set; } = null!;

    [Inject]
    protected Language Language { get; set; } = null!;

    [Inject]
    protected WordBook Words { get; set; } = null!;

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    [Inject]
    protected ISiteFrame Site { get; set; } = null!;

    [Inject]
    private IHttpContextAccessor Accessor { get; set; } = null!;

    /// <summary>Why the act that was asked for was not done; show it with RefusalBox.</summary>
    protected RefusedException? Refused { get; private set; }

    protected HttpContext Http => Accessor.HttpContext!;

    /// <summary>The text of this name in the visitor's language.</summary>
    protected string T(string name, params object?[] values) => Words.Say(Language, name, values);

    /// <summary>A time as people here read it, to the minute; a dash for none.</summary>
    protected string At(DateTimeOffset? time) => Moments.Show(time, Clock);

    /// <summary>Does what a form asked for. What is refused is kept to be shown beside the form, and everything typed stays.</summary>
    protected async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception fault) when ((fault as RefusedException ?? Site.AsRefusal(fault)) is not null)
        {
            Refused = fault as RefusedException ?? Site.AsRefusal(fault);
            return false;
        }
    }

    /// <summary>Leads on to another page after an act, which says once what was done.</summary>
    protected void Leave(string address, string? notice = null)
    {
        if (notice is not null)
        {
            Notice.Leave(Http, notice);
        }

        // 303 (RFC 9110 §15.4.4): going back does not do it again.
        Http.Response.Headers.Location = Addresses.Own(address);
        Http.Response.StatusCode = StatusCodes.Status303SeeOther;
    }
}
