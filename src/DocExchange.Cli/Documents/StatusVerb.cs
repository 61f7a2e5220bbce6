using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary><c>docex status</c>: the status board of a document.</summary>
internal sealed class StatusVerb(Terminal terminal) : DocumentVerb(terminal, "status", "签收情况", "Who has signed for a document")
{
    protected override int Show(Screen screen, ShowReply shown)
    {
        var summary = shown.Document.Summary;
        screen.Show(
            new
            {
                documentId = summary.DocumentId,
                number = summary.Number,
                title = summary.Title,
                phase = summary.Phase,
                recipients = summary.Recipients,
                delivered = summary.HasDelivered ? summary.Delivered : (uint?)null,
                signedFor = summary.HasSignedFor ? summary.SignedFor : (uint?)null,
                returned = summary.HasReturned ? summary.Returned : (uint?)null,
                volume = summary.Volume,
                ledger = LedgerLine.Value(shown.Ledger),
                rejections = shown.Document.Rejections,
                rows = shown.Document.Recipients.Select(BoardRow.Value),
            },
            [
                $"{summary.Number}《{summary.Title}》  {StateWords.Phase(screen, summary.Phase)}",
                summary.HasSignedFor
                    ? screen.Say(
                        $"收文 {summary.Recipients}，送达 {summary.Delivered}，签收 {summary.SignedFor}，退回 {summary.Returned}",
                        $"{summary.Recipients} recipients, {summary.Delivered} delivered, {summary.SignedFor} signed, {summary.Returned} returned")
                    : screen.Say($"收文 {summary.Recipients}，其他单位的签收情况只有发文单位可见", $"{summary.Recipients} recipients; how the others received it only the sender sees"),
                .. LedgerLine.Lines(screen, shown.Ledger),
                .. shown.Document.Rejections.Select(reason => "! " + reason),
                .. shown.Document.Recipients.Select(row => BoardRow.Line(screen, row)),
            ]);
        return ExitCode.Ok;
    }
}
