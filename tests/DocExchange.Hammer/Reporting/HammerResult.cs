using System.Text.Encodings.Web;
using System.Text.Json;
using DocExchange.Hammer.Measuring;
using DocExchange.Hammer.Pages;
using DocExchange.Hammer.Scenarios;

namespace DocExchange.Hammer.Reporting;

/// <param name="Nodes">The sender's first.</param>
internal sealed record PeakResidentMiB(double Hub, IReadOnlyList<double> Nodes);

/// <summary>What is printed. Null says that it was not, or could not be, measured; <see cref="Notes"/> says why.</summary>
internal sealed record HammerResult
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required string Scenario { get; init; }

    public required string Suite { get; init; }

    public required int InFlight { get; init; }

    public required int Offices { get; init; }

    public required double Seconds { get; init; }

    public required int Documents { get; init; }

    public required double DocumentsPerSecond { get; init; }

    public required double DeliveriesPerSecond { get; init; }

    public required double ReceiptsPerSecond { get; init; }

    public required Percentiles? AcceptMs { get; init; }

    public required Percentiles? DeliveredMs { get; init; }

    public required Percentiles? SignedForMs { get; init; }

    public required double? HubCpuMsPerDocument { get; init; }

    public required double? NodeCpuMsPerDocument { get; init; }

    public required PeakResidentMiB PeakResidentMiB { get; init; }

    public required double? BytesOnDiskPerDocument { get; init; }

    public required double? BytesWrittenPerDocument { get; init; }

    public double? FsyncsPerDocument => null;

    public required int Errors { get; init; }

    public required int Lost { get; init; }

    public required int Duplicated { get; init; }

    /// <summary>Documents looked for afterwards, those of the warm-up included.</summary>
    public required int Compared { get; init; }

    public required IReadOnlyDictionary<string, double> Particulars { get; init; }

    public required IReadOnlyList<PageFigures> Pages { get; init; }

    public required MachineLimits Limits { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public static HammerResult Of(HammerOptions options, RunFigures run, MachineLimits limits) => new()
    {
        Scenario = options.Scenario,
        Suite = options.Suite,
        InFlight = options.InFlight,
        Offices = options.Offices,
        Seconds = Math.Round(run.Window.TotalSeconds, 2),
        Documents = run.Documents,
        DocumentsPerSecond = PerSecond(run.Documents, run),
        DeliveriesPerSecond = PerSecond(run.Deliveries, run),
        ReceiptsPerSecond = PerSecond(run.Receipts, run),
        AcceptMs = run.Accept,
        DeliveredMs = run.Delivered,
        SignedForMs = run.SignedFor,
        HubCpuMsPerDocument = PerDocument((run.After.Hub.Cpu - run.Before.Hub.Cpu).TotalMilliseconds, run),
        NodeCpuMsPerDocument = PerDocument((run.After.NodeCpu - run.Before.NodeCpu).TotalMilliseconds, run),
        PeakResidentMiB = new PeakResidentMiB(run.After.Hub.PeakResidentMiB, [.. run.After.Nodes.Select(node => node.PeakResidentMiB)]),
        BytesOnDiskPerDocument = PerDocument(run.After.BytesOnDisk - run.Before.BytesOnDisk, run),
        BytesWrittenPerDocument = PerDocument(run.After.WrittenBytes - run.Before.WrittenBytes, run),
        Errors = run.Errors,
        Lost = run.Census.Lost,
        Duplicated = run.Census.Duplicated,
        Compared = run.Census.Sent,
        Particulars = run.Particulars,
        Pages = run.Pages,
        Limits = limits,
        Notes = ["fsyncsPerDocument: the kernel keeps no count of them for a process", .. run.Problems, .. run.Census.Problems],
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    private static double PerSecond(long count, RunFigures run) => Math.Round(count / run.Window.TotalSeconds, 1);

    private static double? PerDocument(double amount, RunFigures run) => run.Documents == 0 ? null : Math.Round(amount / run.Documents, 2);
}
