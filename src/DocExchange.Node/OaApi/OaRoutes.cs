using System.Globalization;
using System.Text.Json;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.Mvc;

namespace DocExchange.Node.OaApi;

/// <summary>The interface for OA systems, beside the pages and behind the same guard. <c>/api/v1/openapi.json</c> describes it.</summary>
internal static class OaRoutes
{
    public const string Root = "/api/v1";

    private const int LargestAct = 64 * 1024;
    private static readonly string[] OfReading = [Roles.Clerk, Roles.Reader, Roles.Dispatcher, Roles.Supervisor];

    public static IServiceCollection AddOaApi(this IServiceCollection services)
    {
        services.AddOptions<OaOptions>().BindConfiguration("OaApi").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TokenBook>().AddSingleton<IApiTokens>(provider => provider.GetRequiredService<TokenBook>());
        services.AddSingleton<OnceOnly>().AddSingleton<OaThrottle>().AddSingleton<OaDocuments>().AddSingleton<OaMailbox>().AddSingleton<OaActs>().AddSingleton<OaSending>();
        services.AddOpenApi("v1", OaDescription.Configure);
        return services;
    }

    public static void MapOaApi(this IEndpointRouteBuilder site)
    {
        site.MapOpenApi(Root + "/openapi.json").WithMetadata(new ForEverybodyAttribute { SignedOut = true });
        var api = site.MapGroup(Root).WithMetadata(new ForTokensAttribute()).DisableAntiforgery().AddEndpointFilter<OaThrottle>();
        api.MapGet("/mailbox", ReadMailbox).Says<OaMailboxPage>("What concerns the office since the cursor, in order; at least once");
        api.MapPost("/mailbox/acknowledgement", AcknowledgeAsync).Takes<OaSeen>().Says<OaSeen>("Everything below this cursor is kept by the application");
        api.MapGet("/documents", (HttpContext http, OaDocuments documents, string? page, int? limit) => Json(documents.Sent(Caller(http, OfReading), page, limit))).Says<OaList>("What the office has sent, newest first");
        api.MapPost("/documents", SendAsync).WithMetadata(new DisableRequestSizeLimitAttribute()).Accepts<OaDraft>("multipart/form-data").Says<OaSent>("Make, seal and send a document; parts metadata, body, attachment", 201);
        api.MapGet("/documents/{id}", async (string id, HttpContext http, OaDocuments documents) => Json(await documents.ShowAsync(Caller(http, OfReading), id, http.RequestAborted))).Says<OaShown>("A document, its verification and its parts");
        api.MapGet("/documents/{id}/board", async (string id, HttpContext http, OaDocuments documents) => Json(await documents.BoardAsync(Caller(http, OfReading), id, http.RequestAborted))).Says<OaBoard>("Where each recipient stands; for a recipient its own row");
        api.MapGet("/documents/{id}/package", (string id, HttpContext http, OaDocuments documents) => OpenAsync(id, "", http, documents)).Says<byte[]>("The package, an ASiC-E container");
        api.MapGet("/documents/{id}/parts/{**part}", (string id, string part, HttpContext http, OaDocuments documents) => OpenAsync(id, part, http, documents)).Says<byte[]>("One file of the package, such as body/正文.pdf");
        api.MapPost("/documents/{id}/acts", ActAsync).Takes<OaAct>().Says<OaActed>("Sign for it, return it, register, urge, withdraw and so on, naming the person");
        api.MapGet("/directory", Directory).Says<OaDirectory>("The office directory; with If-None-Match 304 while it is the same");
        api.MapGet("/numbers/next", NextNumber).Says<OaNumber>("The number the next document of a 机关代字 gets, unless another is faster");
    }

    /// <exception cref="RefusedException">There is more.</exception>
    public static async Task<byte[]> ReadAsync(Stream content, int most, CancellationToken cancellation)
    {
        var buffer = new byte[most + 1];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return read <= most ? buffer[..read] : throw new RefusedException(Refusal.TooLarge, $"JSON 不得超过 {most} 字节。", $"The JSON is larger than {most} bytes.");
    }

