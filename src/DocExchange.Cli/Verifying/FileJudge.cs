using System.Security.Cryptography;
using DocExchange.Core.Dossiers;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Core.Verdicts;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>What a file turned out to be.</summary>
internal enum FileKind
{
    Unknown,
    Package,
    Statement,
    Cms,
    Seal,
    SealSignature,
    Ofd,
    Pdf,
    Dossier,
    Timestamp,
}

/// <summary>The verdict on a file, what the file is, and the facts the verdict follows from; null where nothing could be measured.</summary>
/// <param name="Document">Where the file is an OFD or a PDF: each signature with its place and parts.</param>
/// <param name="Dossier">Where the file is one: what it tells.</param>
internal sealed record JudgedFile(FileKind Kind, Verdict Verdict, FileFacts? Facts, SignedDocument? Document = null, DossierVerdict? Dossier = null)
{
    /// <summary>SHA-256 of the file, in lower-case hexadecimal.</summary>
    public string? Sha256 { get; init; } = Facts?.Sha256;

    /// <summary>Of each signature of the verdict, in their order: the seal it was made with, null where there is none.</summary>
    public IReadOnlyList<Seal?> Seals { get; } = Document is not null ? VerdictHead.SealsOf(Document)
        : VerdictHead.SealsOf(Verdict, Dossier?.Summary?.Package?.Seals.Select(seal => seal.Signature?.Seal) ?? Facts?.Seals.Select(SealReport.Of) ?? []);

    /// <summary>Of a package, or that of a dossier: the signatures inside its body.</summary>
    public SignedDocument? Body { get; init; }

    public JudgedFile With(IEnumerable<Finding> findings) => this with { Verdict = Verdict with { Findings = [.. Verdict.Findings, .. findings] } };
}

/// <summary>
/// Judges any file this product or another one signed: dossiers, packages, statements, OFD and PDF documents, CMS signatures, seals
/// and their signatures, and the facts of any of them. What it is follows from its bytes, never from its name. Packages and
/// statements must be in this product's own form.
/// </summary>
/// <param name="at">The time of judgement.</param>
/// <param name="revocationRequired">Whether nothing passes without a current revocation list.</param>
/// <param name="site">The site's own policy; null for the one that is built in.</param>
/// <param name="ledgerKey">Of a dossier's ledger, as the reader knows it; null to take the one in the file.</param>
/// <param name="verifiedAt">When the verification takes place; null where lists and answers are taken to exist whatever they are dated.</param>
internal sealed class FileJudge(TrustStore trust, DateTimeOffset at, bool revocationRequired, PolicyText? site = null, NoteVerifier? ledgerKey = null, DateTimeOffset? verifiedAt = null)
{
    private static readonly Finding BindingUnknown = Finding.Remark(
        IssuerRules.BindingNotChecked,
        "未核对签名证书与单位的绑定关系：离线验证没有机构目录。", "Whether the directory binds the certificates to the offices was not checked: there is no directory offline.");

    private readonly ValidationPolicy strict = Demands(ValidationPolicy.Strict, revocationRequired, site, verifiedAt);
    private readonly ValidationPolicy foreign = Demands(ValidationPolicy.Foreign, revocationRequired, site, verifiedAt);

