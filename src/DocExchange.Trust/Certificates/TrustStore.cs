using System.Text.Json.Serialization;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// What a judgement stands on: the trust anchors, further certificates that may complete a path, and revocation
/// lists. Immutable; make a new one when something changes.
/// </summary>
public sealed record TrustStore(IReadOnlyList<Certificate> Anchors, IReadOnlyList<Certificate> Intermediates, IReadOnlyList<RevocationList> RevocationLists)
{
    public static readonly TrustStore Empty = new([], [], []);

    /// <summary>
    /// Sorts certificates as a PEM bundle holds them: self-signed ones become anchors, the others intermediates, those among them by which
    /// an authority certified its own new key (RFC 4210 §4.4).
    /// </summary>
    public static TrustStore Of(IEnumerable<Certificate> certificates, IEnumerable<RevocationList> lists)
    {
        var all = certificates.Distinct().ToList();
        return new TrustStore(
            [.. all.Where(certificate => certificate.IsSelfSigned)],
            [.. all.Where(certificate => !certificate.IsSelfSigned)],
            [.. lists]);
    }

    /// <summary>OCSP answers beside the revocation lists.</summary>
    public IReadOnlyList<OcspResponse> OcspResponses { get; init; } = [];

    /// <summary>
    /// Anchors for the certificates of seal makers (制章人), for these alone; null where <see cref="Anchors"/> serve for both, so
    /// that whoever is certified below one of them can make a seal in any unit's name.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Certificate>? SealMakers { get; init; }

    public TrustStore With(params IEnumerable<RevocationList> lists) => this with { RevocationLists = [.. RevocationLists, .. lists] };

    public TrustStore With(params IEnumerable<OcspResponse> answers) => this with { OcspResponses = [.. OcspResponses, .. answers] };
}
