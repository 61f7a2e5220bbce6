using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>An OCSP response (RFC 6960 §4.2), kept as the bytes it came in.</summary>
public sealed class OcspResponse
{
    /// <summary>The largest response that is read: 256 KiB.</summary>
    public const int MaxSize = 256 * 1024;

    /// <summary>How many statements about one certificate are looked at: an answer that says more was not made to inform.</summary>
    public const int MaxAbout = 16;

    private const int MaxCertificates = 8;
    private const int MaxSingles = 1024;

    private readonly BasicOcspResponse basic;
    private readonly byte[] signed;
    private readonly Lazy<ILookup<BigInteger, OcspStatement>> bySerial;

    // The last that was cut, for the signers below one authority; a reference is written at once.
    private CutAnswer? cut;

    private OcspResponse(byte[] der, byte[] basicDer)
    {
        Der = der;
        Fingerprint = Digest.Of(der);
        Asn1Depth.Check(basicDer);
        basic = BasicOcspResponse.GetInstance(Asn1Object.FromByteArray(basicDer));
        signed = SignedPart.Of(basicDer).ToArray();
        var data = basic.TbsResponseData;
        ProducedAt = new DateTimeOffset(DateTime.SpecifyKind(data.ProducedAt.ToDateTime(), DateTimeKind.Utc));
        Limit(data.Responses.Count, MaxSingles, "应答项", "statements");
        Limit(basic.Certs?.Count ?? 0, MaxCertificates, "证书", "certificates");
        ResponderKey = data.ResponderID is { Name: { } name } ? CertificateNames.KeyOf(name) : HashKey(data.ResponderID.GetKeyHash());
        Singles = [.. data.Responses.Select(SingleResponse.GetInstance).Select(single => new OcspStatement(single, ProducedAt))];
        bySerial = new(() => Singles.ToLookup(single => single.Serial), LazyThreadSafetyMode.PublicationOnly);
        HasUnknownCritical = Criticals(data.ResponseExtensions);
        Certificates = [.. (basic.Certs ?? DerSequence.Empty).Select(each => Certificate.Parse(each.GetEncoded()))];
    }

    public byte[] Der { get; }

    public Digest Fingerprint { get; }

    public DateTimeOffset ProducedAt { get; }

    /// <summary>The certificates the responder sent along.</summary>
    public IReadOnlyList<Certificate> Certificates { get; }

    internal AlgorithmIdentifier SignatureAlgorithm => basic.SignatureAlgorithm;

    /// <summary>Who answers, as <see cref="KeysOf"/> has it (§4.2.2.3).</summary>
    internal string ResponderKey { get; }

    internal IReadOnlyList<OcspStatement> Singles { get; }

    /// <summary>Of the certificates it speaks of, each once, as <see cref="Certificate.SerialNumber"/> has them.</summary>
    internal IEnumerable<string> SerialNumbers => Singles.Select(single => single.Serial.ToString(16)).Distinct(StringComparer.Ordinal);

    /// <summary>An extension of the whole response must be understood and is not.</summary>
    internal bool HasUnknownCritical { get; }

