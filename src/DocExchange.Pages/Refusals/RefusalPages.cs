using System.Security.Cryptography;
using DocExchange.Core.Refusals;
using DocExchange.Pages.Layout;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DocExchange.Pages.Refusals;

/// <summary>
/// The one place where a refusal becomes a page with a status; under /api it becomes problem details (RFC 9457). A fault is
/// logged under a number, and the visitor is told that number and nothing else.
/// </summary>
internal sealed partial class RefusalPages(RequestDelegate next, ISiteFrame site, ILogger<RefusalPages> log)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http is { Response: { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentLength: null, ContentType: null } })
            {
                await AnswerAsync(http, new RefusedException(Refusal.NotFound, "没有这个页面。请核对地址，或返回首页从菜单进入。", "There is no such page. Check the address, or go to the first page and take the menu."), "");
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = ClientClosedRequest;
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            var refused = AsRefusal(fault);
            var number = RandomNumberGenerator.GetHexString(8, lowercase: true);
            if (refused is null)
            {
                LogFault(fault, http.Request.Method, http.Request.Path, number);
            }

            await AnswerAsync(http, refused, number);
        }
    }

    public static int StatusOf(Refusal refusal) => refusal switch
    {
        Refusal.PermissionDenied or Refusal.NotAParty or Refusal.NotHosted => StatusCodes.Status403Forbidden,
        Refusal.NotFound or Refusal.UnknownDocument => StatusCodes.Status404NotFound,
        Refusal.TooLarge => StatusCodes.Status413PayloadTooLarge,
        Refusal.Busy => StatusCodes.Status429TooManyRequests,
        Refusal.StorageFull => StatusCodes.Status507InsufficientStorage,
        Refusal.FormatFailure or Refusal.ReasonMissing => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status409Conflict,
    };

    /// <summary>Problem details (RFC 9457); <paramref name="reason"/> is the stable name of why, in <c>error</c> and at the end of <c>type</c>.</summary>
    public static Task AnswerApiAsync(HttpContext http, int status, string reason, string chinese, string english) => Results.Problem(
        type: "urn:docexchange:refusal:" + reason,
        title: reason,
        detail: chinese,
        statusCode: status,
        extensions: new Dictionary<string, object?> { ["error"] = reason, ["english"] = english }).ExecuteAsync(http);

    private RefusedException? AsRefusal(Exception fault) => fault switch
    {
        RefusedException refused => refused,
        AntiforgeryValidationException or BadHttpRequestException { InnerException: AntiforgeryValidationException } => new RefusedException(
            Refusal.PermissionDenied, "页面已过期，操作未执行。请返回、刷新后重试。", "The page was too old, and nothing was done. Go back, load it again and repeat."),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new RefusedException(Refusal.TooLarge, "提交的内容过大。请缩短文字，或选择较小的文件后再提交。", "What was sent is too large. Shorten the text or choose a smaller file, and send it again."),
        BadHttpRequestException => new RefusedException(Refusal.FormatFailure, "提交的内容不完整或格式有误，请刷新后重试。", "What was sent is incomplete or malformed. Load the page again and repeat."),
        _ => site.AsRefusal(fault),
    };

    private static async Task AnswerAsync(HttpContext http, RefusedException? refused, string number)
    {
        var status = refused is null ? StatusCodes.Status500InternalServerError : StatusOf(refused.Refusal);
        http.Response.Clear();
        SecurityHeaders.Set(http);
        if (http.Request.Path.StartsWithSegments(Addresses.Api))
        {
            await AnswerApiAsync(
                http, status, refused?.Refusal.ToReason() ?? "INTERNAL",
                refused?.Message ?? $"程序出错，编号 {number}，原因见日志。", refused?.English ?? $"The program failed. Its log says why, under the number {number}.");
            return;
        }

        var page = new RazorComponentResult<RefusedPage>(new Dictionary<string, object?> { [nameof(RefusedPage.Why)] = refused, [nameof(RefusedPage.Number)] = number }) { StatusCode = status };
        // Where a page threw while it was rendered, the request's renderer is used up: this page gets services of its own.
        var services = http.RequestServices;
        await using var scope = services.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        try
        {
            await page.ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = services;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed, number {Number}")]
    private partial void LogFault(Exception fault, string method, string path, string number);
}
