using System.Security.Cryptography;
using System.Text;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Merkle;

/// <summary>
/// An Ed25519 seed as EncryptedPrivateKeyInfo: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018 §6.2). The
/// password is taken as UTF-8.
/// </summary>
internal static class EncryptedEd25519
{
    private const int SaltSize = 16;
    private const int BlockSize = 16;
    private const int KeySize = 32;
    private const int SeedSize = 32;
    private const int MaxSize = 4096;

    public static byte[] Write(byte[] seed, string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var vector = RandomNumberGenerator.GetBytes(BlockSize);
        var plain = new PrivateKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), new DerOctetString(seed)).GetEncoded(Asn1Encodable.Der);
        using var aes = Cipher(password, salt, iterations);
        var encrypted = aes.EncryptCbc(plain, vector);
        CryptographicOperations.ZeroMemory(plain);

        var derivation = new Pbkdf2Params(salt, iterations, KeySize, new AlgorithmIdentifier(PkcsObjectIdentifiers.IdHmacWithSha256, DerNull.Instance));
        var scheme = new PbeS2Parameters(
            new KeyDerivationFunc(PkcsObjectIdentifiers.IdPbkdf2, derivation),
            new EncryptionScheme(NistObjectIdentifiers.IdAes256Cbc, new DerOctetString(vector)));
        return new EncryptedPrivateKeyInfo(new AlgorithmIdentifier(PkcsObjectIdentifiers.IdPbeS2, scheme), encrypted).GetEncoded(Asn1Encodable.Der);
    }

    public static byte[] Read(ReadOnlySpan<byte> der, string password)
    {
        var (salt, iterations, vector, encrypted) = Unwrap(der);
        using var aes = Cipher(password, salt, iterations);
        var plain = aes.DecryptCbc(encrypted, vector);
        try
        {
            return Seed(plain);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Padding fits by chance for one wrong password in 256.
            throw new CryptographicException("The password does not open the ledger key.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] Seed(byte[] plain)
    {
        var info = PrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(plain));
        var seed = Asn1OctetString.GetInstance(info.ParsePrivateKey()).GetOctets();
        return info.PrivateKeyAlgorithm.Algorithm.Equals(EdECObjectIdentifiers.id_Ed25519) && seed.Length == SeedSize
            ? seed
            : throw new FormatException("The decrypted key is not an Ed25519 key.");
    }

    private static (byte[] Salt, int Iterations, byte[] Vector, byte[] Encrypted) Unwrap(ReadOnlySpan<byte> der)
    {
        if (der.Length > MaxSize)
        {
            throw new FormatException($"An encrypted Ed25519 key of {der.Length} bytes is larger than {MaxSize}.");
        }

        try
        {
            var info = EncryptedPrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(der.ToArray()));
            Require(info.EncryptionAlgorithm.Algorithm, PkcsObjectIdentifiers.IdPbeS2);
            var scheme = PbeS2Parameters.GetInstance(info.EncryptionAlgorithm.Parameters);
            Require(scheme.KeyDerivationFunc.Algorithm, PkcsObjectIdentifiers.IdPbkdf2);
            Require(scheme.EncryptionScheme.Algorithm, NistObjectIdentifiers.IdAes256Cbc);
            var derivation = Pbkdf2Params.GetInstance(scheme.KeyDerivationFunc.Parameters);
            Require(derivation.Prf.Algorithm, PkcsObjectIdentifiers.IdHmacWithSha256);
            var iterations = PasswordEncryption.CheckedIterations(derivation.IterationCount);
            var vector = Asn1OctetString.GetInstance(scheme.EncryptionScheme.Parameters).GetOctets();
            return vector.Length == BlockSize
                ? (derivation.GetSalt(), iterations, vector, info.GetEncryptedData())
                : throw new FormatException($"The initialization vector has {vector.Length} bytes instead of {BlockSize}.");
        }
        catch (Exception fault) when (fault is not (FormatException or OutOfMemoryException))
        {
            // The ASN.1 library throws many kinds for malformed input; all of them mean the same here.
            throw new FormatException("The bytes are not an encrypted private key (PKCS#8): " + fault.Message, fault);
        }
    }

    private static void Require(DerObjectIdentifier actual, DerObjectIdentifier expected)
    {
        if (!actual.Equals(expected))
        {
            throw new FormatException($"The key is protected with {actual.Id}; only PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC is accepted ({expected.Id} expected).");
        }
    }

    private static Aes Cipher(string password, byte[] salt, int iterations)
    {
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, KeySize);
        var aes = Aes.Create();
        aes.Key = key;
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }
}
