using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Demo;

/// <summary>Clerks sign for the document, one returns it; the sender urges the last ones, and they sign too.</summary>
internal sealed class ReceiptPhase() : DemoPhase("签收、退文、催办", "Sign for, return, urge")
{
    private const int InFlight = 16;
    private const string Reason = "附件与本单位职责无关，请核对主送范围后重发。";

    // One in so many recipients is slow and must be urged.
    private const int SlowOneIn = 20;

    public override async Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation)
    {
        var clerks = site.Offices.Recipients.Select((office, at) => (Office: office, Clerk: SamplePeople.ClerkOf(office, at), Node: NodeOf(site, office))).ToList();
        var returning = clerks[0];
        var slow = clerks[^Math.Max(1, clerks.Count / SlowOneIn)..];
        var prompt = clerks.Except([returning, .. slow]).ToList();

        await SignAsync(prompt);
        await ActAsync(returning.Node, new ActRequest { Office = returning.Office.Id, Type = "Returned", Text = Reason, Person = returning.Clerk });
        await UntilAsync("签收、退文反映到办公厅", "receipts on the sender's board", board => board.SignedFor == prompt.Count && board.Returned == 1);

        await ActAsync(site.General, new ActRequest { Office = SampleOffices.GeneralOffice, Type = "Urged", Person = SamplePeople.Dispatcher });
        await ActAsync(site.General, new ActRequest { Office = SampleOffices.GeneralOffice, Type = "ReturnReceived", Recipients = { returning.Office.Id }, Person = SamplePeople.Dispatcher });
        await UntilAsync("催办反映到签收情况", "the urging on the board", board => slow.All(each => board.Rows.Any(row => DemoBoard.IsOf(row, each.Office) && row.Urged > 0)));
        display.Note($"{returning.Office.Name}退文；向未签收的 {slow.Count} 个单位催办", $"one office returned it; {slow.Count} that have not signed are urged");

        await SignAsync(slow);
        await UntilAsync("其余单位签收", "the rest signed for", board => board.SignedFor == prompt.Count + slow.Count);
        Record(site, await DemoBoard.ReadAsync(site, cancellation));

        Task SignAsync(IReadOnlyList<(SampleOffice Office, Person Clerk, DemoNode Node)> who) => Parallel.ForEachAsync(
            who,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellation },
            async (each, _) => await ActAsync(each.Node, new ActRequest { Office = each.Office.Id, Type = "SignedFor", Person = each.Clerk }));

        async Task ActAsync(DemoNode node, ActRequest act)
        {
            act.DocumentId = site.Sent.DocumentId;
            await node.Desk.ActAsync(act, cancellationToken: cancellation);
        }

        Task UntilAsync(string chinese, string english, Func<DemoBoard, bool> isSo) => site.UntilAsync(
            chinese, english,
            async () =>
            {
                var board = await DemoBoard.ReadAsync(site, cancellation);
                display.Show(board);
                display.Count("签收", "signed for", board.SignedFor, site.Facts.Recipients);
                return isSo(board);
            },
            cancellation);
    }

    private static DemoNode NodeOf(DemoSite site, SampleOffice office) => site.Districts.Offices.Contains(office) ? site.Districts : site.Departments;

    private static void Record(DemoSite site, DemoBoard board)
    {
        var facts = site.Facts;
        facts.Delivered = board.Delivered;
        facts.SignedFor = board.SignedFor;
        facts.Returned = board.Returned;
        facts.ReturnReason = board.Rows.First(row => row.ReturnedAt.Length > 0).ReturnReason;
        facts.Urged = board.Urged;
    }
}
