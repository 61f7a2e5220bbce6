using DocExchange.Node.Records;

namespace DocExchange.Node.Auditing;

/// <summary>The last checkpoint this node cosigned, or was about to cosign.</summary>
internal interface IWitnessMemory
{
    /// <summary>The note as the ledger signed it; null before the first.</summary>
    byte[]? Last { get; }

    /// <summary>Returns only after the note is on disk. After an error assume that it may have been written.</summary>
    void Keep(byte[] note);
}

/// <summary>In the node's database: one transaction, on disk when it returns.</summary>
internal sealed class WitnessMemory(NodeRecords records) : IWitnessMemory
{
    private const string Name = "cosigned checkpoint";

    public byte[]? Last => records.Setting(Name)?.Content;

    public void Keep(byte[] note) => records.Write(() => records.Set(Name, 0, note));
}
