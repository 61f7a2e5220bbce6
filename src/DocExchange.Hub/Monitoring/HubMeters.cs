using System.Diagnostics.Metrics;
using DocExchange.Core.Refusals;

namespace DocExchange.Hub.Monitoring;

/// <summary>
/// What the hub counts as it happens. Costs next to nothing while nobody listens. Names follow OpenTelemetry's conventions,
/// units are UCUM; a label has one of a few values that are fixed, never the name of an office or a document.
/// </summary>
internal sealed class HubMeters : IDisposable
{
    public const string Name = "DocExchange.Hub";

    private static readonly InstrumentAdvice<double> OfAppending = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] };
    private static readonly InstrumentAdvice<int> OfBatches = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] };

    // As the conventions for RPC say.
    private static readonly InstrumentAdvice<double> OfCalls = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };

    private readonly TimeProvider clock;
    private readonly Counter<long> appended;
    private readonly Histogram<int> batches;
    private readonly Histogram<double> appending;
    private readonly Counter<long> refused;
    private readonly Counter<long> judged;
    private readonly Histogram<double> calls;

    public HubMeters(TimeProvider clock)
    {
        this.clock = clock;
        appended = Meter.CreateCounter<long>("docexchange.hub.ledger.appended", "{entry}", "Entries appended since the start.");
        batches = Meter.CreateHistogram("docexchange.hub.ledger.batch.size", "{entry}", "Entries appended with one sync.", advice: OfBatches);
        appending = Meter.CreateHistogram("docexchange.hub.ledger.append.duration", "s", "Appending a batch and bringing it to disk.", advice: OfAppending);
        refused = Meter.CreateCounter<long>("docexchange.hub.statements.refused", "{statement}", "Statements refused, by reason.");
        judged = Meter.CreateCounter<long>("docexchange.hub.packages.judged", "{package}", "Packages accepted and rejected.");
        calls = Meter.CreateHistogram("rpc.server.call.duration", "s", "gRPC calls, by method and status.", advice: OfCalls);
    }

    public Meter Meter { get; } = new(Name);

    /// <summary>The beginning of something whose duration is measured.</summary>
    public long Begin() => clock.GetTimestamp();

    public void Appended(int entries, long begun)
    {
        appended.Add(entries);
        batches.Record(entries);
        appending.Record(clock.GetElapsedTime(begun).TotalSeconds);
    }

    public void Refused(Refusal reason) => refused.Add(1, KeyValuePair.Create("reason", (object?)reason.ToReason()));

    public void Judged(bool isAccepted) => judged.Add(1, KeyValuePair.Create("outcome", (object?)(isAccepted ? "accepted" : "rejected")));

    /// <param name="method">Service and method, one of those the hub offers.</param>
    /// <param name="status">Name of the status, such as <c>DEADLINE_EXCEEDED</c>.</param>
    public void Called(string method, string status, long begun) => calls.Record(
        clock.GetElapsedTime(begun).TotalSeconds,
        KeyValuePair.Create("rpc.system.name", (object?)"grpc"), KeyValuePair.Create("rpc.method", (object?)method), KeyValuePair.Create("rpc.response.status_code", (object?)status));

    public void Dispose() => Meter.Dispose();
}
