using DocExchange.Trust.Certificates;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Gathers the facts of a CMS: the only step that needs its bytes and its content. Throws nothing for what is in it.
/// </summary>
/// <param name="detached">What the signature covers when it is not inside.</param>
/// <param name="known">Certificates that may be the signer's beside those in the CMS.</param>
/// <param name="work">What verifying the values draws on, as all of the file does; null where this is the file, whose signers are limited.</param>
internal sealed class CmsExamination(CmsSignedData signed, ContentDigests? detached, KnownSigners known, ISignatureTimestamps timestamps, CmsLimits limits, FileWork? work = null)
{
    private readonly IReadOnlyList<IReadOnlyList<TimestampFacts>> stamped = timestamps.Gather(signed, detached, limits);
    private readonly ContentDigests? inside = signed.Content is { } content ? ContentDigests.Of(content) : null;
    private int counterSignatures;
    private int counterTimestamps;

    private int TimestampsLeft => Math.Max(0, limits.MaxTimestamps - stamped.Sum(each => each.Count) - counterTimestamps);

    public CmsFacts Gather() => new()
    {
        Version = signed.Version,
        TrailingBytes = signed.TrailingBytes,
        HasIndefiniteLength = signed.HasIndefiniteLength,
        HasNonMinimalLength = signed.HasNonMinimalLength,
        IsDer = signed.IsDer,
        IsOwnForm = IsOwnForm(),
        OuterContentType = signed.OuterContentType,
        ContentType = signed.ContentType,
        HasContent = signed.Content is not null,
        HasGivenContent = detached is not null,
        UnreadableCertificates = signed.UnreadableCertificates,
        Certificates = signed.Certificates,
        RevocationLists = signed.RevocationLists,
        OcspResponses = signed.OcspResponses,
        LeftOut = signed.LeftOut.Count == 0 ? null : signed.LeftOut,
        Signers = WithRepetitions([.. signed.Signers.Select((signer, i) => Examine(new SignedBytes(signer, inside ?? detached, DigestsFor(signer), null)) with { Timestamps = stamped[i] })]),
    };

    /// <summary>One certificate may be named by issuer and number in one place and by its key identifier in another.</summary>
    private static List<SignerFacts> WithRepetitions(List<SignerFacts> signers)
    {
        var repeated = signers.Select(signer => signer.Certificate).OfType<Certificate>().GroupBy(certificate => certificate).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        return repeated.Count == 0 ? signers : signers.ConvertAll(signer => signer.Certificate is { } own && repeated.Contains(own) ? signer with { IsRepeated = true } : signer);
    }

    /// <summary>Writes anew what is around content and signers, and compares the bytes.</summary>
    private bool IsOwnForm()
    {
        var digests = signed.Signers.Select(signer => DigestAlgorithms.Of(signer.DigestAlgorithm.Oid)).OfType<DigestAlgorithm>();
        return CmsWriter.IsSignedData(signed.Encoded.Span, digests, signed.Content, signed.CertificateSet, signed.Signers.Select(signer => signer.Encoded));
    }

    private List<ReadOnlyMemory<byte>?> DigestsFor(CmsSignerInfo signer)
    {
        var digests = new List<ReadOnlyMemory<byte>?>();
        var algorithm = DigestAlgorithms.Of(signer.DigestAlgorithm.Oid);
        if (inside is not null)
        {
            digests.Add(DigestOf(inside, algorithm));
        }

        if (detached is not null || digests.Count == 0)
        {
            digests.Add(DigestOf(detached, algorithm));
        }

        return digests;
    }

