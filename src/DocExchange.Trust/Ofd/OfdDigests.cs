using System.Buffers.Text;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <param name="Covered">Paths of the parts whose digest fits.</param>
/// <param name="Altered">Paths of the parts that are altered, damaged or missing, as far as the file has them, else as named.</param>
/// <param name="Named">Every part a reference leads to, whether its digest fits or not.</param>
internal sealed record OfdPartsResult(IReadOnlyList<string> Covered, IReadOnlyList<string> Altered, IReadOnlyList<string> Named, IReadOnlyList<Finding> Findings);

/// <summary>Compares the parts an OFD signature protects with their digests in Signature.xml.</summary>
internal static class OfdDigests
{
    // So many parts are named in findings one by one.
    private const int MaxFindings = 100;

    public static async Task<OfdPartsResult> CompareAsync(OfdPackage package, OfdSignatureFile signature, string folder, CancellationToken cancellation)
    {
        var covered = new List<string>();
        var altered = new List<string>();
        var named = new List<string>();
        var findings = new List<Finding>();
        var algorithms = new SortedSet<DigestAlgorithm>();
        foreach (var reference in signature.References)
        {
            var entry = package.Find(folder, reference.FileRef);
            named.Add(entry?.Path ?? reference.FileRef);
            var (isIntact, finding) = await CompareAsync(package, entry, reference, signature.CheckMethod, algorithms, cancellation);
            if (isIntact)
            {
                covered.Add(entry!.Path);
            }
            else if (finding!.Indication == Indication.TotalFailed)
            {
                altered.Add(entry?.Path ?? reference.FileRef);
            }

            if (finding is not null && findings.Count < MaxFindings)
            {
                findings.Add(finding);
            }
        }

        findings.AddRange(algorithms.Where(algorithm => algorithm is DigestAlgorithm.Md5 or DigestAlgorithm.Sha1).Select(algorithm => OfdFindings.DigestWeak(NameOf(algorithm))));
        findings.Add(signature.References.Count == 0 ? OfdFindings.NoReferences : OfdFindings.PartsMatch(covered.Count, string.Join(", ", algorithms.Select(NameOf))));
        return new OfdPartsResult(covered, altered, named, findings);
    }

    private static async Task<(bool IsIntact, Finding? Finding)> CompareAsync(
        OfdPackage package, OfdEntry? entry, OfdReference reference, string? method, SortedSet<DigestAlgorithm> used, CancellationToken cancellation)
    {
        if (entry is null)
        {
            return (false, OfdFindings.PartMissing(reference.FileRef));
        }

        var candidates = Candidates(method, reference.CheckValue);
        if (candidates.Count == 0)
        {
            return (false, OfdFindings.DigestUnknown(entry.Path, method));
        }

        try
        {
            foreach (var (algorithm, expected) in candidates)
            {
                if ((await package.DigestAsync(entry, algorithm, cancellation)).AsSpan().SequenceEqual(expected))
                {
                    used.Add(algorithm);
                    return (true, null);
                }
            }

            return (false, OfdFindings.PartAltered(entry.Path));
        }
        catch (OfdFormatException fault)
        {
            return (false, entry.IsReadable ? OfdFindings.PartDamaged(entry.Path, fault) : OfdFindings.PartUnreadable(entry.Path, fault));
        }
    }

    /// <summary>
    /// What the value can be a digest of: by the algorithm named, and where none is named or the value is not as long as
    /// its digests, by length. GB/T 33190 leaves MD5 as the default, makers that omit the method write SM3.
    /// </summary>
    private static List<(DigestAlgorithm Algorithm, byte[] Expected)> Candidates(string? method, string checkValue)
    {
        var named = ByName(method);
        return [.. Values(checkValue).SelectMany(value => (named is { } algorithm && SizeOf(algorithm) == value.Length ? [algorithm] : ByLength(value.Length)).Select(candidate => (candidate, value)))];
    }

    /// <summary>Base64 by the standard; hexadecimal is met as well, and 64 digits of it are base64 too.</summary>
    private static IEnumerable<byte[]> Values(string checkValue)
    {
        var text = string.Concat(checkValue.Where(letter => !char.IsWhiteSpace(letter)));
        if (text.Length is 0 or > 256)
        {
            yield break;
        }

        if (Base64.IsValid(text))
        {
            yield return Convert.FromBase64String(text);
        }

        if (text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit))
        {
            yield return Convert.FromHexString(text);
        }
    }

    private static DigestAlgorithm? ByName(string? method) => method?.Trim().ToUpperInvariant().Replace("-", "", StringComparison.Ordinal) switch
    {
        "MD5" => DigestAlgorithm.Md5,
        "SHA1" or "SHA" => DigestAlgorithm.Sha1,
        "SHA256" => DigestAlgorithm.Sha256,
        "SHA384" => DigestAlgorithm.Sha384,
        "SHA512" => DigestAlgorithm.Sha512,
        // 401.2 is the HMAC in GM/T 0006, and is met where plain SM3 is meant.
        "SM3" or "1.2.156.10197.1.401.2" => DigestAlgorithm.Sm3,
        { } oid => DigestAlgorithms.Of(oid),
        null => null,
    };

    private static DigestAlgorithm[] ByLength(int length) => length switch
    {
        16 => [DigestAlgorithm.Md5],
        20 => [DigestAlgorithm.Sha1],
        32 => [DigestAlgorithm.Sm3, DigestAlgorithm.Sha256],
        48 => [DigestAlgorithm.Sha384],
        64 => [DigestAlgorithm.Sha512],
        _ => [],
    };

    private static int SizeOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => 16,
        DigestAlgorithm.Sha1 => 20,
        DigestAlgorithm.Sha384 => 48,
        DigestAlgorithm.Sha512 => 64,
        _ => 32,
    };

    private static string NameOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => "MD5",
        DigestAlgorithm.Sha1 => "SHA-1",
        DigestAlgorithm.Sha256 => "SHA-256",
        DigestAlgorithm.Sha384 => "SHA-384",
        DigestAlgorithm.Sha512 => "SHA-512",
        _ => "SM3",
    };
}
