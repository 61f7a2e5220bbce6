using System.Buffers.Text;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <param name="Covered">Paths of the parts whose digest fits.</param>
/// <param name="Altered">Paths of the parts that are altered, damaged or missing, as far as the file has them, else as named.</param>
/// <param name="Named">Every part a reference leads to, whether its digest fits or not.</param>
internal sealed record OfdPartsResult(List<string> Covered, List<string> Altered, List<string> Named, List<Finding> Findings)
{
    /// <summary>The parts that references lead to, and by what they were found.</summary>
    public List<(OfdEntry Entry, OfdFoundBy By)> Found { get; } = [];

    /// <summary>Parts whose digest is not of the length that CheckMethod demands.</summary>
    public List<string> OfOtherLength { get; } = [];

    /// <summary>What the digests that fit were made with, in the names of the algorithm policy.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = [];
}

/// <summary>Compares the parts an OFD signature protects with their digests in Signature.xml.</summary>
internal static class OfdDigests
{
    // So many parts are named in findings one by one.
    private const int MaxFindings = 100;

    public static async Task<OfdPartsResult> CompareAsync(OfdPackage package, OfdSignatureFile signature, string folder, CancellationToken cancellation)
    {
        var result = new OfdPartsResult([], [], [], []);
        var algorithms = new SortedSet<DigestAlgorithm>();
        var references = signature.References.Distinct().ToList();
        var effort = await CompareAllAsync(package, references, signature.CheckMethod, folder, result, algorithms, cancellation);
        if (result.OfOtherLength.Count > 0)
        {
            result.Findings.Add(OfdFindings.DigestOfOtherLength(signature.CheckMethod!, result.OfOtherLength));
        }
        else if (signature.CheckMethod is { } method && ByName(method) is null)
        {
            result.Findings.Add(OfdFindings.DigestMethodUnknown(method));
        }

        if (effort is not null)
        {
            result.Findings.Add(effort);
        }
        else if (references.Count == 0)
        {
            result.Findings.Add(OfdFindings.NoReferences);
        }
        else if (result.Covered.Count == result.Named.Count)
        {
            result.Findings.Add(OfdFindings.PartsMatch(references.Count, string.Join(", ", algorithms.Select(CmsAlgorithms.NameOf))));
        }

        return result with { Algorithms = [.. algorithms.Select(CmsAlgorithms.NameOf)] };
    }

    /// <summary>Null, or that not all was compared.</summary>
    private static async Task<Finding?> CompareAllAsync(
        OfdPackage package, IReadOnlyList<OfdReference> references, string? method, string folder, OfdPartsResult result, SortedSet<DigestAlgorithm> used, CancellationToken cancellation)
    {
        try
        {
            // All that programs may take a reference for, or the one that is missing.
            foreach (var (reference, entry) in references.SelectMany(reference => package.Names.FindAll(folder, reference.FileRef).Distinct().Cast<OfdEntry?>().DefaultIfEmpty().Select(entry => (reference, entry))))
            {
                package.Budget.Follow(reference.FileRef.Length);
                var name = entry?.Path ?? OfdNames.Shorten(reference.FileRef);
                result.Named.Add(name);
                if (entry is not null)
                {
                    result.Found.Add((entry, package.Names.FoundBy(folder, reference.FileRef, entry)));
                }

                var (isIntact, finding) = await CompareAsync(package, entry, reference, method, result, used, cancellation);
                if (isIntact)
                {
                    result.Covered.Add(name);
                }
                else if (finding!.Indication == Indication.TotalFailed)
                {
                    result.Altered.Add(name);
                }

                if (finding is not null && result.Findings.Count < MaxFindings)
                {
                    result.Findings.Add(finding);
                }
            }

            return null;
        }
        catch (OfdFormatException fault) when (fault.IsOfEffort)
        {
            return fault.ToFinding();
        }
    }

    private static async Task<(bool IsIntact, Finding? Finding)> CompareAsync(
        OfdPackage package, OfdEntry? entry, OfdReference reference, string? method, OfdPartsResult result, SortedSet<DigestAlgorithm> used, CancellationToken cancellation)
    {
        if (entry is null)
        {
            return (false, OfdFindings.PartMissing(reference.FileRef));
        }

        var candidates = Candidates(method, reference.CheckValue, out var isOfOtherLength);
        if (isOfOtherLength)
        {
            result.OfOtherLength.Add(entry.Path);
        }

        if (candidates.Count == 0)
        {
            return (false, OfdFindings.DigestUnknown(entry.Path, method));
        }

        try
        {
            // Where the length leaves two open, what has fitted before comes first.
            foreach (var (algorithm, expected) in candidates.OrderBy(candidate => used.Contains(candidate.Algorithm) ? 0 : 1))
            {
                if ((await package.DigestAsync(entry, algorithm, cancellation)).AsSpan().SequenceEqual(expected))
                {
                    used.Add(algorithm);
                    return (true, null);
                }
            }

            return (false, OfdFindings.PartAltered(entry.Path));
        }
        catch (OfdFormatException fault) when (!fault.IsOfEffort)
        {
            return (false, entry.IsReadable ? OfdFindings.PartDamaged(entry.Path, fault) : OfdFindings.PartUnreadable(entry.Path, fault));
        }
    }

    /// <summary>
    /// What the value can be a digest of: by the algorithm named, and where none is named or the value is not as long as
    /// its digests, which is told, by length. GB/T 33190 leaves MD5 as the default, makers that omit the method write SM3.
    /// </summary>
    private static List<(DigestAlgorithm Algorithm, byte[] Expected)> Candidates(string? method, string checkValue, out bool isOfOtherLength)
    {
        var values = Values(checkValue).ToList();
        isOfOtherLength = false;
        if (ByName(method) is { } named)
        {
            var fitting = values.FindAll(value => value.Length == SizeOf(named));
            isOfOtherLength = fitting.Count == 0;
            if (!isOfOtherLength)
            {
                return [.. fitting.Select(value => (named, value))];
            }
        }

        return [.. values.SelectMany(value => ByLength(value.Length).Select(candidate => (candidate, value)))];
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
}
