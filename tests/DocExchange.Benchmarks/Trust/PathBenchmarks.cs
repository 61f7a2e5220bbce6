using BenchmarkDotNet.Attributes;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Benchmarks.Trust;

/// <summary>A certificate below an issuing authority below a root, with both revocation lists, beside the two signature checks it needs at least.</summary>
public class PathBenchmarks
{
    private const int ColdPaths = 64;
    private const int ColdSites = 16;

    private Office office = null!;
    private RawSignature raw = null!;
    private CertificatePaths warm = null!;

    [Params(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)]
    public KeyAlgorithm Algorithm { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        office = new Office(Algorithm);
        raw = new RawSignature(Algorithm);
        warm = new CertificatePaths(office.Trust, new CertificatePathOptions());
        if (!Warm().IsTrusted)
        {
            throw new InvalidOperationException("The path to be measured is not trusted: " + string.Join(' ', Warm().Findings.Select(finding => finding.English)));
        }
    }

    [GlobalCleanup]
    public void Close()
    {
        raw.Dispose();
        office.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool TwoPrimitives() => raw.Verify() & raw.Verify();

    /// <summary>The certificate was met before: only its times are judged.</summary>
    [Benchmark]
    public PathResult Warm() => warm.Build(office.Key.Certificate, office.Key.Chain, Office.Now, CertificateUsage.DocumentSigning);

    /// <summary>A certificate of the same authority that was never met: its signature is verified, the authority's is remembered.</summary>
    [Benchmark(OperationsPerInvoke = ColdPaths)]
    public int NeverMet()
    {
        var trusted = 0;
        foreach (var key in strangers)
        {
            trusted += new CertificatePaths(office.Trust, new CertificatePathOptions())
                .Build(key, office.Key.Chain, Office.Now, CertificateUsage.DocumentSigning).IsTrusted ? 1 : 0;
        }

        return trusted;
    }

    /// <summary>
    /// Nothing was met before, neither root nor lists, and all is read from bytes: four signatures are verified and as many keys
    /// made ready, as with the first file of another site.
    /// </summary>
    [Benchmark(OperationsPerInvoke = ColdSites)]
    public int Cold()
    {
        var trusted = 0;
        foreach (var site in sites)
        {
            var store = new TrustStore([Certificate.Parse(site.Root)], [Certificate.Parse(site.Issuing)], [.. site.Lists.Select(list => RevocationList.Parse(list))]);
            trusted += new CertificatePaths(store, new CertificatePathOptions())
                .Build(Certificate.Parse(site.Leaf), [], Office.Now, CertificateUsage.DocumentSigning).IsTrusted ? 1 : 0;
        }

        return trusted == ColdSites ? trusted : throw new InvalidOperationException("A path to be measured is not trusted.");
    }

    private Certificate[] strangers = [];
    private Site[] sites = [];

    [IterationSetup(Target = nameof(Cold))]
    public void MakeSites() => sites = [.. Enumerable.Range(0, ColdSites).Select(_ =>
    {
        using var other = new Office(Algorithm);
        var trust = other.Trust;
        return new Site(other.Key.Certificate.Der, trust.Intermediates[0].Der, trust.Anchors[0].Der, [.. trust.RevocationLists.Select(list => list.Der)]);
    })];

    [IterationSetup(Target = nameof(NeverMet))]
    public void MakeStrangers()
    {
        using var pair = KeyPair.Generate(Algorithm);
        strangers = [.. Enumerable.Range(0, ColdPaths).Select(_ =>
        {
            using var key = office.Certify(pair, CertificateProfile.DocumentSigning);
            return key.Certificate;
        })];
    }

    private sealed record Site(byte[] Leaf, byte[] Issuing, byte[] Root, IReadOnlyList<byte[]> Lists);
}
