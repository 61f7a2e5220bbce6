using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

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

    /// <summary>版式文件: GB/T 33190.</summary>
    Ofd,

    Pdf,

    /// <summary>时间戳: a token, or what an authority answered (RFC 3161).</summary>
    Timestamp,
}

/// <param name="Package">Where the file is one.</param>
/// <param name="Cms">Where the file is one that can be read.</param>
/// <param name="Facts">What the verdict was computed from; null where nothing could be measured.</param>
/// <param name="Document">Where the file is an OFD or a PDF.</param>
public sealed record FileVerdict(SignedFileKind Kind, Verdict Verdict, PackageVerdict? Package = null, CmsSignedData? Cms = null, FileFacts? Facts = null, SignedDocument? Document = null);

/// <summary>What a file is judged by.</summary>
/// <param name="At">When the file is known to have existed; now, when nothing better is known.</param>
public sealed record FileDemands(TrustStore Store, ValidationPolicy Policy, PackageLimits Limits, DateTimeOffset At)
{
    public CertificateUsage Usage { get; init; } = CertificateUsage.DocumentSigning;

    /// <summary>Of the existence of the file, from outside it: a ledger's checkpoint, a time-stamp over the whole.</summary>
    public IReadOnlyList<ProofOfExistence> Proofs { get; init; } = [];
}

/// <summary>Finds out what a file is and judges it.</summary>
public static class FileVerifier
{
    private const int StartSize = 64;

    private static readonly Finding Unknown = Finding.Failed(
        "FILE_KIND_UNKNOWN", SubIndication.FormatFailure, "不是公文包、CMS 签名、时间戳、电子印章、电子签章、OFD 或 PDF。", "The file is no package, CMS signature, time-stamp, seal, seal signature, OFD or PDF.");

    private static readonly Finding NotAlone = Finding.Indeterminate(
        "CMS_TEXT_NOT_ALONE", SubIndication.SigConstraintsFailure,
        "文件中以文本形式（PEM）写有 CMS 签名，但还有其他内容，不受该签名保护；未作验证。请把 BEGIN 行至 END 行单独存为一个文件后再验证。",
        "The file has a CMS signature written as text (PEM) and other content beside it, which it does not protect; nothing was verified. Keep the lines from BEGIN to END in a file of their own to verify them.");

    /// <summary>Content was handed over, and what was judged has content of its own, or was measured earlier: nobody looked at what was handed over.</summary>
    public static readonly Finding ContentNotJudged = Finding.Indeterminate(
        "CONTENT_NOT_JUDGED", SubIndication.SignedDataNotFound,
        "另外给出的原文未参与检验：所验证的文件自带受保护的内容，或只是此前采集的事实。该原文是否经过签名，不能据此认定。",
        "The content that was given beside the file was not looked at: the file protects content of its own, or holds facts gathered earlier. Whether that content is signed is not known.");

    /// <param name="file">Seekable; a package is closed afterwards.</param>
    /// <param name="content">What a detached signature or a seal signature covers, read to its end; null when not at hand. Where it cannot be what was signed, the verdict says so.</param>
    public static async Task<FileVerdict> VerifyAsync(Stream file, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        var judged = await JudgeAsync(file, content, demands, cancellation);
        var isOverContent = judged is { Kind: SignedFileKind.Cms or SignedFileKind.SealSignature } or { Facts.Timestamp: not null };
        return content is null || isOverContent ? judged : judged with
        {
            Verdict = judged.Verdict with { Findings = [.. judged.Verdict.Findings, ContentNotJudged] },
            Facts = judged.Facts is { } facts ? facts with { Findings = [.. facts.Findings, ContentNotJudged] } : null,
        };
    }

