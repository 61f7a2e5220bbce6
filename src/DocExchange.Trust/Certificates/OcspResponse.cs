using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>An OCSP response (RFC 6960 §4.2), kept as the bytes it came in.</summary>
public sealed class OcspResponse
{
    /// <summary>The largest response that is read: 256 KiB.</summary>
    public const int MaxSize = 256 * 1024;

    private const int MaxCertificates = 8;
    private const int MaxSingles = 1024;

    private readonly BasicOcspResponse basic;
    private readonly byte[] signed;

    private OcspResponse(byte[] der, byte[] basicDer)
    {
        Der = der;
        Fingerprint = Digest.Of(der);
        Asn1Depth.Check(basicDer);
        basic = BasicOcspResponse.GetInstance(Asn1Object.FromByteArray(basicDer));
        signed = SignedPart.Of(basicDer).ToArray();
        var data = basic.TbsResponseData;
        ProducedAt = new DateTimeOffset(DateTime.SpecifyKind(data.ProducedAt.ToDateTime(), DateTimeKind.Utc));
        Singles = [.. data.Responses.Take(MaxSingles).Select(SingleResponse.GetInstance).Select(single => new OcspStatement(single))];
        HasUnknownCritical = Criticals(data.ResponseExtensions) || data.Responses.Count > MaxSingles;
        Certificates = [.. (basic.Certs ?? DerSequence.Empty).Take(MaxCertificates).Select(each => Certificate.Parse(each.GetEncoded()))];
    }

    public byte[] Der { get; }

    public Digest Fingerprint { get; }

    public DateTimeOffset ProducedAt { get; }

    /// <summary>The certificates the responder sent along.</summary>
    public IReadOnlyList<Certificate> Certificates { get; }

    internal AlgorithmIdentifier SignatureAlgorithm => basic.SignatureAlgorithm;

    internal IReadOnlyList<OcspStatement> Singles { get; }

    /// <summary>An extension of the whole response must be understood and is not.</summary>
    internal bool HasUnknownCritical { get; }

    /// <summary>Reads one response, DER or PEM.</summary>
    /// <exception cref="FormatException">The bytes are not a successful basic response, or larger than <see cref="MaxSize"/>.</exception>
    public static OcspResponse Parse(ReadOnlySpan<byte> derOrPem)
    {
        var blocks = Pem.Blocks(derOrPem, "OCSP RESPONSE");
        if (blocks is not [{ Length: <= MaxSize } der])
        {
            throw new FormatException($"One OCSP response of at most {MaxSize} bytes is expected.");
        }

        try
        {
            Asn1Depth.Check(der);
            var response = Org.BouncyCastle.Asn1.Ocsp.OcspResponse.GetInstance(Asn1Object.FromByteArray(der));
            if (response.ResponseStatus.IntValueExact != 0)
            {
                throw new FormatException($"The OCSP responder refused to answer (responseStatus {response.ResponseStatus.IntValueExact}).");
            }

            return response.ResponseBytes.ResponseType.Equals(OcspObjectIdentifiers.PkixOcspBasic)
                ? new OcspResponse(der, response.ResponseBytes.Response.GetOctets())
                : throw new FormatException($"OCSP responses of the type {response.ResponseBytes.ResponseType.Id} are not known.");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException and not FormatException)
        {
            // The ASN.1 library throws many kinds for malformed input; all of them mean the same here.
            throw new FormatException("The bytes are not an OCSP response: " + fault.Message, fault);
        }
    }

    /// <summary>Whether the responder's name or key identifier is that of the certificate (§4.2.2.3).</summary>
    internal bool Names(Certificate certificate)
    {
        var id = basic.TbsResponseData.ResponderID;
        if (id.Name is { } name)
        {
            return CertificateNames.KeyOf(name) == certificate.SubjectKey;
        }

        // KeyHash is SHA-1 by definition; it only finds the key, the signature decides.
        return OcspStatement.Hash(OcspStatement.Sha1, certificate.Inner.CertificateStructure.SubjectPublicKeyInfo.PublicKey.GetBytes())
            ?.AsSpan().SequenceEqual(id.GetKeyHash()) == true;
    }

    internal bool IsSignedBy(Certificate responder) =>
        basic.Signature.IsOctetAligned() && PublicKeys.Verify(responder, basic.SignatureAlgorithm, signed, basic.Signature.GetBytes());

    internal static bool Criticals(X509Extensions? extensions) =>
        extensions is not null && extensions.GetCriticalExtensionOids().Any(oid => !oid.Equals(OcspObjectIdentifiers.PkixOcspNonce));
}