    /// <summary>Reads one response, DER or PEM.</summary>
    /// <exception cref="CertificateFormatException">The bytes are not a successful basic response, or larger than <see cref="MaxSize"/>.</exception>
    public static OcspResponse Parse(ReadOnlySpan<byte> derOrPem)
    {
        var blocks = Pem.Blocks(derOrPem, "OCSP RESPONSE");
        if (blocks is not [var der])
        {
            throw CertificateFormatException.Malformed($"应有一个 OCSP 应答，实有 {blocks.Count} 个。", $"One OCSP response is expected, {blocks.Count} found.");
        }

        if (der.Length > MaxSize)
        {
            throw CertificateFormatException.Limit($"OCSP 应答有 {der.Length} 字节，超过 {MaxSize} 字节。", $"An OCSP response of {der.Length} bytes is larger than {MaxSize}.");
        }

        try
        {
            Asn1Depth.Check(der);
            var response = Org.BouncyCastle.Asn1.Ocsp.OcspResponse.GetInstance(Asn1Object.FromByteArray(der));
            var status = response.ResponseStatus.IntValueExact;
            if (response.ResponseBytes is not { } bytes)
            {
                // RFC 6960 §4.2.1: a refusal holds nothing else.
                throw status == 0
                    ? CertificateFormatException.Malformed("其中没有应答。", "There is no answer in it.")
                    : CertificateFormatException.NoStatement($"OCSP 服务拒绝应答（responseStatus {status}）。", $"The OCSP responder refused to answer (responseStatus {status}).");
            }

            return status == 0 && bytes.ResponseType.Equals(OcspObjectIdentifiers.PkixOcspBasic)
                ? new OcspResponse(der, bytes.Response.GetOctets())
                : throw CertificateFormatException.Malformed(
                    $"不支持类型为 {bytes.ResponseType.Id}、responseStatus 为 {status} 的应答。", $"Responses of the type {bytes.ResponseType.Id} with the responseStatus {status} are not known.");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException and not CertificateFormatException { IsOfNoStatement: true })
        {
            // The ASN.1 library throws many kinds for malformed input; all of them mean the same here.
            throw CertificateFormatException.Of("内容无法作为 OCSP 应答读取", "The bytes cannot be read as an OCSP response", fault);
        }
    }

    /// <summary>Whether it may say that the key of a certificate is stolen, by its serial number alone: neither the issuer nor the signature is looked at.</summary>
    internal bool SaysStolen(Certificate certificate) => bySerial.Value[certificate.Inner.SerialNumber].Any(single => single.Revocation is { IsCompromise: true });

    /// <summary>At most <see cref="MaxAbout"/>, and where there are more those that revoke first.</summary>
    /// <param name="isCut">There are more.</param>
    internal List<OcspStatement> About(Certificate certificate, IssuerHashes issuer, out bool isCut)
    {
        if (cut is { } known && known.Certificate.Equals(certificate) && known.Issuer.Equals(issuer.Issuer))
        {
            isCut = true;
            return known.Some;
        }

        var about = bySerial.Value[certificate.Inner.SerialNumber].Where(single => single.IsAbout(certificate, issuer));
        var some = about.Take(MaxAbout + 1).ToList();
        isCut = some.Count > MaxAbout;
        if (isCut)
        {
            some = [.. about.Where(single => single.Revocation is not null).Concat(some).Distinct().Take(MaxAbout)];
            cut = new CutAnswer(certificate, issuer.Issuer, some);
        }

        return some;
    }

    /// <summary>Whether the responder's name or key identifier is that of the certificate (§4.2.2.3).</summary>
    internal bool Names(Certificate certificate) => KeysOf(certificate).Contains(ResponderKey);

    /// <summary>How responses name this certificate as their responder: by its subject, or by its key.</summary>
    internal static IEnumerable<string> KeysOf(Certificate certificate)
    {
        yield return certificate.SubjectKey;

        // KeyHash is SHA-1 by definition; it only finds the key, the signature decides.
        yield return HashKey(OcspStatement.Hash(OcspStatement.Sha1, certificate.Inner.CertificateStructure.SubjectPublicKeyInfo.PublicKey.GetBytes()));
    }

    // No name begins so.
    private static string HashKey(byte[]? hash) => "\0" + Convert.ToHexString(hash ?? []);

    internal bool IsSignedBy(Certificate responder) =>
        basic.Signature.IsOctetAligned() && PublicKeys.Measure(responder, basic.SignatureAlgorithm, signed, basic.Signature.GetBytes(), null) == true;

    internal static bool Criticals(X509Extensions? extensions) =>
        extensions is not null && extensions.GetCriticalExtensionOids().Any(oid => !oid.Equals(OcspObjectIdentifiers.PkixOcspNonce) && !oid.Equals(OcspObjectIdentifiers.PkixOcspArchiveCutoff));

    private static void Limit(int count, int max, string chinese, string english)
    {
        if (count > max)
        {
            throw CertificateFormatException.Limit($"{chinese}有 {count} 个，超过 {max} 个。", $"There are {count} {english}, more than {max}.");
        }
    }

    private sealed record CutAnswer(Certificate Certificate, Certificate Issuer, List<OcspStatement> Some);
}
