using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Validation;

public enum SignedFileKind
{
    /// <summary>Nothing this product can verify.</summary>
    Unknown,

    /// <summary>公文包: an ASiC-E container.</summary>
    Package,

    /// <summary>A CMS signature, DER, BER or PEM, with its content or detached.</summary>
    Cms,

    /// <summary>电子印章: SESeal.</summary>
    Seal,

    /// <summary>电子签章: SES_Signature.</summary>
    SealSignature,
}

/// <param name="Package">Where the file is one.</param>
/// <param name="Cms">Where the file is one that can be read.</param>
public sealed record FileVerdict(SignedFileKind Kind, Verdict Verdict, PackageVerdict? Package = null, CmsSignedData? Cms = null);

/// <summary>What a file is judged by.</summary>
/// <param name="At">When the file is known to have existed; now, when nothing better is known.</param>
public sealed record FileDemands(TrustStore Store, ValidationPolicy Policy, PackageLimits Limits, DateTimeOffset At)
{
    public CertificateUsage Usage { get; init; } = CertificateUsage.DocumentSigning;
}

/// <summary>Finds out what a file is and judges it.</summary>
public static class FileVerifier
{
    private const int StartSize = 64;

    private static readonly Finding Unknown = Finding.Failed(
        "FILE_KIND_UNKNOWN", SubIndication.FormatFailure, "不是公文包、CMS 签名、电子印章或电子签章。", "The file is no package, CMS signature, seal or seal signature.");

    private static readonly Finding SealedContentMissing = Finding.Indeterminate(
        "SEAL_CONTENT_MISSING", SubIndication.SignedDataNotFound, "缺少被盖章的内容。", "The content that was sealed is not at hand.");

    /// <param name="file">Seekable; a package is closed afterwards.</param>
    /// <param name="content">What a detached signature or a seal signature covers, read to its end; null when not at hand.</param>
    public static async Task<FileVerdict> VerifyAsync(Stream file, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        var start = new byte[StartSize];
        var read = await file.ReadAtLeastAsync(start, StartSize, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        if (start.AsSpan(0, read).StartsWith("PK"u8))
        {
            var package = await new PackageValidator(demands.Store, demands.Policy, demands.Limits).ValidateAsync(file, demands.At, cancellation);
            return new FileVerdict(SignedFileKind.Package, package.Verdict, package);
        }

        var limit = demands.Policy.Limits.MaxSize;
        if (file.Length > limit)
        {
            return new FileVerdict(SignedFileKind.Unknown, new Verdict([], [TooLarge(file.Length, limit)]));
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        return CmsSignedData.LooksLike(bytes)
            ? await VerifyCmsAsync(bytes, content, demands, cancellation)
            : await VerifySealAsync(bytes, content, demands, cancellation);
    }

    private static async Task<FileVerdict> VerifyCmsAsync(byte[] bytes, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        try
        {
            var signed = CmsSignedData.Parse(bytes, demands.Policy.Limits);
            var algorithms = signed.Signers.Select(signer => DigestAlgorithms.Of(signer.DigestAlgorithm.Oid)).OfType<DigestAlgorithm>().ToHashSet();
            var detached = content is null ? null : await ContentDigests.OfAsync(content, algorithms, cancellation);
            var verdicts = new CmsValidator(demands.Store, demands.Policy).Validate(signed, detached, demands.At, demands.Usage);
            return new FileVerdict(SignedFileKind.Cms, new Verdict(verdicts, []), Cms: signed);
        }
        catch (CmsFormatException fault)
        {
            return new FileVerdict(SignedFileKind.Cms, new Verdict([], [fault.ToFinding()]));
        }
    }

    private static async Task<FileVerdict> VerifySealAsync(byte[] bytes, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        var validator = new SealValidator(demands.Store, options: demands.Policy.PathOptions);
        if (TryParse(() => SealSignature.Parse(bytes)) is { } signature)
        {
            return content is null
                ? new FileVerdict(SignedFileKind.SealSignature, new Verdict([validator.ValidateSeal(signature.Seal, demands.At)], [SealedContentMissing]))
                : await VerifySealSignatureAsync(signature, content, validator, demands, cancellation);
        }

        return TryParse(() => Seal.Parse(bytes)) is { } seal
            ? new FileVerdict(SignedFileKind.Seal, new Verdict([validator.ValidateSeal(seal, demands.At)], []))
            : new FileVerdict(SignedFileKind.Unknown, new Verdict([], [Unknown]));
    }

    private static async Task<FileVerdict> VerifySealSignatureAsync(
        SealSignature signature, Stream content, SealValidator validator, FileDemands demands, CancellationToken cancellation)
    {
        var limit = demands.Policy.Limits.MaxSize;
        var piece = new byte[64 * 1024];
        using var collected = new MemoryStream();
        int read;
        while ((read = await content.ReadAsync(piece, cancellation)) > 0)
        {
            collected.Write(piece, 0, read);
            if (collected.Length > limit)
            {
                return new FileVerdict(SignedFileKind.SealSignature, new Verdict([], [TooLarge(collected.Length, limit)]));
            }
        }

        var verdict = validator.Validate(signature, collected.ToArray(), expectedPropertyInfo: null, demands.At);
        return new FileVerdict(SignedFileKind.SealSignature, new Verdict([verdict], []));
    }

    private static T? TryParse<T>(Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (SealFormatException)
        {
            return null;
        }
    }

    private static Finding TooLarge(long size, int limit) => Finding.Indeterminate(
        "FILE_TOO_LARGE", SubIndication.Generic, $"文件至少 {size} 字节，超过 {limit}，未作验证。", $"The file has at least {size} bytes, more than the {limit} that are verified.");
}
