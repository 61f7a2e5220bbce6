namespace DocExchange.Trust.Keys;

internal static class Sm2
{
    /// <summary>The user id that goes into Z, 1234567812345678 (GB/T 35276).</summary>
    public static readonly byte[] UserId = "1234567812345678"u8.ToArray();
}
