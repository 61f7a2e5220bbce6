using System.Security.Cryptography;
using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Signatures;

/// <summary>The digests a signature may name. Whether one is still trusted is for the policy to say.</summary>
public enum DigestAlgorithm
{
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    Sm3,
}

internal static class DigestAlgorithms
{
    /// <summary>Null for an algorithm that is not known.</summary>
    public static DigestAlgorithm? Of(string oid) => oid switch
    {
        Oids.Md5 => DigestAlgorithm.Md5,
        Oids.Sha1 => DigestAlgorithm.Sha1,
        Oids.Sha256 => DigestAlgorithm.Sha256,
        Oids.Sha384 => DigestAlgorithm.Sha384,
        Oids.Sha512 => DigestAlgorithm.Sha512,
        Oids.Sm3 or Oids.Sm3WithoutKey => DigestAlgorithm.Sm3,
        _ => null,
    };

    public static string OidOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => Oids.Md5,
        DigestAlgorithm.Sha1 => Oids.Sha1,
        DigestAlgorithm.Sha256 => Oids.Sha256,
        DigestAlgorithm.Sha384 => Oids.Sha384,
        DigestAlgorithm.Sha512 => Oids.Sha512,
        _ => Oids.Sm3,
    };

    public static byte[] Hash(DigestAlgorithm algorithm, ReadOnlySpan<byte> data) =>
        algorithm == DigestAlgorithm.Sm3 ? Sm3.Hash(data) : CryptographicOperations.HashData(NameOf(algorithm), data);

    /// <exception cref="ArgumentOutOfRangeException">SM3, which .NET does not have.</exception>
    public static HashAlgorithmName NameOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => HashAlgorithmName.MD5,
        DigestAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        DigestAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        DigestAlgorithm.Sha384 => HashAlgorithmName.SHA384,
        DigestAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No such digest in .NET."),
    };
}
