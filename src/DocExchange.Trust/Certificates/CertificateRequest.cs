using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// A PKCS#10 request (RFC 2986) whose own signature has been verified: the sender holds the key. Nothing else in it
/// is trusted; the issuer decides on name and profile.
/// </summary>
public sealed class CertificateRequest
{
    /// <summary>The largest request that is read: 64 KiB.</summary>
    public const int MaxSize = 64 * 1024;

    private CertificateRequest(CertificationRequestInfo info, KeyAlgorithm algorithm, byte[] der)
    {
        SubjectName = info.Subject;
        PublicKeyInfo = info.SubjectPublicKeyInfo;
        KeyAlgorithm = algorithm;
        Der = der;
        PublicKeyFingerprint = Digest.Of(PublicKeyInfo.GetDerEncoded());
    }

    public byte[] Der { get; }

    /// <summary>The name the sender asks for.</summary>
    public string Subject => SubjectName.ToString();

    public KeyAlgorithm KeyAlgorithm { get; }

    /// <summary>SHA-256 over subjectPublicKeyInfo, for comparing by telephone.</summary>
    public Digest PublicKeyFingerprint { get; }

    internal X509Name SubjectName { get; }

    internal SubjectPublicKeyInfo PublicKeyInfo { get; }

    /// <summary>Reads one request, DER or PEM.</summary>
    /// <exception cref="FormatException">
    /// The bytes are not a request, are larger than <see cref="MaxSize"/>, the key is of an unknown kind or an RSA key
    /// under 2,048 bits, or the request is not signed by its own key.
    /// </exception>
    public static CertificateRequest Parse(ReadOnlySpan<byte> derOrPem)
    {
        if (derOrPem.Length > 2 * MaxSize)
        {
            throw new FormatException($"A certificate request of {derOrPem.Length} bytes is larger than {MaxSize}.");
        }

        // "NEW CERTIFICATE REQUEST" is what some Windows tools write (RFC 7468 §7).
        IReadOnlyList<byte[]> blocks = [.. Pem.Blocks(derOrPem, "CERTIFICATE REQUEST"), .. PemOnly(derOrPem, "NEW CERTIFICATE REQUEST")];
        return blocks.Count == 1 ? FromDer(blocks[0]) : throw new FormatException($"One certificate request is expected, {blocks.Count} found.");
    }

    public string ToPem() => Pem.Write("CERTIFICATE REQUEST", Der);

    private static IReadOnlyList<byte[]> PemOnly(ReadOnlySpan<byte> derOrPem, string label) =>
        derOrPem.IndexOf("-----BEGIN "u8) < 0 ? [] : Pem.Blocks(derOrPem, label);

    private static CertificateRequest FromDer(byte[] der)
    {
        CertificationRequest request;
        CertificationRequestInfo info;
        byte[] signature;
        try
        {
            request = CertificationRequest.GetInstance(Asn1Object.FromByteArray(der));
            info = request.GetCertificationRequestInfo();
            signature = request.GetSignatureOctets();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new FormatException("The bytes are not a PKCS#10 certificate request: " + fault.Message, fault);
        }

        if (PublicKeys.AlgorithmOf(info.SubjectPublicKeyInfo) is not ({ } algorithm and not KeyAlgorithm.RsaPss) || PublicKeys.IsTooSmall(info.SubjectPublicKeyInfo))
        {
            throw new FormatException($"The key in the request ({info.SubjectPublicKeyInfo.Algorithm.Algorithm}) is of an unknown kind or too small.");
        }

        return PublicKeys.Verify(info.SubjectPublicKeyInfo, request.SignatureAlgorithm, SignedPart.Of(der), signature)
            ? new CertificateRequest(info, algorithm, der)
            : throw new FormatException("The certificate request is not signed by the key in it.");
    }
}
