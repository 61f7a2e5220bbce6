using System.Text;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>An authority, a seal maker, a holder of the seal and a stranger, all SM2, at a fixed time.</summary>
internal sealed class SealWorld : IDisposable
{
    public static readonly DateTimeOffset Made = new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset From = new(2026, 1, 11, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Sealed = new(2026, 3, 5, 2, 30, 15, TimeSpan.Zero);
    public static readonly DateTimeOffset Until = new(2027, 1, 11, 0, 0, 0, TimeSpan.Zero);

    public const string Property = "/manifest.json";

    public static readonly byte[] Content = Encoding.UTF8.GetBytes("京政发〔2001〕1号");

    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2035, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CertificateAuthority root = CertificateAuthority.CreateRoot(Suite.Gm, new DistinguishedName("测试根", null, null), Start, End);

    public SealWorld()
    {
        Maker = Key("制章中心", CertificateProfile.SealMaker, Start, End);
        Holder = Key("11000000000001", CertificateProfile.Seal, Start, End);
        Stranger = Key("外人", CertificateProfile.Seal, Start, End);
    }

    public ISigningKey Maker { get; }

    public ISigningKey Holder { get; }

    public ISigningKey Stranger { get; }

    public TrustStore Trust => TrustWith();

    /// <summary>As long as the world's own.</summary>
    public ISigningKey Key(string name, CertificateProfile profile, string unit) => Key(name, profile, Start, End, unit);

    public ISigningKey Key(string name, CertificateProfile profile, DateTimeOffset from, DateTimeOffset until, string unit = "北京市人民政府")
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.Sm2);
        var subject = new DistinguishedName(name, unit, null);
        return pair.Certified(root.Issue(pair.CreateRequest(subject), profile, subject, null, from, until), []);
    }

    /// <summary>One key with a seal maker's certificate and with one for applying seals.</summary>
    public (ISigningKey Maker, ISigningKey Holder) OneKeyTwice()
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.Sm2);
        var subject = new DistinguishedName("自制", "北京市人民政府", null);
        ISigningKey Of(CertificateProfile profile) => pair.Certified(root.Issue(pair.CreateRequest(subject), profile, subject, null, Start, End), []);
        return (Of(CertificateProfile.SealMaker), Of(CertificateProfile.Seal));
    }

    /// <summary>Trust with a revocation list that names these certificates.</summary>
    public TrustStore TrustWith(params RevokedCertificate[] revoked) =>
        TrustStore.Of([root.Certificate], [root.IssueRevocationList(revoked, SamplePki.Told(Start, revoked), End, 1)]);

    public SealDefinition Definition(params ISigningKey[] holders) => new()
    {
        EsId = "11000000000001",
        VendorId = "DocExchange",
        Name = "北京市人民政府",
        Type = 1,
        Picture = RoundSeal.Draw(new RoundSealText { Name = "北京市人民政府" }),
        Signers = [.. (holders.Length == 0 ? [Holder] : holders).Select(holder => holder.Certificate)],
        CreatedAt = Made,
        ValidFrom = From,
        ValidUntil = Until,
    };

    public Task<Seal> MakeAsync() => SealMaker.MakeAsync(Definition(), Maker, CancellationToken.None);

    public async Task<byte[]> ApplyAsync(byte[] content) =>
        await SealApplication.ApplyAsync(await MakeAsync(), Holder, content, Property, Sealed, CancellationToken.None);

    public async Task<byte[]> ApplyAsync(DateTimeOffset? at = null) =>
        await SealApplication.ApplyAsync(await MakeAsync(), Holder, Content, Property, at ?? Sealed, CancellationToken.None);

    public void Dispose()
    {
        Maker.Dispose();
        Holder.Dispose();
        Stranger.Dispose();
        root.Dispose();
    }
}
