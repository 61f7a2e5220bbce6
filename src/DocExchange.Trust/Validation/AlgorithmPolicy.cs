using System.Globalization;

namespace DocExchange.Trust.Validation;

/// <summary>
/// Until when each algorithm is trusted: a signature must be proven to exist before that day. Null is an open end;
/// what is not listed is not trusted at all.
/// </summary>
public sealed record AlgorithmPolicy(IReadOnlyDictionary<string, DateTimeOffset?> Ends)
{
    public const string RsaUnder2048 = RsaUnder + "2048";
    public const string RsaPkcs1 = "RSA PKCS#1 v1.5";
    public const string RsaPss = "RSA-PSS";

    private const string RsaUnder = "RSA < ";

    // The end dates validators commonly apply; a site may set its own.
    public static readonly AlgorithmPolicy Default = new(new Dictionary<string, DateTimeOffset?>
    {
        ["MD5"] = Day(2004, 8),
        ["SHA-1"] = Day(2012, 8),
        ["SHA-256"] = null,
        ["SHA-384"] = null,
        ["SHA-512"] = null,
        ["SM3"] = null,
        [RsaUnder2048] = Day(2012, 1),
        [RsaPkcs1] = Day(2029, 1),
        [RsaPss] = null,
        ["ECDSA P-256"] = null,
        ["ECDSA P-384"] = null,
        ["ECDSA P-521"] = null,
        ["SM2"] = null,
        ["Ed25519"] = null,
    });

    /// <summary>The entries named "RSA &lt; n": keys of fewer bits than n are trusted until then.</summary>
    internal IEnumerable<(int Bits, DateTimeOffset? End)> RsaLimits =>
        from entry in Ends
        where entry.Key.StartsWith(RsaUnder, StringComparison.Ordinal)
        select (int.Parse(entry.Key.AsSpan(RsaUnder.Length), NumberStyles.None, CultureInfo.InvariantCulture), entry.Value);

    internal static bool IsName(string name) =>
        Default.Ends.ContainsKey(name)
        || (name.StartsWith(RsaUnder, StringComparison.Ordinal) && int.TryParse(name.AsSpan(RsaUnder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    /// <summary>The same with another end for one algorithm.</summary>
    public AlgorithmPolicy With(string algorithm, DateTimeOffset? end) =>
        new(new Dictionary<string, DateTimeOffset?>(Ends) { [algorithm] = end });

    private static DateTimeOffset Day(int year, int month) => new(year, month, 1, 0, 0, 0, TimeSpan.Zero);
}
