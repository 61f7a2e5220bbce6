using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;

namespace DocExchange.Cli.Pki;

/// <summary>The sample certificates: good ones of every kind and suite, and one of each bad kind. All under one known password.</summary>
internal sealed class SampleSet : IDisposable
{
    public const string Password = "sample";

    private const string Organization = "DocExchange 样例";
    private const int Years = 30;

    private readonly string folder;
    private readonly string negative;
    private readonly DateTimeOffset now;
    private readonly SiteAuthorities authorities;

    public SampleSet(string folder, DateTimeOffset now)
    {
        this.folder = folder;
        this.now = now;
        negative = Directory.CreateDirectory(Path.Combine(folder, "negative")).FullName;
        authorities = PkiCreateVerb.Create(Path.Combine(folder, "authority"), Password, Organization, now, Years);
    }

    public async Task WriteAsync(CancellationToken cancellation)
    {
        WriteGood("office-ecdsa.p12", KeyAlgorithm.EcdsaP256, CertificateProfile.DocumentSigning, "样例单位（ECDSA）");
        WriteGood("office-rsa.p12", KeyAlgorithm.Rsa, CertificateProfile.DocumentSigning, "样例单位（RSA）");
        WriteGood("office-sm2.p12", KeyAlgorithm.Sm2, CertificateProfile.DocumentSigning, "样例单位（SM2）");
        WriteGood("machine.p12", KeyAlgorithm.EcdsaP256, CertificateProfile.MachineSigning, "样例节点");
        WriteGood("tls.p12", KeyAlgorithm.EcdsaP256, CertificateProfile.Tls, "样例节点", ["localhost", "127.0.0.1"]);
        var sealing = WriteGood("seal.p12", KeyAlgorithm.Sm2, CertificateProfile.Seal, "样例单位印章");
        await WriteSealAsync(sealing, cancellation);

        WriteIssued("expired.p12", "样例单位（已过期）", now.AddYears(-2), now.AddYears(-1));
        WriteIssued("not-yet-valid.p12", "样例单位（未生效）", now.AddYears(Years - 1), now.AddYears(Years).AddDays(-2));
        Write(negative, "wrong-usage.p12", KeyAlgorithm.EcdsaP256, CertificateProfile.Tls, "样例单位（用途不符）", ["localhost"]);
        var revoked = Write(negative, "revoked.p12", KeyAlgorithm.EcdsaP256, CertificateProfile.DocumentSigning, "样例单位（已吊销）", null);
        WriteUnknown();
        WriteTrust(revoked);
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), SampleReadme.Text, cancellation);
    }

    public void Dispose() => authorities.Dispose();

    private Certificate WriteGood(string file, KeyAlgorithm algorithm, CertificateProfile profile, string name, string[]? names = null) =>
        Write(folder, file, algorithm, profile, name, names);

    private Certificate Write(string place, string file, KeyAlgorithm algorithm, CertificateProfile profile, string name, string[]? names)
    {
        using var key = KeyPair.Generate(algorithm);
        var subject = new DistinguishedName(name, Organization, null);
        var certificate = authorities.Issue(key.CreateRequest(subject), profile, subject, names, now, Years);
        Save(place, file, key, certificate, authorities.ChainFor(certificate));
        return certificate;
    }

    /// <summary>A signing certificate of other times than now.</summary>
    private void WriteIssued(string file, string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName(name, Organization, null);
        var issuer = authorities.IssuerFor(key.Algorithm);
        var certificate = issuer.Issue(key.CreateRequest(subject), CertificateProfile.DocumentSigning, subject, null, notBefore, notAfter);
        Save(negative, file, key, certificate, issuer.ChainForIssued);
    }

    /// <summary>Of an authority that nobody trusts.</summary>
    private void WriteUnknown()
    {
        using var unknown = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("不受信任的根CA", "Nobody", null), now.AddDays(-1), now.AddYears(Years));
        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName("样例单位（未知CA）", Organization, null);
        var certificate = unknown.Issue(key.CreateRequest(subject), CertificateProfile.DocumentSigning, subject, null, now.AddHours(-1), now.AddYears(Years).AddDays(-2));
        Save(negative, "unknown-ca.p12", key, certificate, unknown.ChainForIssued);
    }

    private async Task WriteSealAsync(Certificate sealing, CancellationToken cancellation)
    {
        using var maker = Pkcs12KeyFile.Read(await File.ReadAllBytesAsync(Path.Combine(folder, "authority", "seal-maker.p12"), cancellation), Password);
        var picture = RoundSeal.Draw(new RoundSealText { Name = "样例单位", Bottom = "样例专用章" });
        var definition = new SealDefinition
        {
            EsId = "00000000000001",
            VendorId = "DOCEXCHANGE",
            Name = "样例单位",
            Type = 1,
            Picture = picture,
            Signers = [sealing],
            CreatedAt = now,
            ValidFrom = now.AddMinutes(-5),
            ValidUntil = now.AddYears(Years).AddDays(-2),
        };
        var seal = await SealMaker.MakeAsync(definition, maker, cancellation);
        await File.WriteAllBytesAsync(Path.Combine(folder, "seal.esl"), seal.Der.ToArray(), cancellation);
        await File.WriteAllBytesAsync(Path.Combine(folder, "seal.svg"), picture.Data.ToArray(), cancellation);
    }

    /// <summary>Trust and revocation lists that stay current as long as the certificates do.</summary>
    private void WriteTrust(Certificate revoked)
    {
        authorities.Revoke(revoked, RevocationReason.KeyCompromise, now, now.AddHours(-1));
        var lists = new List<RevocationList>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "authority"), "*-*.p12").Where(path => !path.EndsWith("seal-maker.p12", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var authority = CertificateAuthority.Open(File.ReadAllBytes(file), Password);
            var entries = authority.Certificate.Subject == revoked.Issuer ? new RevokedCertificate[] { new(revoked.SerialNumber, now, RevocationReason.KeyCompromise, now.AddHours(-1)) } : [];
            lists.Add(authority.IssueRevocationList(entries, now, now.AddYears(Years), now.ToUnixTimeMilliseconds() + 1));
        }

        foreach (var place in new[] { folder, Path.Combine(folder, "authority") })
        {
            File.WriteAllText(Path.Combine(place, "crl.pem"), string.Concat(lists.Select(list => list.ToPem())));
        }

        File.WriteAllText(Path.Combine(folder, "trust.pem"), string.Concat(authorities.Certificates.Select(certificate => certificate.ToPem())));
    }

    private static void Save(string place, string file, KeyPair key, Certificate certificate, IReadOnlyList<Certificate> chain)
    {
        PrivateFile.Write(Path.Combine(place, file), Pkcs12KeyFile.Write(key, certificate, chain, Password));
        File.WriteAllText(Path.Combine(place, Path.ChangeExtension(file, ".pem")), certificate.ToPem());
    }
}
