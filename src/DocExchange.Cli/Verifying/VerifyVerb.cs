using System.CommandLine;
using DocExchange.Cli.Certificates;
using DocExchange.Core.Operating;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary><c>docex verify</c>: judges a file offline.</summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Argument<string> file;
    private readonly Option<string?> content;
    private readonly Option<string[]> trust;
    private readonly Option<string[]> sealMakers;
    private readonly Option<string[]> intermediates;
    private readonly Option<string[]> lists;
    private readonly Option<string[]> answers;
    private readonly Option<string?> at;
    private readonly Option<string?> policyFile;
    private readonly Option<string?> facts;
    private readonly Option<bool> fromFacts;
    private readonly Option<bool> withoutRevocation;
    private readonly Option<string?> ledgerKey;

    public VerifyVerb(Terminal terminal)
        : base(terminal, "verify", "离线验证证据卷宗、公文包、OFD、PDF、签名、凭证或电子印章", "Verify a dossier, package, OFD, PDF, signature, statement or seal offline")
    {
        file = Argument(
            "FILE",
            "证据卷宗、公文包、OFD、PDF、CMS 签名（.p7s、.p7m）、凭证、电子印章或签章数据，或其事实文件",
            "A dossier, package, OFD, PDF, CMS signature (.p7s, .p7m), statement, seal or seal signature, or the facts of one");
        content = Option<string?>("--content", "分离式签名或签章所保护的原文", "What a detached signature or a seal signature covers");
        trust = Repeated(
            "--trust", "信任的根证书（自签名的），可附签发机构证书：PEM、DER 文件或目录", "Trusted roots (the self-signed ones), issuing authorities beside them: PEM or DER file, or a folder");
        sealMakers = Repeated(
            "--seal-maker-trust",
            "只用于制章人证书的信任证书：PEM、DER 文件或目录；不给出时，--trust 下的任何证书都可以制章",
            "Trusted for the certificates of seal makers alone: PEM or DER file, or a folder; without it whoever is certified below --trust may make seals");
        intermediates = Repeated("--intermediate", "可用于证书链的证书，本身不受信任：PEM、DER 文件或目录", "Certificates that may complete a path, not trusted by themselves: PEM or DER file, or a folder");
        lists = Repeated("--crl", "证书吊销列表：PEM、DER 文件或目录", "Revocation lists: PEM or DER file, or a folder");
        answers = Repeated("--ocsp", "OCSP 应答：PEM、DER 文件或目录", "OCSP responses: PEM or DER file, or a folder");
        at = Option<string?>("--at", "按此时间判断（RFC 3339），默认为现在", "Time of judgement (RFC 3339); now by default");
        policyFile = Option<string?>("--policy-file", "本单位的验证策略（JSON）：算法期限、吊销列表、各项要求", "The site's own policy (JSON): ends of algorithms, revocation, demands");
        facts = Option<string?>("--facts", "把采集的事实写入此文件（JSON），日后无须原文件即可重新判断", "Write the facts to this file (JSON), to be judged again later without the file");
        fromFacts = Option<bool>("--from-facts", "文件是此前采集的事实：事实未签名，请确认其来源可靠", "The file holds facts gathered earlier: they are not signed, be sure where they come from");
        withoutRevocation = Option<bool>("--without-revocation", "没有吊销列表时也可通过，仅作提示", "Let it pass without revocation lists, with a remark");
        ledgerKey = Option<string?>("--ledger-key", "卷宗所属账本的密钥（见 docex ledger checkpoint），默认取卷宗所附的", "The key of a dossier's ledger (see docex ledger checkpoint); the one in the file by default");
    }

    protected override bool WritesPages => true;

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation)
    {
        var now = Terminal.Clock.GetUtcNow();
        var time = TypedValue.Time("--at", parse.GetValue(at)) ?? now;
        if (parse.GetValue(facts) is { } kept)
        {
            NewFile.Require(kept);
        }

        var path = parse.GetRequiredValue(file);
        using var given = GivenFile.Open(path);
        using var covered = parse.GetValue(content) is { } beside ? GivenFile.Open(beside) : null;
        var files = new CertFiles();
        var trusted = TrustFiles.Read(parse.GetValue(trust) ?? [], files);
        var store = (trusted with { Intermediates = [.. trusted.Intermediates, .. files.Intermediates(parse.GetValue(intermediates))] })
            .With(files.RevocationLists(parse.GetValue(lists))).With(files.OcspResponses(parse.GetValue(answers)));
        if (parse.GetValue(sealMakers) is { Length: > 0 } makers)
        {
            store = store with { SealMakers = files.Certificates(makers) };
        }

        var site = parse.GetValue(policyFile) is { } policy ? ReadPolicy(policy) : null;
        var judge = new FileJudge(store, time, !parse.GetValue(withoutRevocation), site, parse.GetValue(ledgerKey) is { } key ? ParseKey(key) : null, time > now ? time : now);
        var judged = await LongWork.WatchAsync(screen, "验证", "Verifying", _ => parse.GetValue(fromFacts)
            ? judge.JudgeFactsAsync(given.Path, covered?.Path, cancellation)
            : judge.JudgeAsync(given.Path, covered?.Path, cancellation));
        judged = judged.With([.. files.Findings, .. TrustFiles.NoAnchors(trusted, judged.Verdict)]);
        if (parse.GetValue(facts) is { } target)
        {
            await WriteFactsAsync(judged, target, cancellation);
        }

        var shown = new ShownVerdict(path, judged, time, site?.Name);
        if (parse.GetValue<string>(Docex.FormatName) == Docex.Html)
        {
            await Terminal.Output.WriteAsync(JudgedPage.Of(screen, shown));
        }
        else
        {
            VerdictReport.Show(screen, shown);
        }

        return judged.Verdict.Indication.ToExitCode();
    }

    private static PolicyText ReadPolicy(string path)
    {
        var text = BoundedFile.Read(path, PolicyText.MaxSize);
        try
        {
            return PolicyText.Parse(text);
        }
        catch (FormatException fault)
        {
            throw new FailedException("FORMAT_FAILURE", $"策略文件“{path}”有误：{FaultWords.Of(fault)}", $"The policy '{path}' is not usable: {fault.Message}");
        }
    }

    private async Task WriteFactsAsync(JudgedFile judged, string target, CancellationToken cancellation)
    {
        if (judged.Facts is not { } found)
        {
            throw new FailedException("NO_FACTS", "没有可以保存的事实：文件无法读取，或这类文件不支持。", "There are no facts to keep: the file could not be read, or is of a kind that has none.");
        }

        await File.WriteAllBytesAsync(target, FactsText.Write(found with { GatheredAt = Terminal.Clock.GetUtcNow() }), cancellation);
    }

    private static NoteVerifier ParseKey(string text)
    {
        try
        {
            return NoteVerifier.Parse(text);
        }
        catch (FormatException fault)
        {
            throw new UsageException($"账本密钥有误：{FaultWords.Of(fault)}", $"The ledger's key is not usable: {fault.Message}");
        }
    }
}
