using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;

namespace DocExchange.Trust.Keys;

internal static class OsRandom
{
    /// <summary>Draws every byte from the operating system, as <see cref="System.Security.Cryptography.RandomNumberGenerator"/> does.</summary>
    public static SecureRandom New() => new(new CryptoApiRandomGenerator());
}
