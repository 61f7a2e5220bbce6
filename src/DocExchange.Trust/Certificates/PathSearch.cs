using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Searches chains from one leaf to a trust anchor, depth first, verifying each signature on the way. All work is
/// bounded by the options before it starts: a hostile set of same-subject certificates costs no more than any other.
/// </summary>
internal sealed class PathSearch(
    HashSet<Digest> anchors, IReadOnlyDictionary<string, List<Certificate>> known, IReadOnlyList<Certificate> extra, CertificatePathOptions options)
{
    private const int MaxChains = 4;

    private readonly ILookup<string, Certificate> along = extra.ToLookup(certificate => CertificateNames.KeyOf(certificate.Inner.SubjectDN));
    private readonly List<IReadOnlyList<Certificate>> chains = [];
    private readonly List<Certificate> current = [];

    /// <summary>Chains that end at an anchor.</summary>
    public IReadOnlyList<IReadOnlyList<Certificate>> Chains => chains;

    /// <summary>The longest chain that was reached, complete or not.</summary>
    public IReadOnlyList<Certificate> Longest { get; private set; } = [];

    /// <summary>A certificate under the issuer's name exists for the last of <see cref="Longest"/>, but did not sign it.</summary>
    public bool HasNamesakeOfIssuer { get; private set; }

    /// <summary>Something was left untried because of a limit.</summary>
    public bool IsLimited { get; private set; }

    public int SignatureChecks { get; private set; }

    public void From(Certificate certificate)
    {
        current.Add(certificate);
        if (current.Count > Longest.Count)
        {
            Longest = [.. current];
            HasNamesakeOfIssuer = false;
        }

        if (anchors.Contains(certificate.Fingerprint))
        {
            chains.Add([.. current]);
        }
        else if (current.Count >= options.MaxDepth)
        {
            IsLimited = true;
        }
        else
        {
            Climb(certificate);
        }

        current.RemoveAt(current.Count - 1);
    }

    private void Climb(Certificate certificate)
    {
        var candidates = IssuersOf(certificate);
        HasNamesakeOfIssuer |= candidates.Count > 0 && Longest[^1].Equals(certificate);

        foreach (var candidate in candidates)
        {
            if (chains.Count >= MaxChains)
            {
                return;
            }

            if (SignatureChecks >= options.MaxSignatureChecks)
            {
                IsLimited = true;
                return;
            }

            SignatureChecks++;
            if (CheckedSignatures.IsSignedBy(certificate, candidate))
            {
                From(candidate);
            }
        }
    }

    /// <summary>By name, those first whose key identifier fits, of these the anchors, at most as many as the options allow.</summary>
    private List<Certificate> IssuersOf(Certificate certificate)
    {
        var name = CertificateNames.KeyOf(certificate.Inner.IssuerDN);
        var namesakes = known.GetValueOrDefault(name, []).Concat(along[name]).Distinct()
            .Where(candidate => !current.Contains(candidate))
            .OrderBy(candidate => FitsKeyIdentifier(certificate, candidate) ? 0 : 1)
            .ThenBy(candidate => anchors.Contains(candidate.Fingerprint) ? 0 : 1)
            .ToList();
        if (namesakes.Count > options.MaxSameSubject)
        {
            IsLimited = true;
            namesakes.RemoveRange(options.MaxSameSubject, namesakes.Count - options.MaxSameSubject);
        }

        return namesakes;
    }

    private static bool FitsKeyIdentifier(Certificate certificate, Certificate candidate)
    {
        try
        {
            return ChainRules.NamesKeyOf(certificate, candidate);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A malformed identifier only loses its place in the order; the rules report it.
            return false;
        }
    }
}
