using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Security;

namespace DocExchange.Trust.Keys;

/// <summary>The password-based MAC over a PKCS#12 file (RFC 7292 §4, appendix B).</summary>
internal static class Pkcs12Mac
{
    private const byte MacPurpose = 3;
    private const int SaltSize = 16;

    private static readonly Dictionary<DerObjectIdentifier, (HashAlgorithmName Name, int Block)> Hashes = new()
    {
        [OiwObjectIdentifiers.IdSha1] = (HashAlgorithmName.SHA1, 64),
        [NistObjectIdentifiers.IdSha256] = (HashAlgorithmName.SHA256, 64),
        [NistObjectIdentifiers.IdSha384] = (HashAlgorithmName.SHA384, 128),
        [NistObjectIdentifiers.IdSha512] = (HashAlgorithmName.SHA512, 128),
    };

    public static MacData Over(byte[] content, string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var key = DeriveKey(HashAlgorithmName.SHA256, 64, password, salt, iterations);
        var info = new DigestInfo(new AlgorithmIdentifier(NistObjectIdentifiers.IdSha256, DerNull.Instance), HMACSHA256.HashData(key, content));
        return new MacData(info, salt, iterations);
    }

    /// <exception cref="FormatException">The MAC is by an unknown hash or asks for too many iterations.</exception>
    public static bool IsValid(MacData mac, byte[] content, string password)
    {
        if (!Hashes.TryGetValue(mac.Mac.DigestAlgorithm.Algorithm, out var hash))
        {
            throw new FormatException($"The key file is protected by a MAC of {mac.Mac.DigestAlgorithm.Algorithm}; SHA-1 or SHA-2 is expected.");
        }

        // The MAC does not cover its own description: what is not needed there must not be there.
        if (mac.Mac.DigestAlgorithm.Parameters is not (null or DerNull))
        {
            throw new FormatException("The MAC of the key file has parameters that its hash does not take.");
        }

        var key = DeriveKey(hash.Name, hash.Block, password, mac.GetSalt(), PasswordEncryption.CheckedIterations(mac.IterationCount));
        return CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash.Name, key, content), mac.Mac.Digest.GetOctets());
    }

    /// <summary>RFC 7292 appendix B.2 for one block of output, which is all a MAC key needs.</summary>
    private static byte[] DeriveKey(HashAlgorithmName hash, int block, string password, byte[] salt, int iterations)
    {
        var secret = Encoding.BigEndianUnicode.GetBytes(password + "\0");
        byte[] input = [.. Enumerable.Repeat(MacPurpose, block), .. Repeated(salt, block), .. Repeated(secret, block)];
        // One digest for all rounds: setting one up costs several times what hashing one block does.
        var digest = DigestUtilities.GetDigest(hash.Name);
        var key = new byte[digest.GetDigestSize()];
        digest.BlockUpdate(input);
        digest.DoFinal(key);
        for (var round = 1; round < iterations; round++)
        {
            digest.BlockUpdate(key);
            digest.DoFinal(key);
        }

        CryptographicOperations.ZeroMemory(input);
        return key;
    }

    /// <summary>Repeats the value until it fills whole blocks.</summary>
    private static byte[] Repeated(byte[] value, int block)
    {
        var filled = new byte[(value.Length + block - 1) / block * block];
        for (var i = 0; i < filled.Length; i++)
        {
            filled[i] = value[i % value.Length];
        }

        return filled;
    }
}
