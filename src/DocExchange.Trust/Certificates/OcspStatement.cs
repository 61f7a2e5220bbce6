using System.Security.Cryptography;
using DocExchange.Trust.Digests;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Ocsp;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>What a response says about one certificate (RFC 6960 §4.2.1, SingleResponse).</summary>
internal sealed class OcspStatement
{
    public static readonly DerObjectIdentifier Sha1 = OiwObjectIdentifiers.IdSha1;

    private const int Good = 0;
    private const int RevokedTag = 1;

    private readonly DerObjectIdentifier algorithm;
    private readonly byte[] issuerName;
    private readonly byte[] issuerKey;

    /// <param name="producedAt">When the answer was made: nobody knows a state of after that (§2.4).</param>
    public OcspStatement(SingleResponse single, DateTimeOffset producedAt)
    {
        algorithm = single.CertId.HashAlgorithm.Algorithm;
        issuerName = single.CertId.IssuerNameHash.GetOctets();
        issuerKey = single.CertId.IssuerKeyHash.GetOctets();
        Serial = single.CertId.SerialNumber.Value;
        ThisUpdate = TimeOf(single.ThisUpdate) is var thisUpdate && thisUpdate < producedAt ? thisUpdate : producedAt;
        NextUpdate = single.NextUpdate is { } next ? TimeOf(next) : null;
        IsKnown = single.CertStatus.TagNo is Good or RevokedTag;
        HasUnknownCritical = OcspResponse.Criticals(single.SingleExtensions);
        ArchiveCutoff = X509Extensions.GetExtensionParsedValue(single.SingleExtensions, OcspObjectIdentifiers.PkixOcspArchiveCutoff) is Asn1GeneralizedTime cutoff ? TimeOf(cutoff) : null;
        if (single.CertStatus.TagNo == RevokedTag)
        {
            var info = RevokedInfo.GetInstance(single.CertStatus.Status);
            var reason = info.RevocationReason is { } code ? (RevocationReason)code.IntValueExact : RevocationReason.Unspecified;
            if (reason == RevocationReason.RemoveFromCrl)
            {
                // Of delta lists alone (RFC 5280 §5.3.1); "good" is how an answer ends a hold.
                reason = RevocationReason.Unspecified;
            }

            Revocation = new RevokedCertificate(Serial.ToString(16), TimeOf(info.RevocationTime), reason);
        }
    }

    public BigInteger Serial { get; }

    public DateTimeOffset ThisUpdate { get; }

    public DateTimeOffset? NextUpdate { get; }

    /// <summary>False where the responder does not know the certificate.</summary>
    public bool IsKnown { get; }

    public bool HasUnknownCritical { get; }

    public RevokedCertificate? Revocation { get; }

    /// <summary>The responder knows of certificates that ended then or later (§4.4.4); null where it does not say so.</summary>
    public DateTimeOffset? ArchiveCutoff { get; }

    /// <summary>Whether the statement is about this certificate: serial number, name and key of the issuer (§4.1.1).</summary>
    public bool IsAbout(Certificate certificate, IssuerHashes issuer) =>
        Serial.Equals(certificate.Inner.SerialNumber) && issuer.Of(algorithm) is var (name, key) && name.AsSpan().SequenceEqual(issuerName) && key.AsSpan().SequenceEqual(issuerKey);

    /// <summary>Null for an unknown algorithm. SHA-1 only identifies here, nothing is signed by it.</summary>
    public static byte[]? Hash(DerObjectIdentifier algorithm, byte[] data)
    {
        if (algorithm.Equals(Sha1))
        {
            return CryptographicOperations.HashData(HashAlgorithmName.SHA1, data);
        }

        return algorithm.Equals(NistObjectIdentifiers.IdSha256) ? SHA256.HashData(data)
            : algorithm.Equals(NistObjectIdentifiers.IdSha384) ? SHA384.HashData(data)
            : algorithm.Equals(NistObjectIdentifiers.IdSha512) ? SHA512.HashData(data)
            : algorithm.Equals(GMObjectIdentifiers.sm3) ? Sm3.Hash(data)
            : null;
    }

    private static DateTimeOffset TimeOf(Asn1GeneralizedTime time) => new(DateTime.SpecifyKind(time.ToDateTime(), DateTimeKind.Utc));
}

/// <summary>Name and key of one certificate's issuer as OCSP statements name them, hashed once for thousands of statements.</summary>
internal sealed class IssuerHashes(Certificate certificate, Certificate issuer)
{
    private readonly Dictionary<DerObjectIdentifier, (byte[] Name, byte[] Key)?> known = [];

    public Certificate Issuer => issuer;

    /// <summary>Null for an unknown algorithm.</summary>
    public (byte[] Name, byte[] Key)? Of(DerObjectIdentifier algorithm)
    {
        if (!known.TryGetValue(algorithm, out var hashes))
        {
            hashes = OcspStatement.Hash(algorithm, certificate.Inner.IssuerDN.GetEncoded()) is { } name
                && OcspStatement.Hash(algorithm, issuer.Inner.CertificateStructure.SubjectPublicKeyInfo.PublicKey.GetBytes()) is { } key
                    ? (name, key)
                    : null;
            known[algorithm] = hashes;
        }

        return hashes;
    }
}
