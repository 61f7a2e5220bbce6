using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace DocExchange.Trust.Keys;

/// <summary>
/// Password-based encryption. Written: PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018 §6.2). Read: PBES2 with
/// any HMAC-SHA and AES-CBC, and the schemes of RFC 7292 appendix C that older products write.
/// </summary>
internal static class PasswordEncryption
{
    public const int DefaultIterations = 100_000;

    /// <summary>More iterations than this are refused when reading: about one second.</summary>
    public const int MaxIterations = 5_000_000;

    private const int SaltSize = 16;
    private const int BlockSize = 16;

    private static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> Prfs = new()
    {
        [PkcsObjectIdentifiers.IdHmacWithSha1] = HashAlgorithmName.SHA1,
        [PkcsObjectIdentifiers.IdHmacWithSha256] = HashAlgorithmName.SHA256,
        [PkcsObjectIdentifiers.IdHmacWithSha384] = HashAlgorithmName.SHA384,
        [PkcsObjectIdentifiers.IdHmacWithSha512] = HashAlgorithmName.SHA512,
    };

    private static readonly Dictionary<DerObjectIdentifier, int> AesKeySizes = new()
    {
        [NistObjectIdentifiers.IdAes128Cbc] = 16,
        [NistObjectIdentifiers.IdAes192Cbc] = 24,
        [NistObjectIdentifiers.IdAes256Cbc] = 32,
    };

    public static EncryptedPrivateKeyInfo EncryptPkcs8(byte[] plain, string password, int iterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var vector = RandomNumberGenerator.GetBytes(BlockSize);
        using var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, 32);
        var parameters = new PbeS2Parameters(
            new KeyDerivationFunc(
                PkcsObjectIdentifiers.IdPbkdf2,
                new Pbkdf2Params(salt, iterations, new AlgorithmIdentifier(PkcsObjectIdentifiers.IdHmacWithSha256, DerNull.Instance))),
            new EncryptionScheme(NistObjectIdentifiers.IdAes256Cbc, new DerOctetString(vector)));
        return new EncryptedPrivateKeyInfo(
            new AlgorithmIdentifier(PkcsObjectIdentifiers.IdPbeS2, parameters),
            aes.EncryptCbc(plain, vector));
    }

    /// <exception cref="FormatException">The bytes are not an EncryptedPrivateKeyInfo, or by an unknown scheme.</exception>
    /// <exception cref="WrongPasswordException">The password does not open it.</exception>
    public static byte[] DecryptPkcs8(byte[] der, string password)
    {
        EncryptedPrivateKeyInfo info;
        try
        {
            info = EncryptedPrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(der)) ?? throw new FormatException("There are no bytes.");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new FormatException("The bytes are not an encrypted PKCS#8 private key.", fault);
        }

        var plain = Decrypt(info.EncryptionAlgorithm, info.GetEncryptedData(), password);
        try
        {
            // A wrong password leaves valid padding once in 256 times; then the structure tells.
            return PrivateKeyInfo.GetInstance(Asn1Object.FromByteArray(plain)) is not null ? plain : throw new FormatException("There is no key.");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new WrongPasswordException(fault);
        }
    }

    /// <exception cref="FormatException">The scheme is not known or its parameters are out of bounds.</exception>
    /// <exception cref="WrongPasswordException">The padding is wrong.</exception>
    public static byte[] Decrypt(AlgorithmIdentifier algorithm, byte[] encrypted, string password)
    {
        try
        {
            return algorithm.Algorithm.Equals(PkcsObjectIdentifiers.IdPbeS2)
                ? DecryptPbes2(PbeS2Parameters.GetInstance(algorithm.Parameters), encrypted, password)
                : DecryptPkcs12Pbe(algorithm, encrypted, password);
        }
        catch (Exception fault) when (fault is CryptographicException or InvalidCipherTextException)
        {
            throw new WrongPasswordException(fault);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidCastException or SecurityUtilityException or InvalidOperationException)
        {
            throw new FormatException($"The encryption {algorithm.Algorithm} of the key file cannot be read: {fault.Message}", fault);
        }
    }

    public static int CheckedIterations(Org.BouncyCastle.Math.BigInteger count) =>
        count.SignValue > 0 && count.BitLength < 31 && count.IntValue <= MaxIterations
            ? count.IntValue
            : throw new FormatException($"The key file asks for {count} iterations; 1 to {MaxIterations} are accepted.");

    private static byte[] DecryptPbes2(PbeS2Parameters parameters, byte[] encrypted, string password)
    {
        var scheme = parameters.EncryptionScheme;
        if (!parameters.KeyDerivationFunc.Algorithm.Equals(PkcsObjectIdentifiers.IdPbkdf2) || !AesKeySizes.TryGetValue(scheme.Algorithm, out var keySize))
        {
            throw new FormatException($"The key file is encrypted by {scheme.Algorithm} under {parameters.KeyDerivationFunc.Algorithm}; AES-CBC under PBKDF2 is expected.");
        }

        var derivation = Pbkdf2Params.GetInstance(parameters.KeyDerivationFunc.Parameters);
        if (!Prfs.TryGetValue(derivation.Prf.Algorithm, out var prf))
        {
            throw new FormatException($"The key file derives its key by {derivation.Prf.Algorithm}; HMAC with SHA-1 or SHA-2 is expected.");
        }

        using var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), derivation.GetSalt(), CheckedIterations(derivation.IterationCount), prf, keySize);
        return aes.DecryptCbc(encrypted, Asn1OctetString.GetInstance(scheme.Parameters).GetOctets());
    }

    private static byte[] DecryptPkcs12Pbe(AlgorithmIdentifier algorithm, byte[] encrypted, string password)
    {
        CheckedIterations(Pkcs12PbeParams.GetInstance(algorithm.Parameters).Iterations);
        if (PbeUtilities.CreateEngine(algorithm.Algorithm) is not IBufferedCipher cipher)
        {
            throw new FormatException($"The key file is encrypted by {algorithm.Algorithm}, which is not known.");
        }

        cipher.Init(forEncryption: false, PbeUtilities.GenerateCipherParameters(algorithm, password.ToCharArray()));
        return cipher.DoFinal(encrypted);
    }
}
