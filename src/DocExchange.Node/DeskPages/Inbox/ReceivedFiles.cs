using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Core.Verdicts;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Previews;
using DocExchange.Node.Receiving;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;
using DocExchange.Trust.Containers;
using Microsoft.Net.Http.Headers;

namespace DocExchange.Node.DeskPages.Inbox;

/// <summary>
/// Files of received documents: the body to be looked at, and, after 签收, what may be saved. Whatever is inside, it cannot
/// run: what is shown has a policy of its own, what is saved is only ever a download.
/// </summary>
internal static class ReceivedFiles
{
    private const string SavedPolicy = "default-src 'none'; sandbox; frame-ancestors 'self'";

    public static void Map(IEndpointRouteBuilder site)
    {
        var readers = new AllowedAttribute(Roles.Clerk, Roles.Reader);
        site.MapGet("/o/{Office}/in/{document}/body", ShowBodyAsync).WithMetadata(readers);
        site.MapGet("/o/{Office}/in/{document}/report", ReportAsync).WithMetadata(readers);
        site.MapGet("/o/{Office}/in/{document}/package", SavePackageAsync).WithMetadata(readers);
        site.MapGet("/o/{Office}/in/{document}/files/{number:int}", SaveFileAsync).WithMetadata(readers);
        site.MapGet("/o/{Office}/in/{document}/print/{number:int}", PrintFileAsync).WithMetadata(readers);
    }

    private static async Task ShowBodyAsync(string office, string document, HttpContext http, Visitor visitor, ReceivedDocuments documents, ReceivingActs acts, BodyPreview preview)
    {
        var shown = await documents.OpenAsync(office, document, http.RequestAborted);
        var body = RequirePreview(shown);
        using var opened = await documents.ReadAsync(shown, body, http.RequestAborted);
        await acts.OpenedAsync(shown, visitor.ActAt(office, Roles.For(StatementType.Opened)), http.RequestAborted);
        await preview.ShowAsync(http, opened.Content, body.MediaType, body.FileName);
    }

    private static async Task<IResult> ReportAsync(string office, string document, HttpContext http, Language language, ReceivedDocuments documents, VerificationReport report)
    {
        var shown = await documents.OpenAsync(office, document, http.RequestAborted);
        RequireOpen(shown);
        var page = await report.MakeAsync(shown, language.Say, http.RequestAborted);
        http.Response.Headers.ContentSecurityPolicy = VerdictPage.Policy + "; frame-ancestors 'self'";
        return Results.Content(page, "text/html; charset=utf-8");
    }

    /// <summary>The body, where it may be looked at.</summary>
    /// <exception cref="RefusedException">It is not here, did not pass, was withdrawn, or is of a kind that cannot be shown.</exception>
    internal static PackageEntry RequirePreview(ReceivedDocument shown)
    {
        if (!shown.MayPreview || shown.Body is not { } body)
        {
            throw new RefusedException(Refusal.WrongState, "正文现在不能阅看：公文尚未到齐、未通过验证或已被撤回。请回到公文页面查看四查清和状态。", "The body cannot be looked at now: it is not here yet, did not pass, or was withdrawn. See the checks and the state at the document's page.");
        }

        return BodyPreview.CanShow(body.MediaType)
            ? body
            : throw new RefusedException(Refusal.FormatFailure, "这种格式的正文不能在页面中阅看，请签收后保存。", "A body of this kind cannot be shown here. Save it after signing for it.");
    }

    /// <exception cref="RefusedException">It is withdrawn.</exception>
    internal static void RequireOpen(ReceivedDocument shown)
    {
        if (shown.IsLocked)
        {
            throw Locked();
        }
    }

    /// <exception cref="RefusedException">It is not signed for, or withdrawn.</exception>
    internal static void RequireSaving(ReceivedDocument shown)
    {
        if (!shown.MaySave)
        {
            throw shown.IsLocked ? Locked() : new RefusedException(
                Refusal.PermissionDenied, "签收后才能保存或打印公文。请先签收。", "A document can be saved and printed once it is signed for.");
        }
    }

