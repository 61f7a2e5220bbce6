using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Signatures;

/// <summary>
/// The certificates that come with signatures, read once: an office's chain comes with everything it signs. Bounded, safe
/// for concurrent use.
/// </summary>
internal static class KnownCertificates
{
    private const int Kept = 1024;

    private static readonly BoundedCache<Digest, Certificate> Cache = new(Kept);

    /// <summary>Null where the bytes are no certificate.</summary>
    public static Certificate? Read(ReadOnlySpan<byte> der)
    {
        var fingerprint = Digest.Of(der);
        if (Cache.TryGet(fingerprint, out var known))
        {
            return known;
        }

        try
        {
            var certificate = Certificate.Parse(der);
            Cache.Put(fingerprint, certificate);
            return certificate;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
