using Spectre.Console;

namespace DocExchange.Cli.Demo;

/// <summary>What came of it, for people and for programs.</summary>
internal static class DemoReport
{
    /// <returns>Whether everything is as it should be.</returns>
    public static bool Show(Screen screen, DemoSite site, TimeSpan time, bool isKept)
    {
        var facts = site.Facts;
        var passed = facts is { Verification: "TOTAL_PASSED", Dossier: "TOTAL_PASSED" }
            && facts.Delivered == facts.Recipients && facts.SignedFor + facts.Returned == facts.Recipients && facts.ReturnReceived;
        var value = new
        {
            recipients = facts.Recipients,
            delivered = facts.Delivered,
            signedFor = facts.SignedFor,
            returned = facts.Returned,
            urged = facts.Urged,
            archived = facts.Volume.Length > 0,
            ledgerEntries = facts.LedgerEntries,
            verification = facts.Verification,
            dossier = facts.Dossier,
            seconds = Math.Round(time.TotalSeconds, 2),
            dataDirectory = isKept || site.Options.Serve ? site.Folder : null,
            number = site.Sent.Number,
            documentId = site.Sent.DocumentId,
            packageId = site.Sent.PackageId,
            volume = facts.Volume,
            statements = facts.Statements,
            inclusionProofs = facts.InclusionProofs,
            deliveredBeforeReconnect = facts.DeliveredBeforeReturn,
            faults = facts.Faults,
            desks = site.Options.Serve ? site.Nodes.Select(node => new { office = node.Shown.Id, name = node.Shown.Name, url = node.PagesAddress, users = node.Users }) : null,
            console = site.Options.Serve ? new { url = site.ConsoleAddress, users = site.ConsoleUsers } : null,
            phases = facts.Timings.Select(timing => new { phase = timing.Phase, seconds = Math.Round(timing.Time.TotalSeconds, 2) }),
        };
        screen.Show(value);
        if (!screen.IsJson)
        {
            Draw(screen, site, time, isKept);
        }

        return passed;
    }

    private static void Draw(Screen screen, DemoSite site, TimeSpan time, bool isKept)
    {
        var facts = site.Facts;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen.Terminal.Output) });
        var table = new Table { Title = new TableTitle(Markup.Escape($"{site.Sent.Number}《{site.Options.Title}》")) };
        table.AddColumns(screen.Say("项目", "What"), screen.Say("结果", "Result"));
        Row(screen.Say("收文单位", "Recipients"), facts.Recipients);
        Row(screen.Say("已送达", "Delivered"), facts.Delivered);
        Row(screen.Say("已签收", "Signed for"), facts.SignedFor);
        Row(screen.Say("已退回", "Returned"), $"{facts.Returned}  {facts.ReturnReason}");
        Row(screen.Say("被催办", "Urged"), facts.Urged);
        Row(screen.Say("档案卷", "Archive volume"), facts.Volume);
        Row(screen.Say("账本条目", "Ledger entries"), facts.LedgerEntries);
        Row(screen.Say("凭证", "Statements"), facts.Statements);
        Row(screen.Say("验证结论", "Verification"), facts.Verification);
        Row(screen.Say("证据卷宗", "Dossier"), facts.Dossier);
        foreach (var fault in facts.Faults.Take(10))
        {
            Row("", fault);
        }

        console.Write(table);
        var times = new Table();
        times.AddColumns(screen.Say("阶段", "Phase"), screen.Say("用时（秒）", "Seconds"));
        foreach (var (phase, spent) in facts.Timings)
        {
            times.AddRow(Markup.Escape(phase), $"{spent.TotalSeconds:0.0}");
        }

        times.AddRow(screen.Say("合计", "Total"), $"{time.TotalSeconds:0.0}");
        console.Write(times);
        if (isKept)
        {
            screen.Tell(
                $"数据在 {site.Folder}。离线验证：docex verify {site.Folder}/dossier.zip --trust {site.Folder}/trust.pem，或解开后 sh verify.sh",
                $"The data is in {site.Folder}. To verify offline: docex verify {site.Folder}/dossier.zip --trust {site.Folder}/trust.pem, or unzip it and sh verify.sh");
        }

        void Row(string name, object result) => table.AddRow(Markup.Escape(name), Markup.Escape(result.ToString() ?? ""));
    }
}