    /// <param name="contentPath">What a detached signature covers; null where it is inside.</param>
    public async Task<JudgedFile> JudgeAsync(string path, string? contentPath, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        if (await HoldsFactsAsync(file, cancellation))
        {
            throw new FailedException(
                "FORMAT_FAILURE",
                $"“{path}”是此前采集的事实，未经签名。确认其来源可靠后，请加 --from-facts。",
                $"'{path}' holds facts gathered earlier, which are not signed. Where you are sure of their origin, add --from-facts.");
        }

        if (DossierJudge.LooksLike(file))
        {
            var dossier = await new DossierJudge(new DossierDemands(trust, strict, at) { LedgerKey = ledgerKey }).JudgeAsync(file, cancellation);
            var told = Told(new JudgedFile(FileKind.Dossier, dossier.Verdict, null, Dossier: dossier) { Sha256 = await HashAsync(path, cancellation), Body = dossier.Summary?.Package?.Body });
            return contentPath is null ? told : told.With([FileVerifier.ContentNotJudged]);
        }

        await using var content = contentPath is null ? null : File.OpenRead(contentPath);
        if (content is null && await StatementInAsync(file, cancellation) is var (statement, sha256))
        {
            return Judge(statement, sha256);
        }

        file.Position = 0;
        var isPackage = await IsZipAsync(file, cancellation);
        var demands = new FileDemands(trust, isPackage ? strict : foreign, PackageLimits.Default, at);
        var judged = await FileVerifier.VerifyAsync(file, content, demands, cancellation);
        IEnumerable<Finding> more = judged.Package is { } package ? [.. IssuerRules.Check(package), BindingUnknown] : [];
        return Told(new JudgedFile(
            KindOf(judged.Kind),
            judged.Verdict with { Findings = [.. judged.Verdict.Findings, .. more] },
            judged.Facts is { } found ? found with { Findings = [.. found.Findings, .. more] } : null,
            judged.Document)
        {
            Sha256 = judged.Facts?.Sha256 ?? (IsDeclined(judged) ? null : await HashAsync(path, cancellation)),
            Body = judged.Package?.Body,
        });
    }

    /// <summary>Judges anew what was measured earlier, without the file it was measured of, or what that covers.</summary>
    /// <exception cref="FailedException">The file is too large, or holds no facts.</exception>
    public async Task<JudgedFile> JudgeFactsAsync(string path, string? contentPath, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        if (!await HoldsFactsAsync(file, cancellation))
        {
            throw new FailedException("FORMAT_FAILURE", $"“{path}”不是事实文件。", $"'{path}' holds no facts.");
        }

        if (file.Length > FactsText.MaxSize)
        {
            throw new FailedException("TOO_LARGE", $"事实文件“{path}”过大。", $"The facts in '{path}' are too large.");
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        var judged = Judge(FactsText.Read(bytes));
        return contentPath is null ? judged : judged.With([FileVerifier.ContentNotJudged]);
    }

    /// <summary>Recomputes a verdict. Trust is as given now; where nothing is given, as it was when the facts were gathered.</summary>
    private JudgedFile Judge(FileFacts facts)
    {
        var now = trust.Anchors.Count == 0 ? trust with { Anchors = facts.Trust.Anchors } : trust;
        var policy = facts.IsOwn ? strict : foreign;
        var document = FactsJudge.JudgeDocument(facts, policy, at, now);
        var verdict = document?.Verdict ?? FactsJudge.Judge(facts, policy, at, now);
        return Told(new JudgedFile(KindOf(facts), verdict with { Findings = [.. verdict.Findings, FactsOnly(facts), .. IssuerRules.OfFacts(facts)] }, facts, document));
    }

    /// <summary>What is told of seals beside the verdict on each.</summary>
    private JudgedFile Told(JudgedFile judged) => judged.With(SealRules.Check(judged, (trust.SealMakers ?? judged.Facts?.Trust.SealMakers ?? strict.SealMakers) is not null));

    private JudgedFile Judge(SignedStatement signed, string sha256)
    {
        var usage = signed.Statement.Issuer.IsMachine ? CertificateUsage.MachineSigning : CertificateUsage.DocumentSigning;
        var facts = new FileFacts
        {
            Kind = SignedFileKind.Cms,
            Sha256 = sha256,
            GatheredAt = at,
            IsOwn = true,
            Usage = usage,
            Findings = [Said(signed.Statement), BindingUnknown],
            Cms = new CmsValidator(trust, strict).Gather(CmsSignedData.Parse(signed.Cms, strict.Limits), null),
            Trust = trust,
        };
        var verdict = FactsJudge.Judge(facts, strict, at);
        var along = CmsSignedData.Parse(signed.Cms, strict.Limits).Certificates;
        IEnumerable<Finding> kinds = [.. verdict.Signatures.Select(signature => signature.Signer).OfType<Certificate>().Select(signer => new SignerKinds(trust).Check(signer, signed.Statement.Issuer, along)).OfType<Finding>()];
        return new JudgedFile(FileKind.Statement, verdict, facts with { Findings = [.. facts.Findings, .. kinds] }).With(kinds);
    }

    /// <summary>Whose word it is and what it says: the signature's certificate names somebody, the statement somebody too.</summary>
    private static Finding Said(Statement statement) => Finding.Remark(
        "STATEMENT_SAYS",
        $"凭证：{statement.Issuer} {statement.Type.ToChinese()}{(statement.Document is { } document ? $"，公文 {document}" : "")}，自称时间 {statement.ClaimedAt:u}。",
        $"{statement.Type} by {statement.Issuer}{(statement.Document is { } of ? $", on the document {of}" : "")}, claimed at {statement.ClaimedAt:u}.");

    private static ValidationPolicy Demands(ValidationPolicy policy, bool revocationRequired, PolicyText? site, DateTimeOffset? verifiedAt)
    {
        var demanded = policy with { RevocationRequired = revocationRequired, VerifiedAt = verifiedAt };
        return site?.ApplyTo(demanded) ?? demanded;
    }

    // Of what is too large to be judged nothing is read to the end.
    private static bool IsDeclined(FileVerdict judged) => judged.Verdict.Findings.Any(finding => finding is { Code: "FILE_TOO_LARGE" or "OFD_TOO_LARGE" or "PDF_TOO_LARGE" });

    // A package is closed once it is judged.
    private static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
    }

