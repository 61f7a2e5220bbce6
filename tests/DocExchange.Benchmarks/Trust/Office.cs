using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Benchmarks.Trust;

/// <summary>An office with a key of one kind, certified by an issuing authority below a root, with fresh revocation lists.</summary>
internal sealed class Office : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CertificateAuthority root;
    private readonly CertificateAuthority issuing;

    public Office(KeyAlgorithm algorithm)
    {
        var suite = algorithm == KeyAlgorithm.Sm2 ? Suite.Gm : Suite.Intl;
        root = CertificateAuthority.CreateRoot(suite, new DistinguishedName("根", null, null), Start, End);
        issuing = root.CreateSubordinate(new DistinguishedName("签发机构", null, null), Start, End);
        Pair = KeyPair.Generate(algorithm, 2048);
        Key = Certify(Pair, CertificateProfile.DocumentSigning);
        Trust = new TrustStore(
            [root.Certificate], [issuing.Certificate], [root.IssueRevocationList([], Start, End, 1), issuing.IssueRevocationList([], Start, End, 1)]);
    }

    public static DateTimeOffset Now { get; } = new(2026, 11, 20, 8, 30, 0, TimeSpan.Zero);

    public KeyPair Pair { get; }

    public ISigningKey Key { get; }

    public TrustStore Trust { get; }

    public ISigningKey Certify(KeyPair pair, CertificateProfile profile)
    {
        var subject = new DistinguishedName("市档案局", "北京市人民政府", null);
        return pair.Certified(issuing.Issue(pair.CreateRequest(subject), profile, subject, null, Start, End), issuing.ChainForIssued);
    }

    public void Dispose()
    {
        Key.Dispose();
        Pair.Dispose();
        issuing.Dispose();
        root.Dispose();
    }
}
