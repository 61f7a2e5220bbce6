using DocExchange.Hammer.Measuring;
using DocExchange.Hammer.Pages;

namespace DocExchange.Hammer.Scenarios;

/// <summary>What a scenario measured. Rates and CPU are of the window between two gauges.</summary>
internal sealed record RunFigures
{
    public required SiteGauge Before { get; init; }

    public required SiteGauge After { get; init; }

    public required TimeSpan Window { get; init; }

    /// <summary>Documents that went their whole way within the window.</summary>
    public int Documents { get; init; }

    /// <summary>Delivered statements of the window.</summary>
    public long Deliveries { get; init; }

    /// <summary>Delivered and SignedFor of the window, in the ledger.</summary>
    public long Receipts { get; init; }

    public Percentiles? Accept { get; init; }

    public Percentiles? Delivered { get; init; }

    public Percentiles? SignedFor { get; init; }

    public int Errors { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];

    public Census Census { get; init; } = Census.Nothing;

    /// <summary>Page by page; empty where none were fetched.</summary>
    public IReadOnlyList<PageFigures> Pages { get; init; } = [];

    /// <summary>Ids of the documents that were sent, where something is to run on the same site after.</summary>
    public IReadOnlySet<string> Sent { get; init; } = new HashSet<string>();

    /// <summary>What only this scenario has to say, in the order it is to be read.</summary>
    public IReadOnlyDictionary<string, double> Particulars { get; init; } = new Dictionary<string, double>();
}
