using System.Formats.Asn1;
using System.Security.Cryptography;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using static DocExchange.Tests.Trust.Signatures.ForgedCms;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>Adds counter-signatures (RFC 5652 §11.4) to a forged CMS.</summary>
internal static class CounterSigning
{
    private const string CounterSignature = "1.2.840.113549.1.9.6";
    private const string ContentType = "1.2.840.113549.1.9.3";
    private const string MessageDigest = "1.2.840.113549.1.9.4";

    /// <summary>One signature of <paramref name="signer"/>, countersigned by the others in one attribute each.</summary>
    public static byte[] CounterSigned(this ForgedCms signer, params ForgedCms[] counters)
    {
        var value = CmsSignedData.Parse(signer.Encode(), CmsLimits.Default).Signers[0].Signature.ToArray();
        return (signer with
        {
            Signature = _ => value,
            UnsignedAttributes = [.. counters.Select(counter => Attribute(CounterSignature, SignerOver(counter, value)))],
        }).Encode();
    }

    /// <summary>What signs the value of another signature; without the contentType that it must not have.</summary>
    public static ForgedCms Counter(ISigningKey key) => Of(key, []).WithAttribute(ContentType, null);

    private static byte[] SignerOver(ForgedCms counter, byte[] value)
    {
        var digest = new AsnReader(counter.DigestAlgorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() == Sha256
            ? SHA256.HashData(value)
            : DocExchange.Trust.Digests.Sm3.Hash(value);
        var whole = counter.WithAttribute(MessageDigest, Octets(digest)).Encode();
        return CmsSignedData.Parse(whole, CmsLimits.Default).Signers[0].Encoded.ToArray();
    }
}
