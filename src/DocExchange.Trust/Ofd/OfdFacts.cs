using System.Text.Json.Serialization;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>What was measured of the signatures of an OFD, in their order; it depends neither on time nor on trust.</summary>
/// <param name="Uncovered">Parts that no signature protects.</param>
public sealed record OfdFacts(IReadOnlyList<OfdSignatureFacts> Signatures, IReadOnlyList<string> Uncovered);

/// <summary>One signature: what its parts, its seal file and its list entry gave, and the bytes that were signed and that sign.</summary>
public sealed record OfdSignatureFacts
{
    public required string Id { get; init; }

    /// <summary>Of Signature.xml, as far as the file has it.</summary>
    public required string Path { get; init; }

    public string? Maker { get; init; }

    /// <summary>The time that Signature.xml states; it proves nothing.</summary>
    public DateTimeOffset? StatedAt { get; init; }

    /// <summary>Whether Signature.xml could be read.</summary>
    public bool IsDescribed { get; init; }

    /// <summary>Signature.xml, byte for byte.</summary>
    public ReadOnlyMemory<byte> SignatureFile { get; init; }

    /// <summary>SES_Signature or CMS, without armour; null where it could not be had, which the findings say.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>Where the value came from.</summary>
    public string? ValuePath { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Parts found as they were signed.</summary>
    public IReadOnlyList<string> Covered { get; init; } = [];

    /// <summary>What the digests of these were made with, in the names of the algorithm policy.</summary>
    public IReadOnlyList<string> PartDigests { get; init; } = [];

    /// <summary>Parts that were altered, damaged or removed.</summary>
    public IReadOnlyList<string> Altered { get; init; } = [];

    /// <summary>What of the document it leaves to other signatures; null where nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Finding? LeftToOthers { get; init; }

    internal long Size => SignatureFile.Length + (Value?.Length ?? 0);
}
