using System.Security.Cryptography;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>Puts a certificate together and signs it.</summary>
internal static class CertificateIssuing
{
    private const int SerialSize = 16;
    private const int KeyIdSize = 20;

    public static Certificate Issue(
        KeyPair issuerKey,
        X509Name issuer,
        byte[] issuerKeyId,
        X509Name subject,
        SubjectPublicKeyInfo subjectPublicKey,
        X509ExtensionsGenerator extensions,
        DateTimeOffset notBefore,
        DateTimeOffset notAfter)
    {
        if (notAfter <= notBefore)
        {
            throw new ArgumentException($"The period from {notBefore:u} to {notAfter:u} is empty.", nameof(notAfter));
        }

        extensions.AddExtension(X509Extensions.SubjectKeyIdentifier, false, new SubjectKeyIdentifier(KeyIdOf(subjectPublicKey)));
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuerKeyId));
        var generator = new V3TbsCertificateGenerator();
        generator.SetSerialNumber(new DerInteger(NewSerial()));
        generator.SetSignature(SignatureScheme.IdentifierFor(issuerKey.Algorithm));
        generator.SetIssuer(issuer);
        generator.SetStartDate(TimeOf(notBefore));
        generator.SetEndDate(TimeOf(notAfter));
        generator.SetSubject(subject);
        generator.SetSubjectPublicKeyInfo(subjectPublicKey);
        generator.SetExtensions(extensions.Generate());
        return Certificate.Parse(Sign(issuerKey, generator.GenerateTbsCertificate()));
    }

    /// <summary>SEQUENCE { what is signed, algorithm, signature }: the outer form of certificates and revocation lists.</summary>
    public static byte[] Sign(KeyPair key, Asn1Encodable signed)
    {
        var value = key.Secret.Sign(signed.GetDerEncoded());
        return new DerSequence(signed, SignatureScheme.IdentifierFor(key.Algorithm), new DerBitString(value)).GetDerEncoded();
    }

    /// <summary>The identifier the certificate names itself by; computed where it names none.</summary>
    public static byte[] KeyIdOf(Certificate certificate) =>
        certificate.Inner.CertificateStructure.Extensions is { } extensions && SubjectKeyIdentifier.FromExtensions(extensions) is { } named
            ? named.GetKeyIdentifier()
            : KeyIdOf(certificate.Inner.CertificateStructure.SubjectPublicKeyInfo);

    /// <summary>UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5).</summary>
    public static Time TimeOf(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return new Time(utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerSecond)));
    }

    /// <summary>RFC 7093 §2 method 1: the first 160 bits of SHA-256 over the public key.</summary>
    public static byte[] KeyIdOf(SubjectPublicKeyInfo publicKey) =>
        SHA256.HashData(publicKey.PublicKey.GetBytes())[..KeyIdSize];

    /// <summary>128 random bits, positive (RFC 5280 §4.1.2.2).</summary>
    private static BigInteger NewSerial()
    {
        var bytes = RandomNumberGenerator.GetBytes(SerialSize);
        bytes[0] |= 1;
        return new BigInteger(1, bytes);
    }
}
