namespace DocExchange.Trust.Seals;

internal static class SealOids
{
    /// <summary>SM2 with SM3, what this product writes.</summary>
    public const string Sm2WithSm3 = "1.2.156.10197.1.501";

    /// <summary>The SM2 signature algorithm, which some makers write in its place.</summary>
    public const string Sm2Signature = "1.2.156.10197.1.301.1";

    public const string Sm3 = "1.2.156.10197.1.401";

    public const string Sha256 = "2.16.840.1.101.3.4.2.1";

    public static bool IsSm2(string algorithm) => algorithm is Sm2WithSm3 or Sm2Signature;
}
