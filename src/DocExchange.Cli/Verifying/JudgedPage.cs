using DocExchange.Core.Verdicts;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>A judged file as the page that offices and this program share.</summary>
internal static class JudgedPage
{
    public static string Of(Screen screen, ShownVerdict shown) => VerdictPage.Of(
        screen.Say,
        new VerdictHead(Path.GetFileName(shown.Path), VerdictReport.Name(screen, shown.Judged.Kind), shown.Judged.Facts?.Sha256, shown.At, shown.Policy)
        {
            More = DossierReport.Rows(screen, shown.Judged.Dossier?.Summary),
            Parts = shown.Judged.Dossier?.Parts,
        },
        shown.Judged.Verdict,
        shown.Judged.Facts?.Seals.Select(PictureOf) ?? []);

    /// <summary>As a data URI; null where the seal cannot be read or its picture is none that may be shown.</summary>
    private static string? PictureOf(SealFacts facts)
    {
        try
        {
            var picture = (facts.Covered is null && facts.Path is null ? Alone(facts) : SealSignature.Parse(facts.Encoded).Seal).Picture;
            return picture.DisplayType is { } type ? $"data:{type};base64,{Convert.ToBase64String(picture.Data.Span)}" : null;
        }
        catch (SealFormatException)
        {
            return null;
        }
    }

    private static Seal Alone(SealFacts facts)
    {
        try
        {
            return Seal.Parse(facts.Encoded);
        }
        catch (SealFormatException)
        {
            return SealSignature.Parse(facts.Encoded).Seal;
        }
    }
}