    /// <exception cref="RefusedException">It is not that.</exception>
    public static T Parse<T>(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, OaJson.Form) ?? throw new JsonException("It is null.");
        }
        catch (JsonException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, $"JSON 无法识别（{fault.Path ?? "$"}）。", $"The JSON cannot be read, at {fault.Path ?? "$"}.");
        }
    }

    private static IResult ReadMailbox(HttpContext http, OaMailbox mailbox, long? after, int? limit) => Json(mailbox.Read(Caller(http, OfReading), after, limit));

    private static async Task<IResult> AcknowledgeAsync(HttpContext http, OaMailbox mailbox, OnceOnly once)
    {
        var (caller, key) = (Caller(http, OfReading), OnceOnly.KeyOf(http.Request));
        var body = await ReadAsync(http.Request.Body, LargestAct, http.RequestAborted);
        var seen = Parse<OaSeen>(body);
        return await once.DoAsync(caller, key, OaActs.DigestOf("mailbox", body), () => Task.FromResult(new OaAnswer(StatusCodes.Status200OK, mailbox.Acknowledge(caller, seen.Next))));
    }

    private static async Task<IResult> ActAsync(string id, HttpContext http, OaActs acts, OnceOnly once)
    {
        var (caller, key) = (ApiCaller.Of(http), OnceOnly.KeyOf(http.Request));
        var body = await ReadAsync(http.Request.Body, LargestAct, http.RequestAborted);
        var act = Parse<OaAct>(body);
        // What is begun is finished, whether or not somebody still waits for the answer.
        return await once.DoAsync(caller, key, OaActs.DigestOf(id, body), () => acts.ActAsync(caller, id, act, CancellationToken.None));
    }

    private static async Task<IResult> SendAsync(HttpContext http, OaSending sending, OnceOnly once)
    {
        var (caller, key) = (Caller(http, [Roles.Dispatcher]), OnceOnly.KeyOf(http.Request));
        using var received = await sending.ReceiveAsync(http.Request, http.RequestAborted);
        return await once.DoAsync(caller, key, received.Digest, () => sending.SendAsync(caller, received, CancellationToken.None));
    }

    private static async Task<IResult> OpenAsync(string id, string part, HttpContext http, OaDocuments documents)
    {
        var opened = await documents.OpenAsync(Caller(http, OfReading), id, part, http.RequestAborted);
        http.Response.RegisterForDispose(opened);
        return Results.Stream(opened.Content, part.Length == 0 ? "application/vnd.etsi.asic-e+zip" : "application/octet-stream");
    }

    private static IResult Directory(HttpContext http, DirectoryCopy directories, TimeProvider time)
    {
        _ = ApiCaller.Of(http);
        var (directory, now) = (directories.Newest(), time.GetUtcNow());
        var tag = $"\"{directory.Version.ToString(CultureInfo.InvariantCulture)}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        return http.Request.Headers.IfNoneMatch.Any(known => known?.Split(',', StringSplitOptions.TrimEntries).Contains(tag) == true)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Json(new OaDirectory(
                directory.Version, directory.Exchange, directory.PublishedAt,
                [.. directory.Groups.Select(group => new OaGroup(group.Id, group.Name))],
                [.. directory.Offices.Where(office => office.Period.Contains(now)).Select(Of)]));
    }

    private static OaOffice Of(Office office) => new(
        office.Id.ToString(), office.Name, office.ShortName, office.CreditCode, office.AgencyCodes, office.Region, office.Parent?.ToString(), office.Groups, office.HostedBy is not null, office.DutyTelephone);

    private static IResult NextNumber(HttpContext http, NumberRegister numbers, TimeProvider time, string agencyCode, int? year)
    {
        Caller(http, [Roles.Dispatcher]);
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone);
        return Json(new OaNumber(numbers.NextOf(agencyCode, year ?? now.Year).ToString()));
    }

    private static ApiCaller Caller(HttpContext http, IReadOnlyList<string> roles)
    {
        var caller = ApiCaller.Of(http);
        caller.Require(roles);
        return caller;
    }

    private static IResult Json<T>(T value) => Results.Json(value, OaJson.Form);

    private static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route)
        where T : notnull => route.Accepts<T>("application/json");

    private static RouteHandlerBuilder Says<T>(this RouteHandlerBuilder route, string summary, int status = StatusCodes.Status200OK) =>
        typeof(T) == typeof(byte[]) ? route.WithSummary(summary).Produces(status, contentType: "application/octet-stream") : route.WithSummary(summary).Produces<T>(status);
}
