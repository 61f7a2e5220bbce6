using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki import</c>: joins a key with the certificate an authority gave for it.</summary>
internal sealed class PkiImportVerb : Verb
{
    private readonly Option<string> keyFile;
    private readonly Option<string> certificateFile;
    private readonly Option<string[]> chainFiles;
    private readonly Option<string> output;
    private readonly Option<string?> passwordFile;

    public PkiImportVerb(Terminal terminal)
        : base(terminal, "import", "把证书与密钥合成 PKCS#12 文件", "Join a certificate with its key in a PKCS#12 file")
    {
        keyFile = Required<string>("--key", "密钥文件（加密的 PKCS#8）", "The key file (encrypted PKCS#8)");
        certificateFile = Required<string>("--certificate", "证书文件，可附证书链（PEM 或 DER）", "The certificate, its chain may follow (PEM or DER)");
        chainFiles = Repeated("--chain", "证书链文件", "File with certificates of the chain");
        output = Required<string>("--out", "新的 .p12 文件", "The new .p12 file");
        passwordFile = Option<string?>("--password-file", "口令文件（密钥与 .p12 同一口令）", "Password file (the same password for key and .p12)");
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var password = Passwords.Read(parse.GetValue(passwordFile), null);
        using var key = KeyPair.FromEncryptedPkcs8(PkiVerbs.ReadFile(parse.GetRequiredValue(keyFile)), password);
        var all = new[] { parse.GetRequiredValue(certificateFile) }.Concat(parse.GetValue(chainFiles) ?? [])
            .SelectMany(path => Certificate.ParseAll(PkiVerbs.ReadFile(path))).Distinct().ToList();
        var own = all.Find(key.Fits)
            ?? throw new FailedException("KEY_MISMATCH", "证书文件中没有与该密钥匹配的证书。", "No certificate in the file is for this key.");
        var chain = ChainOf(own, all);
        var path = parse.GetRequiredValue(output);
        PrivateFile.Write(path, Pkcs12KeyFile.Write(key, own, chain, password));
        screen.Show(
            new { file = path, subject = own.Subject, notAfter = own.NotAfter, chain = chain.Select(above => above.Subject) },
            screen.Say($"已写入 {path}：{own.Subject}，证书链 {chain.Count} 级。", $"Wrote {path}: {own.Subject}, with {chain.Count} certificates above."));
        return Task.FromResult(ExitCode.Ok);
    }

    /// <summary>By names, nearest first, without the root; the key file's reader and every verifier check the signatures.</summary>
    private static List<Certificate> ChainOf(Certificate own, List<Certificate> all)
    {
        var chain = new List<Certificate>();
        for (var below = own; all.Find(above => above.Subject == below.Issuer && above != own && !chain.Contains(above) && !above.IsSelfIssued) is { } next; below = next)
        {
            chain.Add(next);
        }

        return chain;
    }
}
