using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Timestamps;

/// <summary>What is demanded of a time-stamp, apart from what is found in it.</summary>
public sealed record TimestampPolicy
{
    public static readonly TimestampPolicy Default = new();

    /// <summary>Object identifiers of acceptable authority policies; null where any is.</summary>
    public IReadOnlySet<string>? AcceptedPolicies { get; init; }

    /// <summary>How inexact the clock may be; null where any accuracy, or none stated, will do.</summary>
    public TimeSpan? MaxInaccuracy { get; init; }

    /// <summary>How far genTime may lie ahead of the time of judgement before it is a finding.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether an authority's certificate without fresh revocation data keeps the verdict from passing.</summary>
    public bool RevocationRequired { get; init; } = true;

    /// <summary>How long a revocation list without nextUpdate is current.</summary>
    public TimeSpan MaxListAge { get; init; } = CertificatePathOptions.Default.MaxListAge;

    /// <summary>Of the keys in the authority's certificates.</summary>
    public int MinRsaBits { get; init; } = CertificatePathOptions.Default.MinRsaBits;

    /// <inheritdoc cref="CertificatePathOptions.VerifiedAt"/>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Certificates of the exchange's own authorities: whom they certify is no independent witness of time.</summary>
    public IReadOnlyList<Certificate> OwnAuthorities { get; init; } = [];

    public AlgorithmPolicy Algorithms { get; init; } = AlgorithmPolicy.Default;

    public CmsLimits Limits { get; init; } = CmsLimits.Default;

    /// <summary>What is demanded of signatures, demanded of the time-stamps with them too.</summary>
    public static TimestampPolicy Of(ValidationPolicy policy) => new()
    {
        RevocationRequired = policy.RevocationRequired,
        MaxListAge = policy.MaxListAge,
        MinRsaBits = policy.MinRsaBits,
        VerifiedAt = policy.VerifiedAt,
        Algorithms = policy.Algorithms,
        Limits = policy.Limits,
    };

    /// <summary>RFC 3161 §2.4.2 demands the reference to the certificate; RFC 5816 allows its second version.</summary>
    internal ValidationPolicy ForSignature => ValidationPolicy.Foreign with
    {
        RequiresSigningCertificateReference = true,
        AcceptsReferencesOfAnyDigest = true,
        RevocationRequired = RevocationRequired,
        MaxListAge = MaxListAge,
        MinRsaBits = MinRsaBits,
        VerifiedAt = VerifiedAt,
        Algorithms = Algorithms,
        Limits = Limits,
    };
}