    private static RefusedException Locked() =>
        new(Refusal.PermissionDenied, "该公文已被发文单位撤回，本单位副本已锁定。如有疑问，请联系发文单位。", "The sender has withdrawn the document; this copy is locked. Call the sender if you have a question.");

    private static Task SavePackageAsync(string office, string document, HttpContext http, ReceivedDocuments documents) =>
        SaveAsync(office, document, http, documents, shown => (null, $"{shown.Line.Number} {shown.Line.Title}.asice".Trim()));

    private static Task SaveFileAsync(string office, string document, int number, HttpContext http, ReceivedDocuments documents) =>
        SaveAsync(office, document, http, documents, shown => (FileOf(shown, number), FileOf(shown, number).FileName));

    /// <summary>The very file for the browser's print dialog; of what browsers cannot show the words, which say so on the paper.</summary>
    private static async Task PrintFileAsync(string office, string document, int number, HttpContext http, ReceivedDocuments documents, BodyPreview preview)
    {
        var shown = await documents.OpenAsync(office, document, http.RequestAborted);
        RequireSaving(shown);
        if (!shown.MayPrint)
        {
            throw new RefusedException(
                Refusal.WrongState, "公文包未通过验证，不能打印。请在公文页面查看核验报告，需要时保存公文包。", "The package did not pass and is not printed. See the verification report at the document's page, and save the package where it is needed.");
        }

        var file = FileOf(shown, number);
        if (!BodyPreview.CanShow(file.MediaType))
        {
            throw new RefusedException(
                Refusal.FormatFailure, $"浏览器不能打印“{file.FileName}”。请在公文页面保存后，用制作它的软件打印。", $"A browser cannot print '{file.FileName}'. Save it at the document's page and print it with the program it is made for.");
        }

        using var opened = await documents.ReadAsync(shown, file, http.RequestAborted);
        await preview.PrintAsync(http, opened.Content, file.MediaType, file.FileName);
    }

    /// <summary>The body is number 0.</summary>
    private static PackageEntry FileOf(ReceivedDocument shown, int number) => (number < 0 ? null : shown.Parts.Skip(1).ElementAtOrDefault(number))
        ?? throw new RefusedException(Refusal.NotFound, "公文包中没有该文件。请回到公文页面，从“正文与附件”中选取。", "The package has no such file. Go back to the document's page and choose one of its files.");

    private static async Task SaveAsync(string office, string document, HttpContext http, ReceivedDocuments documents, Func<ReceivedDocument, (PackageEntry? Part, string Name)> choose)
    {
        var shown = await documents.OpenAsync(office, document, http.RequestAborted);
        RequireSaving(shown);
        var (part, name) = choose(shown);
        using var opened = await documents.ReadAsync(shown, part, http.RequestAborted);
        http.Response.Headers.ContentSecurityPolicy = SavedPolicy;
        await SendAsync(http, opened, name);
    }

    private static async Task SendAsync(HttpContext http, OpenedFile opened, string name)
    {
        var header = new ContentDispositionHeaderValue("attachment");
        header.SetHttpFileName(FileNameOf(name));
        http.Response.Headers.ContentDisposition = header.ToString();
        http.Response.ContentType = MediaTypes.Unknown;
        http.Response.ContentLength = opened.Content.Length;
        await opened.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>A name that is one file's in one folder on any system.</summary>
    internal static string FileNameOf(string name)
    {
        var kept = string.Concat(name.Select(letter => char.IsControl(letter) || "/\\:*?\"<>|".Contains(letter, StringComparison.Ordinal) ? '_' : letter)).Trim(' ', '.');
        return kept.Length is 0 ? "_" : kept.Length <= 120 ? kept : string.Concat(kept.AsSpan(0, 100), Path.GetExtension(kept));
    }
}
