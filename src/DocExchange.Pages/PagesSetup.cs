using System.Text.Encodings.Web;
using System.Text.Unicode;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Assets;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.Doors;
using DocExchange.Pages.Layout;
using DocExchange.Pages.Refusals;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocExchange.Pages;

/// <summary>Where a hub or node keeps what its pages need.</summary>
/// <param name="Accounts">people.litedb.</param>
/// <param name="CookieKeys">Folder of the keys that encrypt cookies.</param>
/// <param name="Certificate">The server's certificate the program makes itself.</param>
public sealed record PagesFiles(string Accounts, string CookieKeys, string Certificate);

/// <summary>Adds pages to a hub or node.</summary>
public static class PagesSetup
{
    // ASP.NET would watch every file below its folder for changes of its settings, of which there are none: a node's packages,
    // records and logs among them.
    private static readonly string[] WatchesNothing = ["--hostBuilder:reloadConfigOnChange=false"];

    private const string SchemeOfAddress = "address";

    /// <summary>The beginning of a hub's or node's process.</summary>
    /// <param name="root">Its data folder.</param>
    public static WebApplicationBuilder CreateBuilder(string root) => WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = root, Args = WatchesNothing });

    /// <summary>Accounts alone: for verbs that work on them without pages.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services, PagesSettings settings, PagesFiles files) => services
        .AddSingleton(settings).AddSingleton(files)
        .AddSingleton(_ => new AccountBook(files.Accounts, settings.MostAccounts))
        .AddSingleton<Passwords>().AddSingleton<Registry>();

    public static IServiceCollection AddPages<TFrame>(this IServiceCollection services, PagesSettings settings, PagesFiles files)
        where TFrame : class, ISiteFrame
    {
        Directory.CreateDirectory(files.CookieKeys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        services.AddAccounts(settings, files);
        services.AddSingleton<ISiteFrame, TFrame>().AddSingleton<SignInBook>();
        services.AddSingleton(provider => new WordBook(typeof(PagesSetup).Assembly, provider.GetRequiredService<ISiteFrame>().Assembly));
        services.AddSingleton(provider => new SiteFiles(typeof(PagesSetup).Assembly, provider.GetRequiredService<ISiteFrame>().Assembly));
        services.AddHttpContextAccessor().AddScoped<Visitor>().AddScoped<Journal>().AddScoped<BasicSignIn>().AddScoped<Language>();
        services.AddRazorComponents();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "docex-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddDataProtection().SetApplicationName("docexchange").PersistKeysToFileSystem(new DirectoryInfo(files.CookieKeys));
        services.AddAuthentication(SchemeOfAddress)
            .AddPolicyScheme(SchemeOfAddress, null, options => options.ForwardDefaultSelector = http => TokenScheme.Covers(http) ? TokenScheme.Name : SessionCookie.Scheme)
            .AddScheme<AuthenticationSchemeOptions, TokenScheme>(TokenScheme.Name, null)
            .AddCookie(options => SessionCookie.Configure(options, settings));
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        // Otherwise a form without its token is answered with an empty page.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSingleton<SignInThrottle>();
        return services;
    }

    /// <summary>
    /// Maps the pages of the site's assembly, and what <paramref name="map"/> adds, behind the one guard. Everything mapped
    /// outside stays out of the browsers' reach, and the pages out of reach of all other doors.
    /// </summary>
    public static void MapPages(this WebApplication app, Action<IEndpointRouteBuilder> map)
    {
        app.UseWhen(PageDoor.Is, door =>
        {
            door.Use((http, next) =>
            {
                SecurityHeaders.Set(http);
                return next(http);
            });
            door.UseMiddleware<RefusalPages>();
        });
        app.UseRouting();
        app.Use(KeepApart);
        app.UseWhen(PageDoor.Is, door =>
        {
            door.UseMiddleware<SignInThrottle>();
            door.UseAuthentication();
            door.UseMiddleware<PageGuard>();
            door.UseAntiforgery();
        });

        var site = app.MapGroup("");
        site.WithMetadata(PageMark.Instance);
        site.MapGet("/files/{name}", (string name, HttpContext http, SiteFiles files) => files.Serve(name, http)).WithMetadata(new ForEverybodyAttribute { SignedOut = true });
        site.MapGet("/", (Visitor visitor, ISiteFrame frame) => Results.LocalRedirect(frame.HomeOf(visitor))).WithMetadata(new ForEverybodyAttribute());
        SignInEndpoints.Map(site);
        site.MapRazorComponents<Document>().AddAdditionalAssemblies(app.Services.GetRequiredService<ISiteFrame>().Assembly);
        map(site);
    }

    private static Task KeepApart(HttpContext http, RequestDelegate next)
    {
        var isPage = http.GetEndpoint()?.Metadata.GetMetadata<PageMark>() is not null || Mismatch.Is(http);
        if (http.GetEndpoint() is not null && isPage != PageDoor.Is(http))
        {
            http.SetEndpoint(null);
        }

        return next(http);
    }

    private sealed class PageMark
    {
        public static readonly PageMark Instance = new();
    }
}
