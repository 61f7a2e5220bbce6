namespace DocExchange.Trust.Keys;

/// <summary>The algorithms an office signs with. Both stand side by side in one exchange.</summary>
public enum Suite
{
    /// <summary>ECDSA P-256 or RSA with SHA-256.</summary>
    Intl,

    /// <summary>SM2 with SM3 (GB/T 32918, GB/T 32905).</summary>
    Gm,
}
