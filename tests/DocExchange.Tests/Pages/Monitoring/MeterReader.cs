using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DocExchange.Tests.Pages.Monitoring;

/// <param name="Labels">As <c>reason=REVOKED</c>, in order.</param>
internal sealed record Reading(string Metric, double Value, string Labels);

/// <summary>Hears one meter, as an exporter would.</summary>
internal sealed class MeterReader : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<Instrument> instruments = new();
    private readonly ConcurrentQueue<Reading> readings = new();

    public MeterReader(Meter meter)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter)
            {
                instruments.Enqueue(instrument);
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Note(instrument, value, labels));
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Note(instrument, value, labels));
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Note(instrument, value, labels));
        listener.Start();
    }

    /// <summary>Name, unit and kind of all there are, as a line of README has them.</summary>
    public IEnumerable<string> Described => instruments.Select(each => $"{each.Name} {each.Unit} {KindOf(each)}".Replace("  ", " ", StringComparison.Ordinal));

    public IReadOnlyCollection<Reading> Readings => readings;

    /// <summary>Reads the gauges too, and adds up what was counted under these labels.</summary>
    public double Total(string metric, string labels = "") => Read().Where(each => each.Metric == metric && each.Labels == labels).Sum(each => each.Value);

    public IReadOnlyList<Reading> Read()
    {
        listener.RecordObservableInstruments();
        return [.. readings];
    }

    public void Dispose() => listener.Dispose();

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "ObservableGauge" => "gauge",
        var kind => kind.ToLowerInvariant(),
    };

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        readings.Enqueue(new Reading(instrument.Name, value, string.Join(' ', labels.ToArray().Select(label => $"{label.Key}={label.Value}"))));
}
