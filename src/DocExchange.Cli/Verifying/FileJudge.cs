using DocExchange.Core.Statements;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
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
}

/// <summary>The verdict on a file, and what the file is.</summary>
internal sealed record JudgedFile(FileKind Kind, Verdict Verdict);

/// <summary>
/// Judges any file this product or another one signed: packages, statements, CMS signatures, seals and their signatures.
/// What it is follows from its bytes, never from its name. Packages and statements must be in this product's own form.
/// </summary>
/// <param name="at">The time of judgement.</param>
/// <param name="revocationRequired">Whether nothing passes without a current revocation list.</param>
internal sealed class FileJudge(TrustStore trust, DateTimeOffset at, bool revocationRequired)
{
    private static readonly Finding BindingUnknown = Finding.Remark(
        "BINDING_NOT_CHECKED",
        "未核对签名证书与单位的绑定关系：离线验证没有机构目录。", "Whether the directory binds the certificates to the offices was not checked: there is no directory offline.");

    private readonly ValidationPolicy strict = ValidationPolicy.Strict with { RevocationRequired = revocationRequired };
    private readonly ValidationPolicy foreign = ValidationPolicy.Foreign with { RevocationRequired = revocationRequired };

    /// <param name="contentPath">What a detached signature covers; null where it is inside.</param>
    public async Task<JudgedFile> JudgeAsync(string path, string? contentPath, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        await using var content = contentPath is null ? null : File.OpenRead(contentPath);
        if (content is null && await StatementInAsync(file, cancellation) is { } statement)
        {
            return new JudgedFile(FileKind.Statement, Judge(statement));
        }

        file.Position = 0;
        var isPackage = await IsZipAsync(file, cancellation);
        var demands = new FileDemands(trust, isPackage ? strict : foreign, PackageLimits.Default, at);
        var judged = await FileVerifier.VerifyAsync(file, content, demands, cancellation);
        return judged.Package is { } package
            ? new JudgedFile(FileKind.Package, package.Verdict with { Findings = [.. package.Verdict.Findings, .. IssuerRules.Check(package), BindingUnknown] })
            : new JudgedFile(KindOf(judged.Kind), judged.Verdict);
    }

    private Verdict Judge(SignedStatement signed)
    {
        var usage = signed.Statement.Issuer.IsMachine ? CertificateUsage.MachineSigning : CertificateUsage.DocumentSigning;
        var verdict = new CmsValidator(trust, strict).Judge(signed.Cms, null, at, usage);
        return verdict with { Findings = [.. verdict.Findings, BindingUnknown] };
    }

    private static async Task<bool> IsZipAsync(FileStream file, CancellationToken cancellation)
    {
        var start = new byte[2];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        return read == start.Length && start.AsSpan().SequenceEqual("PK"u8);
    }

    private static async Task<SignedStatement?> StatementInAsync(FileStream file, CancellationToken cancellation)
    {
        if (file.Length > SignedStatement.MaxSize)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        try
        {
            return SignedStatement.Parse(bytes, _ => []);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static FileKind KindOf(SignedFileKind kind) => kind switch
    {
        SignedFileKind.Package => FileKind.Package,
        SignedFileKind.Cms => FileKind.Cms,
        SignedFileKind.Seal => FileKind.Seal,
        SignedFileKind.SealSignature => FileKind.SealSignature,
        _ => FileKind.Unknown,
    };
}
