using System.Numerics;
using DocExchange.Tests.Trust.Certificates;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>A time-stamp authority of one suite with its certification authorities, their lists, and a clock.</summary>
internal sealed class StampingSite : IDisposable
{
    public static readonly byte[] Content = "京政发〔2001〕1号"u8.ToArray();

    public StampingSite(KeyAlgorithm algorithm = KeyAlgorithm.EcdsaP256, CertificateProfile profile = CertificateProfile.TimeStamping, int years = 5)
    {
        Office = new SigningOffice();
        Issuer = algorithm == KeyAlgorithm.Sm2 ? Office.GmAuthority : Office.Authority;
        using var pair = KeyPair.Generate(algorithm, 2048);
        var name = new DistinguishedName("时间戳服务", "北京市人民政府", null);
        Key = pair.Certified(Issuer.Issue(pair.CreateRequest(name), profile, name, null, SigningOffice.Start, SigningOffice.Start.AddYears(years)), Issuer.ChainForIssued);
        Clock = new FakeTimeProvider(SigningOffice.Now);
        Authority = new TimestampAuthority(Key, Serials, Clock);
    }

    public SigningOffice Office { get; }

    public CertificateAuthority Issuer { get; }

    public ISigningKey Key { get; }

    public FakeTimeProvider Clock { get; }

    public CountedSerials Serials { get; } = new();

    public TimestampAuthority Authority { get; }

    /// <summary>The roots, and a list of the issuing authority that revokes nothing, or these.</summary>
    public TrustStore StoreWith(params IReadOnlyList<RevokedCertificate> revoked) => Office.Store with
    {
        Intermediates = [Office.Authority.Certificate, Office.GmAuthority.Certificate],
        RevocationLists = [ListOf(revoked)],
    };

    public RevocationList ListOf(params IReadOnlyList<RevokedCertificate> revoked) =>
        Issuer.IssueRevocationList(revoked, SamplePki.Told(Clock.GetUtcNow().AddDays(-1), revoked), Clock.GetUtcNow().AddDays(30), 7);

    public RevokedCertificate Revoked(DateTimeOffset at, RevocationReason reason) => new(Key.Certificate.SerialNumber, at, reason);

    /// <summary>The issuing authority's own list of the root is not at hand; nothing else is let off.</summary>
    public static TimestampPolicy Policy => new() { RevocationRequired = false };

    public TimestampValidator Validator(params IReadOnlyList<RevokedCertificate> revoked) => new(StoreWith(revoked), Policy);

    public TimestampVerdict Judge(byte[] token, byte[]? content = null, DateTimeOffset? at = null, params IReadOnlyList<RevokedCertificate> revoked) =>
        Validator(revoked).Judge(token, ContentDigests.Of(content ?? Content), at ?? Clock.GetUtcNow());

    public TimestampClient Client(ITimestampSender? sender = null, TimestampClientOptions? options = null) =>
        new(sender ?? Authority, Validator(), options ?? new TimestampClientOptions(), Clock);

    public async Task<byte[]> StampAsync(byte[]? content = null, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        var verdict = await Client().StampAsync(ContentDigests.Of(content ?? Content), algorithm, CancellationToken.None);
        return verdict.Token!.Encoded.ToArray();
    }

    /// <summary>A token that says what the authority itself would not.</summary>
    public Task<byte[]> ForgeAsync(Func<TimestampInfo, TimestampInfo> change, bool withCertificates = true)
    {
        var info = new TimestampInfo
        {
            Version = 1,
            Policy = "1.2.3.4",
            Imprint = MessageImprint.Of(DigestAlgorithm.Sha256, DigestAlgorithms.Hash(DigestAlgorithm.Sha256, Content)),
            SerialNumber = 1,
            GenTime = Clock.GetUtcNow(),
            Accuracy = TimeSpan.FromSeconds(1),
        };
        return TokenWriter.WriteAsync(change(info), Key, withCertificates, CancellationToken.None);
    }

    /// <summary>Answers like an authority that is not of this product.</summary>
    public async Task<byte[]> AnswerForeignAsync(byte[] request, CancellationToken cancellation)
    {
        var read = TimestampRequest.Parse(request);
        cancellation.ThrowIfCancellationRequested();
        return TimestampResponse.Granted(await ForgeAsync(info => info with { Imprint = read.Imprint, Nonce = read.Nonce, SerialNumber = Serials.Next() })).Encode();
    }

    public void Dispose()
    {
        Key.Dispose();
        Office.Dispose();
    }
}

internal sealed class CountedSerials : ITimestampSerials
{
    private int last;

    public bool IsBroken { get; set; }

    public BigInteger Next() => IsBroken ? throw new IOException("the disk is full") : ++last;
}

/// <summary>An authority that answers as the test wants.</summary>
internal sealed class ScriptedSender(Func<byte[], CancellationToken, Task<byte[]>> answer) : ITimestampSender
{
    public static ScriptedSender Of(TimestampResponse response) => new((_, _) => Task.FromResult(response.Encode()));

    public Task<byte[]> SendAsync(ReadOnlyMemory<byte> request, int maxResponse, CancellationToken cancellation) => answer(request.ToArray(), cancellation);
}
