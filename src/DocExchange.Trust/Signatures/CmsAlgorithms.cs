using System.Formats.Asn1;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Signatures;

/// <summary>What the algorithm identifiers of a signer say, in the names the algorithm policy uses.</summary>
internal static class CmsAlgorithms
{
    /// <summary>The digest the signature algorithm itself names; null where it names only a kind of key.</summary>
    public static DigestAlgorithm? DigestNamedBy(CmsAlgorithm signature) => signature.Oid switch
    {
        Oids.RsaMd5 => DigestAlgorithm.Md5,
        Oids.RsaSha1 or Oids.EcdsaSha1 => DigestAlgorithm.Sha1,
        Oids.RsaSha256 or Oids.EcdsaSha256 => DigestAlgorithm.Sha256,
        Oids.RsaSha384 or Oids.EcdsaSha384 => DigestAlgorithm.Sha384,
        // RFC 8419 §3.1: Ed25519 over signed attributes goes with SHA-512.
        Oids.RsaSha512 or Oids.EcdsaSha512 or Oids.Ed25519 => DigestAlgorithm.Sha512,
        Oids.Sm2Sm3 or Oids.Sm2 or Oids.Sm2Sign => DigestAlgorithm.Sm3,
        Oids.RsaPss => PssDigests(signature).Hash,
        _ => null,
    };

    /// <summary>Every algorithm a signature rests on, in the names of the algorithm policy; the size of the key apart.</summary>
    public static IEnumerable<string> PolicyNames(DigestAlgorithm? digest, CmsAlgorithm signature, SubjectPublicKeyInfo? key)
    {
        if (digest is { } signed)
        {
            yield return NameOf(signed);
        }

        if (DigestNamedBy(signature) is { } named && named != digest)
        {
            yield return NameOf(named);
        }

        if (signature.Oid == Oids.RsaPss && PssDigests(signature).Mask is { } mask && mask != digest)
        {
            yield return NameOf(mask);
        }

        if (key is not null && PublicKeys.AlgorithmOf(key) is { } algorithm)
        {
            yield return NameOf(algorithm, signature);
        }
    }

    /// <summary>Null for another kind of key and for one that cannot be read.</summary>
    public static int? RsaBits(SubjectPublicKeyInfo key)
    {
        try
        {
            return PublicKeys.AlgorithmOf(key) is KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss ? RsaPublicKeyStructure.GetInstance(key.ParsePublicKey()).Modulus.BitLength : null;
        }
        catch (Exception fault) when (fault is ArgumentException or IOException or InvalidCastException or InvalidOperationException)
        {
            // A key that cannot be read is found out when it is to verify.
            return null;
        }
    }

    /// <summary>Null where the parameters are no ASN.1.</summary>
    public static AlgorithmIdentifier? ToIdentifier(CmsAlgorithm algorithm)
    {
        try
        {
            var parameters = algorithm.Parameters is { } encoded ? Asn1Object.FromByteArray(encoded.ToArray()) : null;
            return new AlgorithmIdentifier(new DerObjectIdentifier(algorithm.Oid), parameters);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or IOException or InvalidCastException)
        {
            return null;
        }
    }

    public static string NameOf(DigestAlgorithm digest) => digest switch
    {
        DigestAlgorithm.Md5 => "MD5",
        DigestAlgorithm.Sha1 => "SHA-1",
        DigestAlgorithm.Sha256 => "SHA-256",
        DigestAlgorithm.Sha384 => "SHA-384",
        DigestAlgorithm.Sha512 => "SHA-512",
        _ => "SM3",
    };

    private static string NameOf(KeyAlgorithm algorithm, CmsAlgorithm signature) => algorithm switch
    {
        KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss => signature.Oid == Oids.RsaPss ? AlgorithmPolicy.RsaPss : AlgorithmPolicy.RsaPkcs1,
        KeyAlgorithm.Sm2 => "SM2",
        KeyAlgorithm.Ed25519 => "Ed25519",
        _ => "ECDSA P-" + algorithm.ToString()[^3..],
    };

    /// <summary>RSASSA-PSS-params (RFC 4055 §3.1): both digests default to SHA-1; null where one is not known.</summary>
    private static (DigestAlgorithm? Hash, DigestAlgorithm? Mask) PssDigests(CmsAlgorithm signature)
    {
        if (signature.Parameters is not { } encoded)
        {
            return (DigestAlgorithm.Sha1, DigestAlgorithm.Sha1);
        }

        try
        {
            var parameters = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            var hash = ReadTagged(parameters, 0) is { } named ? DigestAlgorithms.Of(named.Oid) : DigestAlgorithm.Sha1;
            var mask = ReadTagged(parameters, 1);
            return (hash, mask is null ? DigestAlgorithm.Sha1 : MaskDigest(mask));
        }
        catch (AsnContentException)
        {
            return (null, null);
        }
    }

    private static DigestAlgorithm? MaskDigest(CmsAlgorithm mask) =>
        mask is { Oid: Oids.Mgf1, Parameters: { } inner }
            ? DigestAlgorithms.Of(CmsReader.ReadAlgorithm(new AsnReader(inner, AsnEncodingRules.BER)).Oid)
            : null;

    private static CmsAlgorithm? ReadTagged(AsnReader parameters, int number)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number, isConstructed: true);
        return parameters.HasData && parameters.PeekTag() == tag ? CmsReader.ReadAlgorithm(parameters.ReadSequence(tag)) : null;
    }
}
