using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki create</c>: roots and issuing authorities of both suites, a seal maker's and a time-stamping key.</summary>
internal sealed class PkiCreateVerb : Verb
{
    private readonly Option<string> folder;
    private readonly Option<string?> passwordFile;
    private readonly Option<string> organization;
    private readonly Option<int> years;

    public PkiCreateVerb(Terminal terminal)
        : base(terminal, "create", "新建证书颁发机构（ECDSA 与 SM2），附制章和时间戳密钥", "Create authorities (ECDSA and SM2), with keys for making seals and time-stamps")
    {
        folder = Required<string>("--out", "新目录", "A new folder");
        passwordFile = Option<string?>("--password-file", "口令文件；不给则随机生成，写入该目录的 password 文件", "Password file; without it one is drawn and written to the folder's file 'password'");
        organization = Option("--organization", "单位名称", "Name of the organization", "DocExchange");
        years = Option("--years", "有效年限", "Years of validity", 20);
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        PkiVerbs.RequireYears(parse.GetValue(years));
        var path = Path.GetFullPath(parse.GetRequiredValue(folder));
        if (SiteAuthorities.Exist(path))
        {
            throw new FailedException("EXISTS", $"“{path}”中已有证书颁发机构，不会覆盖。", $"'{path}' holds authorities already; they are never replaced.");
        }

        var (password, isNew) = Passwords.ReadOrMake(parse.GetValue(passwordFile), path);
        var name = parse.GetRequiredValue(organization);
        using var authorities = Create(path, password, name, Terminal.Clock.GetUtcNow(), parse.GetValue(years));
        var certificates = authorities.Certificates;
        screen.Show(
            new { folder = path, passwordFile = isNew ? Path.Combine(path, Passwords.FileName) : null, certificates = certificates.Select(each => new { subject = each.Subject, notAfter = each.NotAfter, sha256 = each.Fingerprint.ToString() }) },
            [
                screen.Say($"已在 {path} 新建：", $"Created in {path}:"),
                .. certificates.Select(each => $"  {each.Subject}  {each.NotAfter:yyyy-MM-dd}  SHA-256 {each.Fingerprint}"),
                .. isNew ? [screen.Say("口令已随机生成，在 password 文件中，请另行妥善保管。", "The password was drawn; it is in the file 'password'. Keep it elsewhere.")] : Array.Empty<string>(),
            ]);
        return Task.FromResult(ExitCode.Ok);
    }

    /// <summary>The authorities, <c>seal-maker.p12</c> and <c>tsa.p12</c>.</summary>
    public static SiteAuthorities Create(string folder, string password, string organization, DateTimeOffset now, int years)
    {
        var authorities = SiteAuthorities.Create(folder, KeyPassword.Chosen(password), organization, now, years);
        Certify(authorities, KeyAlgorithm.Sm2, CertificateProfile.SealMaker, "制章系统", "seal-maker.p12");
        Certify(authorities, KeyAlgorithm.EcdsaP256, CertificateProfile.TimeStamping, "时间戳服务", "tsa.p12");
        return authorities;

        void Certify(SiteAuthorities site, KeyAlgorithm algorithm, CertificateProfile profile, string commonName, string file)
        {
            using var key = KeyPair.Generate(algorithm);
            var subject = new DistinguishedName(commonName, organization, null);
            var certificate = site.Issue(key.CreateRequest(subject), profile, subject, null, now, years);
            PrivateFile.Write(Path.Combine(folder, file), Pkcs12KeyFile.Write(key, certificate, site.ChainFor(certificate), password));
        }
    }
}