    private SignerFacts Examine(SignedBytes bytes)
    {
        var signer = bytes.Signer;
        var attributes = signer.SignedAttributes;
        var policy = attributes?.ReadSignaturePolicy();
        var named = SigningCertificate.Find(signer, signed.Certificates.Concat(known.NamedBy(signer.Identifier, WorkFor(bytes))));
        var (counter, unreadable, beyond) = CounterSignaturesOf(signer);
        return new SignerFacts
        {
            Version = signer.Version,
            IsNamedByKeyIdentifier = signer.Identifier.SubjectKeyIdentifier is not null,
            IsRepeated = (bytes.Parent is null ? signed.Signers : []).Any(other => other != signer && other.Identifier.IsSameAs(signer.Identifier)),
            IsCounterSignature = bytes.Parent is not null,
            DigestAlgorithm = signer.DigestAlgorithm.Oid,
            SignatureAlgorithm = signer.SignatureAlgorithm.Oid,
            DigestOfSignatureAlgorithm = CmsAlgorithms.DigestNamedBy(signer.SignatureAlgorithm),
            IsDigestListed = signed.DigestAlgorithms.Any(listed => listed.Oid == signer.DigestAlgorithm.Oid),
            SignedAttributes = attributes is null ? null : FactsOf(attributes),
            UnsignedAttributes = signer.UnsignedAttributes is { } unsigned ? FactsOf(unsigned) : [],
            HasDerLengths = attributes?.HasDerLengths ?? true,
            AreAttributesSorted = attributes?.IsSorted ?? true,
            SignedContentType = attributes?.ReadContentType(),
            SigningTime = signer.SigningTime,
            AlgorithmProtection = ProtectionOf(signer),
            SignaturePolicy = policy,
            IsSignaturePolicyUnreadable = policy is null && attributes?.Single(Oids.SignaturePolicy) is not null,
            SignedDigest = attributes?.ReadMessageDigest() is { } digest ? digest : default(ReadOnlyMemory<byte>?),
            ContentDigests = bytes.Digests,
            IsContentLikeAttributes = attributes is null && bytes.Content?.IsLikeAttributes == true,
            NamedCertificates = named.Count,
            Reference = named.Reference,
            ReferenceDigests = named.Digests,
            Certificate = named.Certificate,
            Value = SignatureValue.Measure(signer, named.Certificate, bytes.Content, WorkFor(bytes)),
            Timestamps = [],
            CounterSignatures = counter,
            UnreadableCounterSignatures = unreadable,
            LeftOut = beyond ?? signer.LeftOut,
        };
    }

    private FileWork? WorkFor(SignedBytes bytes) => bytes.Parent is null ? work : work?.Added;

    /// <summary>RFC 5652 §11.4: each is a SignerInfo over the value of the signature it countersigns.</summary>
    private (List<SignerFacts> Facts, int Unreadable, Finding? Beyond) CounterSignaturesOf(CmsSignerInfo parent)
    {
        var found = new List<SignerFacts>();
        var unreadable = 0;
        Finding? beyond = null;
        var values = from attribute in parent.UnsignedAttributes?.All ?? []
                     where attribute.Oid == Oids.CounterSignature
                     from value in attribute.Values
                     select value;
        foreach (var (place, value) in values.Index())
        {
            if (counterSignatures++ >= limits.MaxSigners)
            {
                beyond = CmsReader.CounterSignaturesBeyond(limits.MaxSigners);
                break;
            }

            if (CmsReader.TryReadSigner(value, limits, out var declined) is not { } signer)
            {
                unreadable += declined is null ? 1 : 0;
                beyond ??= declined;
                continue;
            }

            var content = ContentDigests.Of(parent.Signature);
            var upon = timestamps.Gather(signer, parent.Signature, TimestampsLeft);
            counterTimestamps += upon.Count;
            found.Add(Examine(new SignedBytes(signer, content, [DigestOf(content, DigestAlgorithms.Of(signer.DigestAlgorithm.Oid))], parent)) with { Timestamps = upon, Place = place });
        }

        return (found, unreadable, beyond);
    }

    private static List<AttributeFacts> FactsOf(CmsAttributes attributes) =>
        [.. attributes.All.Select(attribute => new AttributeFacts(attribute.Oid, attribute.Values.Count))];

    private static AlgorithmProtection ProtectionOf(CmsSignerInfo signer)
    {
        if (signer.SignedAttributes is not { } attributes || attributes.Count(Oids.AlgorithmProtection) == 0)
        {
            return AlgorithmProtection.Absent;
        }

        var isSame = attributes.ReadAlgorithmProtection() is var (digest, signature)
            && digest.IsSameAs(signer.DigestAlgorithm) && signature.IsSameAs(signer.SignatureAlgorithm);
        return isSame ? AlgorithmProtection.Agrees : AlgorithmProtection.Differs;
    }

    private static ReadOnlyMemory<byte>? DigestOf(ContentDigests? content, DigestAlgorithm? algorithm) =>
        algorithm is { } known && content?.Get(known) is { } digest ? digest : default(ReadOnlyMemory<byte>?);

    /// <param name="Content">What a value without signed attributes covers; null where it is neither inside nor given.</param>
    /// <param name="Parent">Whose value it countersigns.</param>
    private sealed record SignedBytes(CmsSignerInfo Signer, ContentDigests? Content, IReadOnlyList<ReadOnlyMemory<byte>?> Digests, CmsSignerInfo? Parent);
}
