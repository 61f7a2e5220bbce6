using System.Text.Encodings.Web;
using System.Text.Json;

namespace DocExchange.Durability.Backups;

/// <summary>
/// What a backup is of and how far it reaches: <c>backup.json</c>, named in the manifest like every file. A ledger of
/// <see cref="LedgerSize"/> entries with the root <see cref="Root"/> is what a hub's backup holds, or what a node's last saw.
/// </summary>
/// <param name="Kind"><c>hub</c> or <c>node</c>.</param>
/// <param name="Holder">Party id of the hub or the node.</param>
/// <param name="Time">When the ledger was pinned.</param>
/// <param name="LedgerOrigin">Which ledger: the exchange and its epoch.</param>
/// <param name="Root">Hexadecimal; empty where a node has seen no checkpoint yet.</param>
/// <param name="Checkpoint">The newest signed checkpoint that the backup covers, as a note; empty where there is none.</param>
public sealed record BackupDescription(
    string Format, string Kind, string Exchange, string Holder, DateTimeOffset Time, string LedgerOrigin, long LedgerSize, string Root, string Checkpoint)
{
    public const string FileName = "backup.json";
    public const string CurrentFormat = "docexchange-backup/1";
    public const string OfHub = "hub";
    public const string OfNode = "node";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="FormatException">It is no description, or one of a later version.</exception>
    public static BackupDescription Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var parsed = JsonSerializer.Deserialize<BackupDescription>(bytes, Json);
            return parsed is { Format: CurrentFormat, Kind: not null, Exchange: not null, Holder: not null, LedgerOrigin: not null, LedgerSize: >= 0, Root: not null, Checkpoint: not null }
                ? parsed
                : throw new FormatException($"Its format is '{parsed?.Format}'; this version reads {CurrentFormat}.");
        }
        catch (JsonException fault)
        {
            throw new FormatException(fault.Message, fault);
        }
    }
}
