using System.Globalization;
using System.Text;
using DocExchange.Hammer.Measuring;
using DocExchange.Hammer.Pages;

namespace DocExchange.Hammer.Reporting;

/// <summary>The result for people.</summary>
internal static class ResultTable
{
    private const int NameWidth = 46;

    public static string Of(HammerResult result)
    {
        var table = new StringBuilder();
        Line($"{result.Scenario}, {result.Suite}", $"{result.InFlight} in flight, {result.Offices} offices, {result.Seconds:0.#} s");
        Line("documents", $"{result.Documents}  ({result.DocumentsPerSecond:0.#}/s)");
        Line("deliveries, receipts", $"{result.DeliveriesPerSecond:0.#}/s, {result.ReceiptsPerSecond:0.#}/s");
        Line("accepted after, p50 p95 p99", Of(result.AcceptMs));
        Line("delivered after", Of(result.DeliveredMs));
        Line("signed for and archived after", Of(result.SignedForMs));
        Line("CPU a document, hub / nodes", $"{result.HubCpuMsPerDocument:0.##} ms / {result.NodeCpuMsPerDocument:0.##} ms");
        Line("most memory, hub / nodes", $"{result.PeakResidentMiB.Hub:0} MiB / {string.Join(", ", result.PeakResidentMiB.Nodes.Select(each => each.ToString("0", CultureInfo.InvariantCulture)))} MiB");
        Line("on disk, written a document", $"{result.BytesOnDiskPerDocument / 1024:0} KiB, {result.BytesWrittenPerDocument / 1024:0} KiB");
        foreach (var (name, value) in result.Particulars)
        {
            Line(name, value.ToString("0.##", CultureInfo.InvariantCulture));
        }

        foreach (var page in result.Pages)
        {
            var (ms, bytes) = (page.ServerMs, page.MostBytes / 1024.0);
            Line(page.Page, string.Create(CultureInfo.InvariantCulture, $"{ms.P50:0.#} / {ms.P95:0.#} / {ms.P99:0.#} ms, {page.CpuMs:0.#} ms of processor, {bytes:0} KiB{(page.IsWithinGoals ? "" : $"  beyond {PageFigures.GoalMs:0} ms at p95, {PageFigures.GoalBytes / 1024} KiB")}"));
        }

        Line("errors, lost, duplicated", $"{result.Errors}, {result.Lost}, {result.Duplicated}  ({result.Compared} documents compared)");
        var limits = result.Limits;
        Line("limits: sign, verify (one thread)", $"{limits.SignPerSecond:0}/s, {limits.VerifyPerSecond:0}/s; SM2 {limits.Sm2SignPerSecond:0}/s, {limits.Sm2VerifyPerSecond:0}/s");
        Line("limits: SHA-256, loopback TLS", $"{limits.Sha256MiBPerSecond:0} MiB/s, {limits.TlsMiBPerSecond:0} MiB/s");
        Line("limits: 100 KB append and sync", $"{limits.AppendSyncPerSecond:0}/s; documents are {100 * result.DocumentsPerSecond / limits.AppendSyncPerSecond:0.#} % of it");
        foreach (var note in result.Notes)
        {
            table.Append("  ").AppendLine(note);
        }

        return table.ToString();

        void Line(string name, string value) => table.Append(name.PadRight(NameWidth)).AppendLine(value);
    }

    private static string Of(Percentiles? times) => times is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{times.P50:0.#}  {times.P95:0.#}  {times.P99:0.#} ms");
}
