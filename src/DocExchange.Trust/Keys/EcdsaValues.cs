using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Keys;

/// <summary>The one form in which this product writes ECDSA signature values.</summary>
internal static class EcdsaValues
{
    /// <summary>
    /// r‖s of fixed size as DER ECDSA-Sig-Value (RFC 3279 §2.2.3). (r, s) and (r, n − s) are both valid for the same
    /// data; only the lower s is ever issued.
    /// </summary>
    public static byte[] ToLowerDer(KeyAlgorithm algorithm, ReadOnlySpan<byte> fixedSize)
    {
        var order = CurveOf(algorithm).N;
        var half = fixedSize.Length / 2;
        var r = new BigInteger(1, fixedSize[..half].ToArray());
        var s = new BigInteger(1, fixedSize[half..].ToArray());
        return StandardDsaEncoding.Instance.Encode(order, r, s.CompareTo(order.ShiftRight(1)) > 0 ? order.Subtract(s) : s);
    }

    private static X9ECParameters CurveOf(KeyAlgorithm algorithm) => NistNamedCurves.GetByName(algorithm switch
    {
        KeyAlgorithm.EcdsaP256 => "P-256",
        KeyAlgorithm.EcdsaP384 => "P-384",
        KeyAlgorithm.EcdsaP521 => "P-521",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Only ECDSA keys make such values."),
    });
}
