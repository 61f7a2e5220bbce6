namespace DocExchange.Trust.Keys;

public enum KeyAlgorithm
{
    EcdsaP256,
    EcdsaP384,
    EcdsaP521,

    /// <summary>RSA of at least 2,048 bits; signatures are PKCS#1 v1.5 with SHA-256 (RFC 8017 §8.2).</summary>
    Rsa,

    /// <summary>SM2 on sm2p256v1 with SM3 and the user id 1234567812345678 (GB/T 32918, GB/T 35276).</summary>
    Sm2,

    Ed25519,

    /// <summary>RSA of a certificate that allows RSASSA-PSS alone (id-RSASSA-PSS, RFC 4055 §1.2). It is verified with, nothing here signs with it.</summary>
    RsaPss,
}
