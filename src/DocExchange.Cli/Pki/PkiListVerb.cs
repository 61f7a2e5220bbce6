using System.CommandLine;
using DocExchange.Trust.Certificates;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki crl</c>: gives out new revocation lists before the old ones run out.</summary>
internal sealed class PkiListVerb : Verb
{
    private readonly Option<string> authority;
    private readonly Option<string?> passwordFile;

    public PkiListVerb(Terminal terminal)
        : base(terminal, "crl", "重新签发吊销列表", "Give out new revocation lists")
    {
        authority = Required<string>("--ca", "证书颁发机构目录", "Folder of the authorities");
        passwordFile = Option<string?>("--password-file", "口令文件", "Password file");
    }

    protected override Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var folder = parse.GetRequiredValue(authority);
        using var authorities = SiteAuthorities.Open(folder, Passwords.Read(parse.GetValue(passwordFile), folder));
        var lists = authorities.IssueRevocationLists(Terminal.Clock.GetUtcNow());
        screen.Show(
            new { file = Path.Combine(folder, "crl.pem"), lists = lists.Select(list => new { issuer = list.Issuer, revoked = list.Revoked.Count, nextUpdate = list.NextUpdate }) },
            lists.Select(list => screen.Say($"{list.Issuer}：吊销 {list.Revoked.Count} 张，有效至 {list.NextUpdate:yyyy-MM-dd}", $"{list.Issuer}: {list.Revoked.Count} revoked, valid until {list.NextUpdate:yyyy-MM-dd}")));
        return Task.FromResult(ExitCode.Ok);
    }
}
