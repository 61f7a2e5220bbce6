using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Core.Verdicts;
using DocExchange.Durability;
using DocExchange.Hub.Archiving;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;

namespace DocExchange.Hub.ConsolePages.Archives;

/// <summary>The full verdict on an archived package, each signature and seal by itself, to read and to print.</summary>
internal static class ArchiveReport
{
    public static void Map(IEndpointRouteBuilder site) =>
        site.MapGet("/archives/{id}/report", ReportAsync).WithMetadata(new AllowedAttribute(Roles.Archivist, Roles.Supervisor));

    private static async Task<IResult> ReportAsync(string id, HttpContext http, ArchiveVisits visits, Visitor visitor, Language language, DocumentExamination examination, SitePolicy policy, TimeProvider clock)
    {
        var document = visits.Open(id, visitor, "console report");
        var examined = await examination.ExamineAsync(document, http.RequestAborted);
        var judged = examined.Package ?? throw new RefusedException(
            Refusal.NotFound, "公文包既不在暂存区也不在档案卷中，请检查档案卷。", "The package is neither in the spool nor in a volume; check the archive volumes.");
        var head = new VerdictHead($"{document.Number} {document.Title}".Trim(), language.Say("公文包", "package"), document.Package.ToString(), clock.GetUtcNow(), policy.Name)
        {
            Seals = VerdictHead.SealsOf(judged),
            Body = judged.Body,
        };
        var page = VerdictPage.Of(language.Say, head, judged.Verdict);
        http.Response.Headers.ContentSecurityPolicy = VerdictPage.Policy + "; frame-ancestors 'none'";
        return Results.Content(page, "text/html; charset=utf-8");
    }
}
