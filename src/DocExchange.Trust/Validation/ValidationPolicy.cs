using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>What a signature inside the body of a package, an OFD or a PDF, does to the package when it is broken.</summary>
public enum BodySignatures
{
    /// <summary>The package fails: its issuer sealed something else than it sends.</summary>
    Refuse,

    /// <summary>It is remarked upon.</summary>
    Remark,

    /// <summary>The body is not looked into.</summary>
    Ignore,
}

/// <summary>A signature policy whose demands the site knows to be met by what it demands itself.</summary>
/// <param name="DigestAlgorithm">The object identifier; null with <paramref name="Digest"/>.</param>
/// <param name="Digest">Of the policy's document, which signatures must name; null where the identifier is enough.</param>
public sealed record AcceptedSignaturePolicy(string Oid, string? DigestAlgorithm = null, ReadOnlyMemory<byte>? Digest = null);

/// <summary>What is demanded of a signature, apart from what is found in it and from the verdict.</summary>
public sealed record ValidationPolicy
{
    /// <summary>For what this product writes: every byte is determined by what was signed, or by the signature.</summary>
    public static readonly ValidationPolicy Strict = new()
    {
        RequiresOwnForm = true,
        RequiresSigningTime = true,
        RequiresSigningCertificateReference = true,
        RequiresAlgorithmProtection = true,
        AllowedUnsignedAttributes = new HashSet<string>(),
    };

    /// <summary>For what other products write: BER is read, CAdES attributes may be absent.</summary>
    public static readonly ValidationPolicy Foreign = new();

    /// <summary>DER, id-data, the exact encoding of <see cref="CmsSigner"/>, s in its lower half.</summary>
    public bool RequiresOwnForm { get; init; }

    /// <summary>Without them a value covers the content alone: neither time nor certificate are signed.</summary>
    public bool RequiresSignedAttributes { get; init; } = true;

    public bool RequiresSigningTime { get; init; }

    /// <summary>signingCertificateV2 (RFC 5035).</summary>
    public bool RequiresSigningCertificateReference { get; init; }

    /// <summary>RFC 3161 §2.4.2 prescribes a reference by SHA-1 in time-stamps, which RFC 5816 lets stand.</summary>
    internal bool AcceptsReferencesOfAnyDigest { get; init; }

    /// <summary>CMSAlgorithmProtection (RFC 6211).</summary>
    public bool RequiresAlgorithmProtection { get; init; }

    /// <summary>Take signed attributes in any order, as some Chinese products write them.</summary>
    public bool AllowsUnsortedAttributes { get; init; }

    /// <summary>Object identifiers; null where any is allowed.</summary>
    public IReadOnlySet<string>? AllowedUnsignedAttributes { get; init; }

    /// <summary>A signature under another policy than these stays INDETERMINATE (ETSI EN 319 102-1 §5.2.4).</summary>
    public IReadOnlyList<AcceptedSignaturePolicy> SignaturePolicies { get; init; } = [];

    /// <summary>How far a claimed signing time may lie outside what it should fit: clocks differ.</summary>
    public TimeSpan SigningTimeTolerance { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether a certificate without fresh revocation data keeps the verdict from passing.</summary>
    public bool RevocationRequired { get; init; }

    /// <summary>How long a revocation list without nextUpdate is current.</summary>
    public TimeSpan MaxListAge { get; init; } = CertificatePathOptions.Default.MaxListAge;

    /// <summary>Of the keys in certificates; those that sign documents are for <see cref="Algorithms"/> to judge.</summary>
    public int MinRsaBits { get; init; } = CertificatePathOptions.Default.MinRsaBits;

    /// <inheritdoc cref="CertificatePathOptions.VerifiedAt"/>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Anchors for the certificates of seal makers alone, where the store names none; null where its anchors serve for both.</summary>
    public IReadOnlyList<Certificate>? SealMakers { get; init; }

    public BodySignatures BodySignatures { get; init; }

    public AlgorithmPolicy Algorithms { get; init; } = AlgorithmPolicy.Default;

    public CmsLimits Limits { get; init; } = CmsLimits.Default;

    /// <inheritdoc cref="CertificatePathOptions.MaxFileWork"/>
    internal long MaxFileWork { get; init; } = CertificatePathOptions.Default.MaxFileWork;

    /// <inheritdoc cref="CertificatePathOptions.MaxAddedWork"/>
    internal long MaxAddedWork { get; init; } = CertificatePathOptions.Default.MaxAddedWork;

    /// <summary>What is demanded of certificate paths, as far as the policy says it.</summary>
    public CertificatePathOptions PathOptions => new()
    {
        Revocation = RevocationRequired ? RevocationDemand.Required : RevocationDemand.WhenAvailable,
        MaxListAge = MaxListAge,
        MinRsaBits = MinRsaBits,
        VerifiedAt = VerifiedAt,
        MaxFileWork = MaxFileWork,
        MaxAddedWork = MaxAddedWork,
    };
}
