using System.Formats.Asn1;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Signatures;

/// <summary>Which algorithms a key of each kind signs with here, and how they are written.</summary>
internal sealed record CmsProfile(DigestAlgorithm Digest, string SignatureOid, bool HasNullParameters)
{
    /// <exception cref="ArgumentException">Keys of this kind do not sign documents.</exception>
    public static CmsProfile Of(KeyAlgorithm key) => Find(key)
        ?? throw new ArgumentException($"A key of kind {key} signs no documents; use ECDSA, RSA or SM2.", nameof(key));

    /// <summary>Null where keys of this kind do not sign documents.</summary>
    public static CmsProfile? Find(KeyAlgorithm? key) => key switch
    {
        // RFC 8017 §A.2.4: the parameters shall be NULL.
        KeyAlgorithm.Rsa => new CmsProfile(DigestAlgorithm.Sha256, Oids.RsaSha256, HasNullParameters: true),
        KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521 =>
            new CmsProfile(DigestAlgorithm.Sha256, Oids.EcdsaSha256, HasNullParameters: false),
        KeyAlgorithm.Sm2 => new CmsProfile(DigestAlgorithm.Sm3, Oids.Sm2Sm3, HasNullParameters: false),
        _ => null,
    };

    public void WriteDigestAlgorithm(AsnWriter writer) => WriteDigestAlgorithm(writer, Digest);

    /// <summary>Without parameters (RFC 5754 §2).</summary>
    public static void WriteDigestAlgorithm(AsnWriter writer, DigestAlgorithm digest)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(DigestAlgorithms.OidOf(digest));
        }
    }

    public void WriteSignatureAlgorithm(AsnWriter writer, Asn1Tag? tag = null)
    {
        using (writer.PushSequence(tag))
        {
            writer.WriteObjectIdentifier(SignatureOid);
            if (HasNullParameters)
            {
                writer.WriteNull();
            }
        }
    }
}
