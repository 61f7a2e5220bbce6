using System.CommandLine;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki request</c>: a new key and a request for an external authority.</summary>
internal sealed class PkiRequestVerb : Verb
{
    private readonly Option<string> keyFile;
    private readonly Option<string> requestFile;
    private readonly Option<string> algorithm;
    private readonly Option<string?> passwordFile;
    private readonly SubjectOptions subject;

    public PkiRequestVerb(Terminal terminal)
        : base(terminal, "request", "生成密钥和证书申请（PKCS#10），交外部证书颁发机构", "Make a key and a request (PKCS#10) for an external authority")
    {
        keyFile = Required<string>("--key", "新密钥文件（加密的 PKCS#8，PEM）", "The new key file (encrypted PKCS#8, PEM)");
        requestFile = Required<string>("--request", "新申请文件（PEM）", "The new request file (PEM)");
        algorithm = Option("--algorithm", "密钥算法", "Kind of key", "p256");
        algorithm.AcceptOnlyFromAmong(PkiVerbs.AlgorithmNames);
        passwordFile = Option<string?>("--password-file", "口令文件", "Password file");
        subject = new SubjectOptions(terminal, this);
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var path = parse.GetRequiredValue(keyFile);
        NewFile.Require(path);
        NewFile.Require(parse.GetRequiredValue(requestFile));
        var password = Passwords.Read(parse.GetValue(passwordFile), null);
        using var key = KeyPair.Generate(PkiVerbs.Algorithm(parse.GetRequiredValue(algorithm)));
        var request = key.CreateRequest(subject.Read(parse));
        PrivateFile.Write(path, System.Text.Encoding.ASCII.GetBytes(key.ToEncryptedPem(password)));
        File.WriteAllText(parse.GetRequiredValue(requestFile), request.ToPem());
        screen.Show(
            new { key = path, request = parse.GetValue(requestFile), subject = request.Subject, publicKeySha256 = request.PublicKeyFingerprint.ToString() },
            screen.Say($"已生成密钥 {path} 和申请 {parse.GetValue(requestFile)}。", $"Made the key {path} and the request {parse.GetValue(requestFile)}."),
            screen.Say($"公钥 SHA-256（供电话核对）：{request.PublicKeyFingerprint}", $"SHA-256 of the public key, for comparing by telephone: {request.PublicKeyFingerprint}"));
        return Task.FromResult(ExitCode.Ok);
    }
}

/// <summary>The options that make up a certificate's name.</summary>
internal sealed class SubjectOptions
{
    private readonly Option<string> commonName;
    private readonly Option<string?> organization;
    private readonly Option<string?> unit;

    public SubjectOptions(Terminal terminal, Command verb)
    {
        commonName = new Option<string>("--name") { Required = true, Description = terminal.Say("持有者名称（CN）", "Name of the holder (CN)") };
        organization = new Option<string?>("--organization") { Description = terminal.Say("单位（O）", "Organization (O)") };
        unit = new Option<string?>("--unit") { Description = terminal.Say("部门（OU）", "Unit (OU)") };
        verb.Add(commonName);
        verb.Add(organization);
        verb.Add(unit);
    }

    public DistinguishedName Read(ParseResult parse) => new(parse.GetRequiredValue(commonName), parse.GetValue(organization), parse.GetValue(unit));
}
