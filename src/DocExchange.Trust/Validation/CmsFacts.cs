using System.Text.Json.Serialization;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Validation;

/// <summary>What was measured of a CMS as a whole, and of each of its signers.</summary>
public sealed record CmsFacts
{
    public required int Version { get; init; }

    public required int TrailingBytes { get; init; }

    public required bool HasIndefiniteLength { get; init; }

    public required bool HasNonMinimalLength { get; init; }

    public required bool IsDer { get; init; }

    /// <summary>Whether the product itself would write the same bytes around these signers.</summary>
    public required bool IsOwnForm { get; init; }

    public required string OuterContentType { get; init; }

    public required string ContentType { get; init; }

    public required bool HasContent { get; init; }

    /// <summary>Content was handed over beside the CMS.</summary>
    public required bool HasGivenContent { get; init; }

    public required int UnreadableCertificates { get; init; }

    /// <summary>Those that came with the signature; only their signatures are believed.</summary>
    public required IReadOnlyList<Certificate> Certificates { get; init; }

    public required IReadOnlyList<RevocationList> RevocationLists { get; init; }

    public IReadOnlyList<OcspResponse> OcspResponses { get; init; } = [];

    public required IReadOnlyList<SignerFacts> Signers { get; init; }

    /// <summary>What was not read of the whole because of the limits; null where all was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Finding>? LeftOut { get; init; }
}
