using System.Formats.Asn1;
using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Seals;

internal enum SignatureValueCheck
{
    Valid,
    Invalid,

    /// <summary>The key or the algorithm is not one that is verified here: nothing is known.</summary>
    Unsupported,

    /// <summary>It takes more work than is done for one file.</summary>
    BeyondLimit,
}

/// <summary>
/// Checks the signature value of a seal or a seal signature: SM2 with SM3 as the standards demand, and RSA with SHA-1 or
/// SHA-256, which seals of the first years carry.
/// </summary>
internal static class SealSignatureValue
{
    private const int HalfSize = 32;
    private const int MinRsaBits = 1024;

    /// <param name="work">What the file draws on; null where nothing else does.</param>
    public static SignatureValueCheck Check(Certificate signer, string algorithm, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> value, FileWork? work)
    {
        if (work?.TryPay(CostOf(signer, algorithm)) == false)
        {
            return SignatureValueCheck.BeyondLimit;
        }

        if (signer.KeyAlgorithm == KeyAlgorithm.Sm2)
        {
            // With an SM2 key only SM2 with SM3 is possible, whatever the algorithm is called.
            var isValid = PublicKeys.Verify(signer, SealOids.Sm2WithSm3, data.Span, value.Span);
            return isValid ? SignatureValueCheck.Valid : SealOids.IsSm2(algorithm) ? SignatureValueCheck.Invalid : SignatureValueCheck.Unsupported;
        }

        return signer.KeyAlgorithm == KeyAlgorithm.Rsa && HashesOf(algorithm) is { Length: > 0 } hashes
            ? CheckRsa(signer, hashes, data, value)
            : SignatureValueCheck.Unsupported;
    }

    /// <summary>
    /// An SM2 value as this product verifies it: r and s whose DER lacks or has a zero too many, or that lie right in 64
    /// bytes each (ECCSIGNATUREBLOB of GM/T 0016), become 64 raw bytes. All else stays as it is.
    /// </summary>
    public static ReadOnlyMemory<byte> Normalise(ReadOnlyMemory<byte> value)
    {
        if (value.Length == 4 * HalfSize && Wide(value[..(2 * HalfSize)]) is { } first && Wide(value[(2 * HalfSize)..]) is { } second)
        {
            return Join(first.Span, second.Span);
        }

        try
        {
            // Nothing may come after s: trailing zeros are met where the BIT STRING was filled up.
            var pair = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
            var r = Unsigned(pair);
            var s = Unsigned(pair);
            return r is { } left && s is { } right && !pair.HasData ? Join(left.Span, right.Span) : value;
        }
        catch (AsnContentException)
        {
            return value;
        }
    }

    private static ReadOnlyMemory<byte>? Unsigned(AsnReader pair)
    {
        if (!pair.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            return null;
        }

        var bytes = pair.PeekContentBytes();
        pair.ReadEncodedValue();
        while (bytes.Length > HalfSize && bytes.Span[0] == 0)
        {
            bytes = bytes[1..];
        }

        return bytes.Length is > 0 and <= HalfSize ? bytes : null;
    }

    private static ReadOnlyMemory<byte>? Wide(ReadOnlyMemory<byte> half) =>
        half.Span[..HalfSize].ContainsAnyExcept((byte)0) ? null : half[HalfSize..];

    private static byte[] Join(ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        var raw = new byte[2 * HalfSize];
        r.CopyTo(raw.AsSpan(HalfSize - r.Length));
        s.CopyTo(raw.AsSpan((2 * HalfSize) - s.Length));
        return raw;
    }

    // Hashing grows with what is read of a file, which has bounds of its own.
    private static long CostOf(Certificate signer, string algorithm) => signer.KeyAlgorithm switch
    {
        KeyAlgorithm.Sm2 => VerificationCost.Of(signer, new AlgorithmIdentifier(new DerObjectIdentifier(SealOids.Sm2WithSm3)), 0),
        KeyAlgorithm.Rsa => HashesOf(algorithm).Length * VerificationCost.Of(signer, new AlgorithmIdentifier(new DerObjectIdentifier(Oids.Rsa)), 0),
        _ => 0,
    };

    private static HashAlgorithmName[] HashesOf(string algorithm) => algorithm switch
    {
        Oids.RsaSha1 => [HashAlgorithmName.SHA1],
        Oids.RsaSha256 => [HashAlgorithmName.SHA256],
        Oids.Rsa => [HashAlgorithmName.SHA256, HashAlgorithmName.SHA1],
        _ => [],
    };

    private static SignatureValueCheck CheckRsa(Certificate signer, HashAlgorithmName[] hashes, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> value)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(signer.Inner.CertificateStructure.SubjectPublicKeyInfo.GetDerEncoded(), out _);
            var exponent = key.ExportParameters(includePrivateParameters: false).Exponent!;
            if (key.KeySize is < MinRsaBits or > Keys.VerificationKey.MaxRsaBits || exponent.Length > Keys.VerificationKey.MaxExponentBits / 8)
            {
                return SignatureValueCheck.Unsupported;
            }

            return Array.Exists(hashes, hash => key.VerifyData(data.Span, value.Span, hash, RSASignaturePadding.Pkcs1))
                ? SignatureValueCheck.Valid
                : SignatureValueCheck.Invalid;
        }
        catch (CryptographicException)
        {
            return SignatureValueCheck.Unsupported;
        }
    }
}
