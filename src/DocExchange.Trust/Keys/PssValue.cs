using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Keys;

/// <summary>
/// RSASSA-PSS (RFC 8017 §8.1.2) with a mask of another digest, or a salt of another length, than .NET verifies. The ASN.1
/// library could, but tests the modulus for primes first, which takes a second for 8,192 bits.
/// </summary>
internal static class PssValue
{
    private const int Trailer = 0xBC;

    /// <param name="scheme">Of PSS.</param>
    /// <param name="digest">Of what is signed.</param>
    public static bool IsValid(RsaPublicKeyStructure key, SignatureScheme scheme, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value)
    {
        var bits = key.Modulus.BitLength - 1;
        var size = (bits + 7) / 8;
        var number = new BigInteger(1, value.ToArray());
        if (value.Length != (key.Modulus.BitLength + 7) / 8 || number.CompareTo(key.Modulus) >= 0)
        {
            return false;
        }

        var message = number.ModPow(key.PublicExponent, key.Modulus).ToByteArrayUnsigned();
        if (message.Length > size)
        {
            return false;
        }

        var encoded = new byte[size];
        message.CopyTo(encoded, size - message.Length);
        return IsEncodingOf(digest.ToArray(), scheme, encoded, (8 * size) - bits);
    }

    /// <summary>EMSA-PSS-VERIFY (§9.1.2).</summary>
    /// <param name="free">How many bits at the front must be zero.</param>
    private static bool IsEncodingOf(byte[] digest, SignatureScheme scheme, byte[] encoded, int free)
    {
        var salt = scheme.Salt ?? digest.Length;
        var padding = encoded.Length - digest.Length - salt - 2;
        if (padding < 0 || encoded[^1] != Trailer || encoded[0] >> (8 - free) != 0)
        {
            return false;
        }

        var hash = encoded.AsSpan(encoded.Length - digest.Length - 1, digest.Length);
        var block = encoded.AsSpan(0, encoded.Length - digest.Length - 1).ToArray();
        Unmask(block, hash, scheme.Mask ?? scheme.Hash);
        block[0] &= (byte)(0xFF >> free);
        return !block.AsSpan(0, padding).ContainsAnyExcept((byte)0) && block[padding] == 1
            && CryptographicOperations.HashData(scheme.Hash, [.. new byte[8], .. digest, .. block[(padding + 1)..]]).AsSpan().SequenceEqual(hash);
    }

    /// <summary>MGF1 (§B.2.1).</summary>
    private static void Unmask(byte[] block, ReadOnlySpan<byte> seed, HashAlgorithmName hash)
    {
        byte[] input = [.. seed, 0, 0, 0, 0];
        for (var (at, counter) = (0, 0); at < block.Length; counter++)
        {
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(seed.Length), counter);
            foreach (var each in CryptographicOperations.HashData(hash, input).Take(block.Length - at))
            {
                block[at++] ^= each;
            }
        }
    }
}
