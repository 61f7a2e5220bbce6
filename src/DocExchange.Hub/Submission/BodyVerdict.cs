using System.Text.Encodings.Web;
using System.Text.Json;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Submission;

/// <summary>A signature inside a body as the intake found it.</summary>
/// <param name="Seal">The name of the seal; null where it was made without one.</param>
/// <param name="Indication">In the words of ETSI EN 319 102-1, the sub-indication behind it.</param>
/// <param name="Integrity">What cryptography alone says: intact, broken or unknown.</param>
internal sealed record BodySignature(string? Seal, string? Signer, DateTimeOffset? SignedAt, string Indication, string Integrity);

/// <param name="Code">Stable.</param>
internal sealed record BodyRemark(string Code, string Chinese, string English);

/// <summary>
/// What the hub found of the signatures inside an OFD or PDF body when it judged the package, with the trust of that day,
/// which cannot be had again. Kept in site.litedb, so that a rebuilt catalogue loses nothing of it.
/// </summary>
internal sealed record BodyVerdict(DateTimeOffset At, IReadOnlyList<BodySignature> Signatures, IReadOnlyList<BodyRemark> Remarks)
{
    private const int MostSignatures = 64;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null where the body carries no signature and nothing is to be said of that; a time-stamp is none.</summary>
    public static BodyVerdict? Of(PackageVerdict package, DateTimeOffset at) => package.Body is not { } body || (!body.IsSigned && package.BodyFindings.Count == 0) ? null : new BodyVerdict(
        at,
        [.. body.Signatures.Where(signature => signature.IsOwn).Take(MostSignatures).Select(signature => new BodySignature(
            signature.Seal?.Name,
            signature.Verdict.Signer?.Subject,
            signature.Verdict.SignedAt,
            signature.Verdict.Indication.ToEtsi() + (signature.Verdict.SubIndication.ToEtsi() is { } sub ? " / " + sub : ""),
            signature.Integrity.ToString().ToLowerInvariant()))],
        [.. package.BodyFindings.Select(finding => new BodyRemark(finding.Code, finding.Chinese, finding.English))]);

    public static BodyVerdict Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<BodyVerdict>(json, Json)!;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