    private static Finding FactsOnly(FileFacts facts) => Finding.Remark(
        "JUDGED_FROM_FACTS",
        $"依据 {facts.GatheredAt:u} 采集的事实重新判断，未读取原文件（SHA-256 {facts.Sha256}）。",
        $"Judged anew from the facts gathered at {facts.GatheredAt:u}; the file itself (SHA-256 {facts.Sha256}) was not read.");

    private static async Task<bool> HoldsFactsAsync(FileStream file, CancellationToken cancellation)
    {
        var start = new byte[256];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        return FactsText.LooksLike(start.AsSpan(0, read));
    }

    private static async Task<bool> IsZipAsync(FileStream file, CancellationToken cancellation)
    {
        var start = new byte[2];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        return read == start.Length && start.AsSpan().SequenceEqual("PK"u8);
    }

    /// <summary>As it is or in armour, with the SHA-256 of the file.</summary>
    private static async Task<(SignedStatement Statement, string Sha256)?> StatementInAsync(FileStream file, CancellationToken cancellation)
    {
        if (file.Length > SignedStatement.MaxSize)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        try
        {
            return (SignedStatement.Parse(CmsSignedData.Unwrap(bytes), _ => []), Digest.Of(bytes).ToString());
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // Facts of earlier versions call a time-stamp a CMS.
    private static FileKind KindOf(FileFacts facts) => facts switch
    {
        { Timestamp: not null } => FileKind.Timestamp,
        { Kind: SignedFileKind.Cms, IsOwn: true } => FileKind.Statement,
        _ => KindOf(facts.Kind),
    };

    private static FileKind KindOf(SignedFileKind kind) => kind switch
    {
        SignedFileKind.Package => FileKind.Package,
        SignedFileKind.Cms => FileKind.Cms,
        SignedFileKind.Timestamp => FileKind.Timestamp,
        SignedFileKind.Seal => FileKind.Seal,
        SignedFileKind.SealSignature => FileKind.SealSignature,
        SignedFileKind.Ofd => FileKind.Ofd,
        SignedFileKind.Pdf => FileKind.Pdf,
        _ => FileKind.Unknown,
    };
}
