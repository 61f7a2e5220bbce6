using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Keys;

/// <summary>
/// A DSA public key (FIPS 186-4) ready to verify with. DSA is none of this product's algorithms: no document, seal or node
/// is ever verified here, only certificates and revocation lists where RFC 5280's path alone is asked for. Safe for
/// concurrent use.
/// </summary>
internal sealed class DsaVerificationKey
{
    /// <summary>SEQUENCE of two INTEGER of at most 256 bits.</summary>
    private const int MaxValueSize = 72;

    /// <summary>FIPS 186-4 §4.2: no other sizes of p and q, so that the cost of a verification has a bound.</summary>
    private static readonly (int P, int Q)[] Sizes = [(1024, 160), (2048, 224), (2048, 256), (3072, 256)];

    private static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> Hashes = new()
    {
        [X9ObjectIdentifiers.IdDsaWithSha1] = HashAlgorithmName.SHA1,
        [NistObjectIdentifiers.DsaWithSha256] = HashAlgorithmName.SHA256,
    };

    private readonly DsaPublicKeyParameters key;

    private DsaVerificationKey(DsaPublicKeyParameters key) => this.key = key;

    public static bool IsDsa(SubjectPublicKeyInfo info) => info.Algorithm.Algorithm.Equals(X9ObjectIdentifiers.IdDsa);

    /// <summary>The key is one of those that inherit their parameters (RFC 3279 §2.3.2; null as RFC 5280 §6.1.4 (e) reads it).</summary>
    public static bool OmitsParameters(SubjectPublicKeyInfo info) => IsDsa(info) && info.Algorithm.Parameters is null or Asn1Null;

    /// <summary>DSA with SHA-1 or SHA-256, without parameters (RFC 3279 §2.2.2, RFC 5758 §3.1).</summary>
    public static bool IsScheme(AlgorithmIdentifier algorithm) => Hashes.ContainsKey(algorithm.Algorithm) && algorithm.Parameters is null;

    /// <summary>Null for a key or parameters that are malformed, of another size, or no group of the order they state.</summary>
    /// <param name="parameters">Those of the key, or those it inherits.</param>
    public static DsaVerificationKey? Open(SubjectPublicKeyInfo info, Asn1Encodable parameters)
    {
        try
        {
            var read = DsaParameter.GetInstance(parameters);
            var y = DerInteger.GetInstance(info.ParsePublicKey()).Value;

            // The library refuses a key that is not in the group.
            return IsGroup(read.P, read.Q, read.G) && y.BitLength <= read.P.BitLength
                ? new DsaVerificationKey(new DsaPublicKeyParameters(y, new DsaParameters(read.P, read.Q, read.G)))
                : null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A key from outside that cannot be constructed, for whichever reason, verifies nothing.
            return null;
        }
    }

    /// <summary>False also for another algorithm and for a value that cannot be read or is out of range (FIPS 186-4 §4.7).</summary>
    public bool Verify(AlgorithmIdentifier algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value)
    {
        if (!IsScheme(algorithm) || value.Length > MaxValueSize)
        {
            return false;
        }

        try
        {
            var pair = StandardDsaEncoding.Instance.Decode(key.Parameters.Q, value.ToArray());
            var signer = new DsaSigner();
            signer.Init(forSigning: false, key);
            return signer.VerifySignature(CryptographicOperations.HashData(Hashes[algorithm.Algorithm], data), pair[0], pair[1]);
        }
        catch (Exception fault) when (fault is ArgumentException or ArithmeticException or InvalidCastException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    /// <summary>FIPS 186-4 §4.1 as far as it can be told without a test for primes.</summary>
    private static bool IsGroup(BigInteger p, BigInteger q, BigInteger g) =>
        p.SignValue > 0 && q.SignValue > 0 && g.SignValue > 0
        && Sizes.Contains((p.BitLength, q.BitLength)) && p.TestBit(0) && q.TestBit(0)
        && p.Subtract(BigInteger.One).Mod(q).SignValue == 0
        && g.CompareTo(BigInteger.One) > 0 && g.CompareTo(p) < 0 && g.ModPow(q, p).Equals(BigInteger.One);
}