    private static async Task<FileVerdict> JudgeAsync(Stream file, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        if (await DocumentVerifier.TryVerifyAsync(file, demands, keepsFacts: true, mayBeSignature: true, cancellation) is { } document)
        {
            return document;
        }

        var start = new byte[StartSize];
        var read = await file.ReadAtLeastAsync(start, StartSize, throwOnEndOfStream: false, cancellation);
        file.Position = 0;
        if (start.AsSpan(0, read).StartsWith("PK"u8))
        {
            var validator = new PackageValidator(demands.Store, demands.Policy, demands.Limits);
            var (facts, package) = await validator.ExamineAsync(file, demands.At, demands.Proofs, cancellation);
            return new FileVerdict(
                SignedFileKind.Package, package.Verdict, package, Facts: (facts with { Findings = [.. facts.Findings, .. package.BodyFindings] }).ToFileFacts(demands));
        }

        var limit = demands.Policy.Limits.MaxSize;
        if (file.Length > limit)
        {
            return new FileVerdict(SignedFileKind.Unknown, new Verdict([], [TooLarge(file.Length, limit)]));
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellation);
        var cms = CmsSignedData.Unwrap(bytes);
        return CmsSignedData.LooksLike(cms.Span) || CmsArmour.IsAlone(bytes) ? await VerifyCmsAsync(bytes, cms, content, demands, cancellation)
            : bytes is not [0x30, ..] && CmsArmour.IsNamedIn(bytes) ? new FileVerdict(SignedFileKind.Unknown, new Verdict([], [NotAlone]))
            : TimestampResponse.TryParse(bytes) is { } response ? await VerifyResponseAsync(bytes, response, content, demands, cancellation)
            : await VerifySealAsync(bytes, content, demands, cancellation);
    }

    /// <param name="cms">What is in the bytes, or the bytes themselves.</param>
    private static async Task<FileVerdict> VerifyCmsAsync(byte[] bytes, ReadOnlyMemory<byte> cms, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        try
        {
            var signed = CmsSignedData.Parse(cms, demands.Policy.Limits);
            if (TimestampToken.IsToken(signed))
            {
                return await VerifyTimestampAsync(bytes, cms, [], content, demands, cancellation);
            }

            var algorithms = signed.Signers.Select(signer => DigestAlgorithms.Of(signer.DigestAlgorithm.Oid))
                .Concat(signed.Signers.SelectMany(SignatureLevels.TimestampsOf).Select(token => token.Info.Imprint.DigestAlgorithm))
                .OfType<DigestAlgorithm>().ToHashSet();

            // RFC 5652 §5.4: without signed attributes it is the content itself that is signed.
            var kept = signed.Signers.Any(signer => signer.SignedAttributes is null) ? demands.Policy.Limits.MaxSize : 0;
            var detached = content is null ? null : await ContentDigests.OfAsync(content, algorithms, kept, cancellation);
            var facts = FactsOf(SignedFileKind.Cms, bytes, demands, signed.WrappedContent, cms.Span) with { Cms = new CmsValidator(demands.Store, demands.Policy).Gather(signed, detached) };
            return new FileVerdict(SignedFileKind.Cms, FactsJudge.Judge(facts, demands.Policy, demands.At), Cms: signed, Facts: facts);
        }
        catch (CmsFormatException fault)
        {
            return new FileVerdict(SignedFileKind.Cms, new Verdict([], [fault.ToFinding()]));
        }
    }

    /// <summary>What a time-stamp authority answered (.tsr): its token, where it gave one.</summary>
    private static async Task<FileVerdict> VerifyResponseAsync(byte[] bytes, TimestampResponse response, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        if (response.Token is not { } token)
        {
            var refused = FactsOf(SignedFileKind.Timestamp, bytes, demands, default, bytes) with { Findings = [TimestampFindings.NotGranted(response)] };
            return new FileVerdict(SignedFileKind.Timestamp, FactsJudge.Judge(refused, demands.Policy, demands.At), Facts: refused);
        }

        return await VerifyTimestampAsync(bytes, token, [.. TimestampFindings.OfGranted(response)], content, demands, cancellation);
    }

