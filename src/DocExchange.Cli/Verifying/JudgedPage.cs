using DocExchange.Core.Verdicts;

namespace DocExchange.Cli.Verifying;

/// <summary>A judged file as the page that offices and this program share.</summary>
internal static class JudgedPage
{
    public static string Of(Screen screen, ShownVerdict shown) => VerdictPage.Of(
        screen.Say,
        new VerdictHead(Path.GetFileName(shown.Path), VerdictReport.Name(screen, shown.Judged.Kind), shown.Judged.Sha256, shown.At, shown.Policy)
        {
            More = DossierReport.Rows(screen, shown.Judged.Dossier?.Summary),
            Parts = shown.Judged.Dossier?.Parts,
            Seals = shown.Judged.Seals,
            Document = shown.Judged.Document,
            Body = shown.Judged.Body,
        },
        shown.Judged.Verdict);
}
