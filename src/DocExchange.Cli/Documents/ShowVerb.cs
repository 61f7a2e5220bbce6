using DocExchange.Core.Documents;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex show</c>: what a document is, its parts, and the node's verdict.</summary>
internal sealed class ShowVerb(Terminal terminal) : DocumentVerb(terminal, "show", "查看公文及验证结论", "Show a document and its verdict")
{
    protected override int Show(Screen screen, ShowReply shown)
    {
        var summary = shown.Document.Summary;
        screen.Show(
            new
            {
                documentId = summary.DocumentId,
                packageId = summary.PackageId,
                number = summary.Number,
                title = summary.Title,
                type = summary.DocumentType,
                urgency = summary.Urgency,
                sender = summary.Sender,
                issuers = summary.Issuers,
                phase = summary.Phase,
                acceptedAt = summary.AcceptedAt,
                ledger = LedgerLine.Value(shown.Ledger),
                indication = shown.Indication,
                findings = shown.Findings,
                parts = shown.Parts.Select(part => new { path = part.Path, mediaType = part.MediaType, size = part.Size, sha256 = Convert.ToHexStringLower(part.Sha256.Span) }),
                rows = shown.Document.Recipients.Select(BoardRow.Value),
                metadata = shown.Metadata.ToStringUtf8(),
            },
            [
                $"{summary.Number}《{summary.Title}》  {TypeName(summary.DocumentType)}  {summary.Urgency}".Trim(),
                screen.Say($"发文：{summary.Sender}（{string.Join("、", summary.Issuers)}）", $"From {summary.Sender} ({string.Join(", ", summary.Issuers)})"),
                .. Further(shown).Select(element => screen.Say($"{element.Chinese}：{element.Value}", $"{element.English}: {element.Value}")),
                .. LedgerLine.Lines(screen, shown.Ledger),
                shown.Indication.Length > 0
                    ? screen.Say($"验证结论：{shown.Indication}", $"Verdict: {shown.Indication}")
                    : screen.Say("由本节点制作，未另行验证", "Made by this node, which does not judge its own documents"),
                .. shown.Findings.Select(finding => "    " + finding),
                .. shown.Parts.Select(part => $"  {part.Path}  {part.Size}"),
                .. shown.Document.Recipients.Select(row => BoardRow.Line(screen, row)),
            ]);
        return ExitCode.Ok;
    }

    private static IReadOnlyList<NamedElement> Further(ShowReply shown) =>
        DocumentMetadata.TryParse(shown.Metadata.Span, out _) is { } metadata ? FurtherElements.Of(metadata) : [];

    private static string TypeName(string code) => DocumentTypes.TryFromCode(code, out var type) ? type.Chinese() : code;
}