    /// <summary>A token, such as that of a ledger's checkpoint; the content is what was stamped.</summary>
    /// <param name="findings">What was said beside it.</param>
    private static async Task<FileVerdict> VerifyTimestampAsync(
        byte[] bytes, ReadOnlyMemory<byte> encoded, IReadOnlyList<Finding> findings, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        var token = TimestampToken.TryParse(encoded);
        var algorithm = token?.Info.Imprint.DigestAlgorithm;
        var over = content is null || algorithm is null
            ? ContentDigests.Of(new Dictionary<DigestAlgorithm, byte[]>())
            : await ContentDigests.OfAsync(content, [algorithm.Value], cancellation);
        var facts = FactsOf(SignedFileKind.Timestamp, bytes, demands, token?.Signed.WrappedContent ?? default, bytes is [0x30, ..] ? bytes : encoded.Span);
        facts = facts with
        {
            Findings = [.. findings, .. facts.Findings],
            Timestamp = new TimestampFacts(TimestampOids.Info, encoded, token is null ? null : TimestampValidator.IsOver(token.Info.Imprint, over)),
        };
        return new FileVerdict(SignedFileKind.Timestamp, FactsJudge.Judge(facts, demands.Policy, demands.At), Cms: token?.Signed, Facts: facts);
    }

    private static async Task<FileVerdict> VerifySealAsync(byte[] bytes, Stream? content, FileDemands demands, CancellationToken cancellation)
    {
        var (signature, seal) = SealIn(bytes);
        var kind = signature is not null ? SignedFileKind.SealSignature : seal is not null ? SignedFileKind.Seal : SignedFileKind.Unknown;
        if (kind == SignedFileKind.Unknown)
        {
            return new FileVerdict(kind, new Verdict([], [Unknown]));
        }

        var limit = demands.Policy.Limits.MaxSize;
        var (covered, size) = kind == SignedFileKind.SealSignature && content is not null ? await CollectAsync(content, limit, cancellation) : (null, 0);
        if (size > limit)
        {
            return new FileVerdict(kind, new Verdict([], [TooLarge(size, limit)]));
        }

        // Both copy what they read, and what is signed stands in front.
        var part = signature?.SignedBytes ?? seal!.InfoBytes;
        var signed = bytes.AsSpan().IndexOf(part.Span) is var at and >= 0 ? bytes.AsMemory(at, part.Length) : default;
        var facts = FactsOf(kind, bytes, demands, signed, bytes) with { Seals = [new SealFacts(null, bytes, covered is { } given ? given : default(ReadOnlyMemory<byte>?))] };
        return new FileVerdict(kind, FactsJudge.Judge(facts, demands.Policy, demands.At), Facts: facts);
    }

    internal static (SealSignature? Signature, Seal? Seal) SealIn(byte[] bytes) =>
        TryParse(() => SealSignature.ParseForeign(bytes)) is { } signature ? (signature, null) : (null, TryParse(() => Seal.ParseForeign(bytes)));

    /// <param name="signed">What of the encoded is signed.</param>
    /// <param name="encoded">The bytes, or what was in them.</param>
    private static FileFacts FactsOf(SignedFileKind kind, byte[] bytes, FileDemands demands, ReadOnlyMemory<byte> signed, ReadOnlySpan<byte> encoded) => new()
    {
        Kind = kind,
        Sha256 = Digest.Of(bytes).ToString(),
        GatheredAt = demands.At,
        IsOwn = demands.Policy.RequiresOwnForm,
        Usage = demands.Usage,
        Findings = HiddenDocuments.FindingsOf(encoded, signed.Span),
        Proofs = demands.Proofs,
        Trust = demands.Store,
    };

    /// <returns>The content, or how much was read when it exceeds the limit.</returns>
    private static async Task<(byte[]? Content, long Size)> CollectAsync(Stream content, int limit, CancellationToken cancellation)
    {
        var piece = new byte[64 * 1024];
        using var collected = new MemoryStream();
        int read;
        while ((read = await content.ReadAsync(piece, cancellation)) > 0)
        {
            collected.Write(piece, 0, read);
            if (collected.Length > limit)
            {
                return (null, collected.Length);
            }
        }

        return (collected.ToArray(), collected.Length);
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
