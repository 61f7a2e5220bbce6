using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DocExchange.Core.Dossiers;

/// <param name="Index">Ledger index.</param>
/// <param name="Id">SHA-256 of the statement's content.</param>
/// <param name="File">Where its signed bytes are.</param>
public sealed record DossierStatement(long Index, string Id, string Type, string Issuer, string File);

/// <param name="Index">Ledger index of the DirectoryPublished that put it in force.</param>
public sealed record DossierDirectory(long Version, long Index, string Sha256);

public sealed record DossierCheckpoint(string Origin, long Size, string Root);

/// <summary>What a dossier says it holds, as JSON. The hub's signature over SHA256SUMS covers it. Readers skip members they do not know.</summary>
public sealed record DossierManifest
{
    public const string CurrentFormat = "docexchange-dossier/1";

    public const int MaxSize = 16 * 1024 * 1024;

    /// <summary>Stamped checkpoints: three are enough for any document.</summary>
    public const int MaxTimestamps = 64;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 8,
    };

    public required string Format { get; init; }

    public required string Exchange { get; init; }

    public required string Document { get; init; }

    public required string Package { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }

    /// <summary>The hub's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>
    /// The offices for which the hub says that nothing below the checkpoint is left out: every statement on the document that
    /// concerns them is here. Empty where that is said of all statements on the document.
    /// </summary>
    public required IReadOnlyList<string> CompleteFor { get; init; }

    public required DossierCheckpoint Checkpoint { get; init; }

    /// <summary>Cosignatures that make a checkpoint witnessed.</summary>
    public required int Quorum { get; init; }

    /// <summary>The nodes that are witnesses; empty where every node is.</summary>
    public required IReadOnlyList<string> Witnesses { get; init; }

    /// <summary>On the document, in ledger order.</summary>
    public required IReadOnlyList<DossierStatement> Statements { get; init; }

    /// <summary>The hub's own on which these rest: directories, revocations, time-stamps.</summary>
    public required IReadOnlyList<DossierStatement> Announcements { get; init; }

    public required IReadOnlyList<DossierDirectory> Directories { get; init; }

    /// <summary>Sizes of the stamped checkpoints.</summary>
    public required IReadOnlyList<long> Timestamps { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="FormatException">The bytes are no manifest of a version that is known here.</exception>
    public static DossierManifest Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<DossierManifest>(json, Options) ?? throw new FormatException("The dossier says nothing of itself.");
            manifest.CheckLists();
            return manifest.Format == CurrentFormat ? manifest : throw new FormatException($"The dossier has the format '{manifest.Format}'; '{CurrentFormat}' is known here.");
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{DossierLayout.Manifest} cannot be read at {fault.Path ?? "$"}, line {fault.LineNumber + 1}: {fault.Message}", fault);
        }
    }

    // What JSON can say and the members' types do not rule out.
    private void CheckLists()
    {
        object?[] all = [.. CompleteFor, .. Witnesses, .. Statements, .. Announcements, .. Directories];
        if (all.Contains(null) || Timestamps.Count > MaxTimestamps || Timestamps.Distinct().Count() != Timestamps.Count || Timestamps.Any(size => size < 1))
        {
            throw new FormatException($"{DossierLayout.Manifest} holds an empty place in a list, or more than {MaxTimestamps} time-stamps.");
        }
    }
}
