using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>That the key of a certificate is in other hands, and who says so.</summary>
/// <param name="IssuerKey">Of who made the certificate that is named.</param>
internal sealed record StolenKey(Certificate Named, Digest IssuerKey, RevocationStatement Said)
{
    public bool IsOf(Certificate other) => Named.PublicKeyFingerprint == other.PublicKeyFingerprint && !Named.Equals(other);

    /// <summary>What that says of another certificate of the key: anybody may certify a public key, so one authority's word on its own certificate leaves another's open.</summary>
    public RevocationStatement Told(Digest issuerKey) => issuerKey == IssuerKey ? Said : Said with { IsOfOtherIssuer = true };

    /// <summary>Who says so was not examined in full.</summary>
    public bool IsLimited => Said.OtherSigners.Append(Said.Signer).OfType<ExaminedChain>().Any(signer => signer.Findings.Any(finding => finding.Code is "CERT_NAME_LIMIT" or "CERT_POLICY_LIMIT"));
}

/// <summary>
/// What lists and answers say of keys that have several certificates: a stolen key is stolen whatever certificate names it, whoever of those who say so
/// holds; of a certificate that another authority made that leaves it open. For one judgement.
/// </summary>
/// <param name="examine">Examines the chain of who signed for its own certificates: from an authority to its anchor.</param>
/// <param name="said">The certificates of the key of an authority, or of a signer of lists, that somebody says to be stolen, by whatever name, or by other names alone, and whichever chains there are.</param>
internal sealed class StolenKeys(Func<IReadOnlyList<Certificate>, ExaminedChain> examine, Func<Certificate, bool, List<ListSigner>> said)
{
    // Each of the told is weighed for every time that is judged by.
    private const long CostOfOne = 20;

    private readonly Dictionary<(ExaminedChain Chain, int Index), IReadOnlyList<StolenKey>> known = [];
    private readonly HashSet<Certificate> underway = [];

    public static long CostOfTelling(int chains, IReadOnlyList<StolenKey> stolen) => CostOfOne * chains * stolen.Count;

    /// <summary>Of the authorities of one certificate.</summary>
    public IReadOnlyList<StolenKey> OfAuthorities(IReadOnlyList<ExaminedChain> chains) => Distinct(
    [
        .. chains.Count < 2 ? [] : chains.SelectMany(chain => AuthoritiesOf(chain).SelectMany(i => Of(chain, i))),
        .. chains.SelectMany(chain => AuthoritiesOf(chain).Select(i => chain.Chain[i])).DistinctBy(authority => authority.PublicKeyFingerprint).SelectMany(authority => OfAll(said(authority, false))),
    ]);

    /// <summary>Each of the chains with what the others know of the keys of its authorities.</summary>
    public static IReadOnlyList<ExaminedChain> Tell(IReadOnlyList<ExaminedChain> chains, IReadOnlyList<StolenKey> stolen) => stolen.Count == 0 ? chains
        : [.. chains.Select(chain => chain with { Certificates = [.. chain.Certificates.Select((link, i) => i == 0 || i == chain.Certificates.Count - 1 ? link : With(link, chain.IssuerKeyOf(i), stolen))] })];

    /// <summary>Of who signed one list, all of one key: by what is below other anchors too, whose word leaves it open.</summary>
    /// <param name="isByName">Not by certificates under other names too: else who asks whether a key is stolen would ask the same of all who say so, and of those who say it of them.</param>
    public IReadOnlyList<StolenKey> OfSigners(IReadOnlyList<ListSigner> signers, bool isByName) => Distinct(
    [
        .. signers.DistinctBy(signer => signer.Certificate).Count() < 2 ? [] : OfAll(signers),
        .. isByName ? [] : signers.Select(signer => signer.Certificate).DistinctBy(signer => signer.PublicKeyFingerprint).SelectMany(signer => OfAll(said(signer, true))),
    ]);

    /// <summary>Each of who signed one list with what is known of the key by its other certificates.</summary>
    public static IReadOnlyList<ListSigner> Tell(IReadOnlyList<ListSigner> signers, IReadOnlyList<StolenKey> stolen) => stolen.Count == 0 ? signers
        : [.. signers.Select(signer => signer.Chain is { Certificates.Count: > 1 } chain ? signer with { Chain = chain with { Certificates = [With(chain.Certificates[0], chain.IssuerKeyOf(0), stolen), .. chain.Certificates.Skip(1)] } } : signer)];

    private static ExaminedCertificate With(ExaminedCertificate certificate, Digest issuerKey, IReadOnlyList<StolenKey> stolen) =>
        certificate with { Revocation = certificate.Revocation!.With(stolen.Where(each => each.IsOf(certificate.Certificate)).Select(each => each.Told(issuerKey))) };

    private static IEnumerable<int> AuthoritiesOf(ExaminedChain chain) => Enumerable.Range(1, Math.Max(0, chain.Certificates.Count - 2));

    private IEnumerable<StolenKey> OfAll(IReadOnlyList<ListSigner> signers) => signers.Where(signer => signer.Chain!.Certificates.Count > 1).SelectMany(signer =>
        Of(signer.Chain!, 0).Select(each => signer.IsStranger ? each with { Said = each.Said with { IsOfStranger = true } } : each));

    /// <summary>
    /// A key is stolen or not, however many of its certificates one list or answer names, and however often: the earliest date and the earliest word are what
    /// counts of them. The certificate that is left has its own word.
    /// </summary>
    private static IReadOnlyList<StolenKey> Distinct(IEnumerable<StolenKey> stolen) =>
    [
        .. stolen.GroupBy(each => (each.Named.PublicKeyFingerprint, each.IssuerKey, each.Said.Signer, each.Said.IsOfStranger, string.Join('/', each.Said.Sources)))
            .SelectMany(group => new[] { group.MinBy(each => each.Said.Entry!.Since)!, group.MinBy(each => each.Said.ThisUpdate)! }.Distinct()),
    ];

    private IReadOnlyList<StolenKey> Of(ExaminedChain chain, int index)
    {
        if (known.TryGetValue((chain, index), out var stolen))
        {
            return stolen;
        }

        // Who signs lists may tell of its own authority: asked for once more while that is examined, the authority's word counts as it is, and only this once.
        var said = chain.Certificates[index].Revocation!.Statements.Where(statement => statement.Entry is { IsCompromise: true }).ToList();
        var authority = chain.Chain[index + 1];
        var isOfAuthority = said.Exists(statement => statement.Signer is null);
        var isFirst = isOfAuthority && underway.Add(authority);
        var above = isFirst ? examine([.. chain.Chain.Skip(index + 1)]) with { IsOfMany = chain.IsOfMany } : null;
        stolen = [.. said.Select(statement => new StolenKey(chain.Chain[index], chain.IssuerKeyOf(index), statement with { Partition = "key", Reasons = 0, Signer = statement.Signer ?? above }))];
        if (isFirst)
        {
            underway.Remove(authority);
        }

        if (isFirst || !isOfAuthority)
        {
            known[(chain, index)] = stolen;
        }

        return stolen;
    }
}
