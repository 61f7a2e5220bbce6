using System.Text.Json;
using System.Text.Json.Serialization;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Node.Records;
using DocExchange.Trust.Faults;

namespace DocExchange.Node.Keys;

/// <summary>node.json: who this node is and where its hub is. Written once, at the end of the enrolment.</summary>
internal sealed record NodeFile
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true };

    public int Version { get; init; } = 1;

    public required string Exchange { get; init; }

    /// <summary>Party id of the node.</summary>
    public required string Node { get; init; }

    public required string Name { get; init; }

    /// <summary>host:port of the hub's Exchange listener.</summary>
    public required string HubAddress { get; init; }

    /// <summary>The name the hub's TLS certificate must carry.</summary>
    public required string HubName { get; init; }

    /// <summary>The ledger's verifier key (C2SP vkey), pinned.</summary>
    public required string LedgerKey { get; init; }

    /// <summary>SHA-256 of the root certificate above the hub's TLS certificate, pinned.</summary>
    public required string RootSha256 { get; init; }

    /// <summary>Party ids of the offices whose keys are here.</summary>
    public required IReadOnlyList<string> Offices { get; init; }

    /// <summary>The signed checkpoint that every later one continues, pinned; null at a node of an older version.</summary>
    public byte[]? Genesis { get; init; }

    /// <summary>Cosignatures that make a checkpoint witnessed, pinned; 0 at a node of an older version.</summary>
    public int WitnessQuorum { get; init; }

    /// <summary>Party ids of the witnesses, pinned; empty: every node.</summary>
    public IReadOnlyList<string> Witnesses { get; init; } = [];

    [JsonIgnore]
    public WitnessPolicy? WitnessPolicy => WitnessQuorum == 0 ? null : WitnessPolicy.Of(WitnessQuorum, [.. Witnesses.Select(PartyId.Parse)]);

    [JsonIgnore]
    public PartyId Id => PartyId.Parse(Node);

    public void Write(DataFolder folder) => Write(folder.NodeFile);

    public void Write(string path) => DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, Form));

    /// <exception cref="InvalidOperationException">The node is not enrolled, or the file is damaged.</exception>
    public static NodeFile Read(DataFolder folder)
    {
        if (!File.Exists(folder.NodeFile))
        {
            throw new FailedException(
                "SETUP",
                $"{folder.Root} 中没有已登记的节点。请先执行 docex node enrol --data {folder.Root} --invitation 邀请文件。",
                $"There is no enrolled node in {folder.Root}. Run 'docex node enrol --data {folder.Root} --invitation FILE' first.");
        }

        try
        {
            return JsonSerializer.Deserialize<NodeFile>(File.ReadAllBytes(folder.NodeFile), Form) ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException fault)
        {
            throw new FailedException("SETUP", $"{folder.NodeFile} 不可读：{FaultWords.Of(fault)}", $"{folder.NodeFile} cannot be read: {fault.Message}", fault);
        }
    }
}
