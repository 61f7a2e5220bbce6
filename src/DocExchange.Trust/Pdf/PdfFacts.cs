using System.Text.Json.Serialization;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Pdf;

/// <summary>What was measured of the signatures of a PDF, in the order of what they cover; it depends neither on time nor on trust.</summary>
public sealed record PdfFacts(IReadOnlyList<PdfSignatureFacts> Signatures);

/// <summary>One signature: where it stands, its value, and the digests of what it covers.</summary>
public sealed record PdfSignatureFacts
{
    /// <summary>Where the first range ends: the &lt; of Contents.</summary>
    public required long GapStart { get; init; }

    /// <summary>Where the second range begins: after the &gt;.</summary>
    public required long GapEnd { get; init; }

    /// <summary>Where the second range ends.</summary>
    public required long End { get; init; }

    public string? SubFilter { get; init; }

    public string? Filter { get; init; }

    /// <summary>Contents, with the zeros that fill it up.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>By what the value asks for; null where hashing was more work than is done for one file, or there was nothing to hash for.</summary>
    public IReadOnlyDictionary<DigestAlgorithm, ReadOnlyMemory<byte>>? Digests { get; init; }

    /// <summary>
    /// Whether what it covers reads like the signed attributes of another signature: readers take the header of a PDF anywhere
    /// in the first 1,024 bytes. Null where nobody has looked.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsLikeAttributes { get; init; }

    /// <summary>What it covers of the file.</summary>
    public required Finding Coverage { get; init; }

    internal PdfSignatureField Field => new(0, GapStart, GapEnd, End, SubFilter, Filter);
}
