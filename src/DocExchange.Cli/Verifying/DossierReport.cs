using System.Globalization;
using DocExchange.Core.Dossiers;

namespace DocExchange.Cli.Verifying;

/// <summary>What a dossier tells of its document, beside the verdict on its signatures.</summary>
internal static class DossierReport
{
    private const int MaxText = 1_000;

    /// <summary>Null where the file is no dossier, or could not be read.</summary>
    public static object? Value(DossierSummary? dossier) => dossier is null ? null : new
    {
        document = dossier.Manifest.Document,
        package = dossier.Manifest.Package,
        number = dossier.Manifest.Number,
        title = dossier.Manifest.Title,
        issuedAt = Time(dossier.Manifest.IssuedAt),
        completeFor = dossier.Manifest.CompleteFor,
        checkpoint = dossier.Checkpoint is not { } checkpoint ? null : new
        {
            origin = checkpoint.Origin,
            size = checkpoint.Size,
            root = checkpoint.Root.ToString(),
            quorum = dossier.Manifest.Quorum,
            cosignatures = dossier.Cosignatures.Select(each => new { node = each.Verifier.Name, at = Time(each.At!.Value) }),
        },
        inclusionProofs = dossier.Proofs,
        existence = dossier.Existence is not { } proof ? null : new { time = Time(proof.Time), source = proof.Source },
        phase = dossier.Phase?.ToString(),
        recipients = dossier.Recipients.Count,
        delivered = dossier.Recipients.Count(row => row.DeliveredAt is not null),
        signedFor = dossier.Recipients.Count(row => row.IsSignedFor),
        returned = dossier.Recipients.Count(row => row.IsReturned),
        statements = dossier.Acts.Select(act => new { index = act.Index, type = act.Type, office = act.Office, actor = act.Actor, receivedAt = Time(act.ReceivedAt), effective = act.IsEffective }),
    };

    public static IEnumerable<string> Lines(Screen screen, DossierSummary? dossier)
    {
        foreach (var (name, value) in Rows(screen, dossier).Where(row => !string.IsNullOrEmpty(row.Value)))
        {
            yield return $"    {name}{screen.Say("：", ": ")}{value}";
        }

        foreach (var act in dossier?.Acts ?? [])
        {
            var without = act.IsEffective ? "" : screen.Say("（未生效）", " (without effect)");
            yield return $"    {act.Index,8}  {act.ReceivedAt:yyyy-MM-dd HH:mm:ss zzz}  {screen.Say(act.Chinese, act.Type)}{without}  {act.Office}  {act.Actor}".TrimEnd();
        }
    }

    public static IEnumerable<(string Name, string? Value)> Rows(Screen screen, DossierSummary? dossier)
    {
        if (dossier is null)
        {
            yield break;
        }

        yield return (screen.Say("公文", "Document"), Printable($"{dossier.Manifest.Number} {dossier.Manifest.Title}".Trim()));
        yield return (screen.Say("系统标识", "Document id"), Printable(dossier.Manifest.Document));
        yield return (screen.Say("卷宗制作时间", "Issued"), Time(dossier.Manifest.IssuedAt));
        yield return (screen.Say("凭证范围", "Statements"), dossier.Manifest.CompleteFor.Count == 0
            ? screen.Say("全部", "all")
            : screen.Say("仅与下列单位有关的：", "only what concerns ") + Printable(string.Join(screen.Say("、", ", "), dossier.Manifest.CompleteFor)));
        yield return (screen.Say("账本检查点", "Checkpoint"), dossier.Checkpoint is { } checkpoint
            ? screen.Say($"{checkpoint.Origin}，{checkpoint.Size} 条，{dossier.Proofs} 份存证证明成立", $"{checkpoint.Origin}, {checkpoint.Size} entries, {dossier.Proofs} inclusion proofs hold")
            : null);
        yield return (screen.Say("证明已存在", "Existed"), dossier.Existence is { } proof
            ? screen.Say($"不晚于 {Time(proof.Time)}（{proof.ChineseSource}）", $"by {Time(proof.Time)} ({proof.Source})")
            : screen.Say("只有中心时钟所记的时间", "only by the hub's clock"));
        yield return (screen.Say("签收情况", "Receipts"), screen.Say(
            $"应收 {dossier.Recipients.Count}，送达 {dossier.Recipients.Count(row => row.DeliveredAt is not null)}，签收 {dossier.Recipients.Count(row => row.IsSignedFor)}，退文 {dossier.Recipients.Count(row => row.IsReturned)}",
            $"{dossier.Recipients.Count} recipients, delivered {dossier.Recipients.Count(row => row.DeliveredAt is not null)}, signed for {dossier.Recipients.Count(row => row.IsSignedFor)}, returned {dossier.Recipients.Count(row => row.IsReturned)}"));
    }

    // Whoever made the file chose these words; a terminal takes some for commands.
    private static string Printable(string text) => new([.. text.Take(MaxText).Select(letter => char.IsControl(letter) ? ' ' : letter)]);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
