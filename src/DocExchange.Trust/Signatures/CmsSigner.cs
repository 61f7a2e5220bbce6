using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Signatures;

public enum CmsForm
{
    /// <summary>The content is inside: statements.</summary>
    Encapsulated,

    /// <summary>The content is elsewhere: packages.</summary>
    Detached,
}

/// <summary>
/// Makes CMS signatures of level CAdES-B-B (ETSI EN 319 122-1 §6.3) in one fixed form: DER, content type id-data,
/// signers named by issuer and serial number, no unsigned attributes.
/// </summary>
public static class CmsSigner
{
    /// <summary>A detached signature carries the signer's chain; one with its content only the signer's certificate.</summary>
    public static Task<byte[]> SignAsync(ReadOnlyMemory<byte> content, ISigningKey key, DateTimeOffset signingTime, CmsForm form, CancellationToken cancellation) =>
        SignAsync(content, key, signingTime, form, withChain: form == CmsForm.Detached, cancellation);

    /// <param name="withChain">Whether the certificates above the signer's go in too.</param>
    public static Task<byte[]> SignAsync(
        ReadOnlyMemory<byte> content, ISigningKey key, DateTimeOffset signingTime, CmsForm form, bool withChain, CancellationToken cancellation)
    {
        var digest = DigestAlgorithms.Hash(CmsProfile.Of(key.Algorithm).Digest, content.Span);
        return AssembleAsync(digest, form == CmsForm.Encapsulated ? content : (ReadOnlyMemory<byte>?)null, key, signingTime, withChain, cancellation);
    }

    /// <summary>Signs what is left of <paramref name="content"/> without holding it in memory; detached.</summary>
    public static async Task<byte[]> SignAsync(Stream content, ISigningKey key, DateTimeOffset signingTime, CancellationToken cancellation)
    {
        var algorithm = CmsProfile.Of(key.Algorithm).Digest;
        var digests = await ContentDigests.OfAsync(content, [algorithm], cancellation);
        return await SignDigestAsync(digests, key, signingTime, cancellation);
    }

    /// <summary>Signs content by its digest; detached.</summary>
    /// <exception cref="ArgumentException">The digest this key signs over is not among those given.</exception>
    public static Task<byte[]> SignDigestAsync(ContentDigests content, ISigningKey key, DateTimeOffset signingTime, CancellationToken cancellation) =>
        AssembleAsync(DigestFor(content, key), null, key, signingTime, withChain: true, cancellation);

    /// <summary>
    /// Adds one more signer to a detached signature, for documents issued jointly. The signers already there stay as
    /// they are, byte for byte.
    /// </summary>
    /// <exception cref="CmsFormatException"><paramref name="existing"/> is no signature in our own form.</exception>
    /// <exception cref="InvalidOperationException">The signer is there already, or what was signed is other content.</exception>
    public static async Task<byte[]> AddSignerAsync(
        ReadOnlyMemory<byte> existing, ContentDigests content, ISigningKey key, DateTimeOffset signingTime, CancellationToken cancellation)
    {
        var signed = CmsSignedData.ParseWhole(existing, CmsLimits.Default);
        CheckOwnForm(signed);
        CheckSameContent(signed, content);
        CheckNewSigner(signed, key.Certificate);

        var signer = await SignerInfoAsync(DigestFor(content, key), key, signingTime, cancellation);
        return CmsWriter.SignedData(
            [.. signed.DigestAlgorithms.Select(algorithm => DigestAlgorithms.Of(algorithm.Oid)!.Value), CmsProfile.Of(key.Algorithm).Digest],
            null,
            [.. signed.CertificateSet, key.Certificate, .. key.Chain],
            [.. signed.Signers.Select(info => info.Encoded), signer]);
    }

    private static async Task<byte[]> AssembleAsync(
        byte[] digest, ReadOnlyMemory<byte>? content, ISigningKey key, DateTimeOffset signingTime, bool withChain, CancellationToken cancellation)
    {
        var signer = await SignerInfoAsync(digest, key, signingTime, cancellation);
        IEnumerable<Certificate> certificates = withChain ? [key.Certificate, .. key.Chain] : [key.Certificate];
        return CmsWriter.SignedData([CmsProfile.Of(key.Algorithm).Digest], content, certificates, [signer]);
    }

    private static async Task<byte[]> SignerInfoAsync(byte[] digest, ISigningKey key, DateTimeOffset signingTime, CancellationToken cancellation)
    {
        var profile = CmsProfile.Of(key.Algorithm);
        var attributes = CmsWriter.SignedAttributes(key.Certificate, profile, digest, signingTime);
        var signature = await key.SignAsync(attributes, cancellation);
        return CmsWriter.SignerInfo(key.Certificate, profile, attributes, signature);
    }

    private static byte[] DigestFor(ContentDigests content, ISigningKey key)
    {
        var algorithm = CmsProfile.Of(key.Algorithm).Digest;
        return content.Get(algorithm)
            ?? throw new ArgumentException($"A key of kind {key.Algorithm} needs the {algorithm} digest of the content, which is not given.", nameof(content));
    }

    private static void CheckOwnForm(CmsSignedData signed)
    {
        var isOwn = signed is { TrailingBytes: 0, IsDer: true, Content: null, ContentType: Oids.Data, UnreadableCertificates: 0, Signers.Count: > 0 }
            && signed.RevocationLists.Count + signed.OcspResponses.Count + signed.OtherRevocationInfos == 0
            && signed.DigestAlgorithms.All(algorithm => DigestAlgorithms.Of(algorithm.Oid) is not null);
        if (!isOwn)
        {
            throw new CmsFormatException(
                "CMS_NOT_EXTENDABLE", "只能在本系统生成的分离式签名上追加签名人。",
                "A signer can be added only to a detached signature in the form this product writes.");
        }
    }

    private static void CheckSameContent(CmsSignedData signed, ContentDigests content)
    {
        foreach (var signer in signed.Signers)
        {
            var digest = DigestAlgorithms.Of(signer.DigestAlgorithm.Oid) is { } algorithm ? content.Get(algorithm) : null;
            if (digest is null || signer.SignedAttributes?.ReadMessageDigest() is not { } claimed || !claimed.AsSpan().SequenceEqual(digest))
            {
                throw new InvalidOperationException("The signature that is there covers other content than the one to be signed jointly.");
            }
        }
    }

    private static void CheckNewSigner(CmsSignedData signed, Certificate certificate)
    {
        var fields = CertificateFields.Of(certificate);
        var identifier = new CmsSignerIdentifier(fields.Issuer, fields.SerialNumber, null);
        if (signed.Signers.Any(signer => signer.Identifier.IsSameAs(identifier)))
        {
            throw new InvalidOperationException($"{certificate} has signed already.");
        }
    }
}
