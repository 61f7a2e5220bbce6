namespace DocExchange.Cli.Demo;

/// <summary>What the product answered, phase by phase; nothing in here is assumed.</summary>
internal sealed class DemoFacts
{
    public int Recipients { get; set; }

    public int Delivered { get; set; }

    public int SignedFor { get; set; }

    public int Returned { get; set; }

    public string ReturnReason { get; set; } = "";

    public bool ReturnReceived { get; set; }

    /// <summary>Recipients whose row says they were urged.</summary>
    public int Urged { get; set; }

    /// <summary>Delivered while the one node was cut off.</summary>
    public int DeliveredBeforeReturn { get; set; }

    public string Volume { get; set; } = "";

    public int Found { get; set; }

    public long PackageSize { get; set; }

    public int Statements { get; set; }

    public int InclusionProofs { get; set; }

    public ulong LedgerEntries { get; set; }

    public string Verification { get; set; } = "";

    /// <summary>The verdict on the dossier.</summary>
    public string Dossier { get; set; } = "";

    public IReadOnlyList<string> Faults { get; set; } = [];

    public List<(string Phase, TimeSpan Time)> Timings { get; } = [];
}
