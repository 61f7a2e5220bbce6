using System.CommandLine;
using DocExchange.Cli.Pki;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Seals;

/// <summary><c>docex seal</c>: electronic seals (GB/T 38540).</summary>
internal static class SealVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "seal", "电子印章（GB/T 38540）", "Electronic seals (GB/T 38540)",
        new SealMakeVerb(terminal), new SealImportVerb(terminal), new SealShowVerb(terminal));

    private const int MaxSize = 16 * 1024 * 1024;

    public static Certificate ReadCertificate(string path) => Certificate.ParseAll(PkiVerbs.ReadFile(path))[0];

    public static byte[] ReadSealFile(string path) => BoundedFile.Read(path, MaxSize);

    /// <param name="remarks">What there is to say of it besides.</param>
    public static void Describe(Screen screen, Seal seal, IReadOnlyList<Finding> remarks) => screen.Show(
        new
        {
            esId = seal.EsId,
            name = seal.Name,
            vendor = seal.VendorId,
            version = seal.Version,
            type = seal.Type,
            createdAt = seal.CreatedAt,
            validFrom = seal.ValidFrom,
            validUntil = seal.ValidUntil,
            maker = seal.MakerCertificate.Subject,
            signers = seal.Signers.Select(signer => signer.Subject),
            signerDigests = seal.SignerDigests.Count,
            picture = new { type = seal.Picture.Type, bytes = seal.Picture.Data.Length, widthMm = seal.Picture.WidthMm, heightMm = seal.Picture.HeightMm, displayType = seal.Picture.DisplayType },
            sha256 = seal.Fingerprint.ToString(),
            remarks = remarks.Select(remark => new { code = remark.Code, message = screen.Say(remark.Chinese, remark.English) }),
        },
        new[]
        {
            screen.Say($"印章：{seal.Name}（{seal.EsId}），第 {seal.Version} 版", $"Seal: {seal.Name} ({seal.EsId}), version {seal.Version}"),
            screen.Say($"有效期：{seal.ValidFrom:yyyy-MM-dd} 至 {seal.ValidUntil:yyyy-MM-dd}", $"Valid: {seal.ValidFrom:yyyy-MM-dd} to {seal.ValidUntil:yyyy-MM-dd}"),
            screen.Say($"制章人：{seal.MakerCertificate.Subject}", $"Maker: {seal.MakerCertificate.Subject}"),
        }
        .Concat(seal.Signers.Select(signer => screen.Say($"签章人：{signer.Subject}", $"May apply it: {signer.Subject}")))
        .Concat(
        [
            screen.Say(
                $"印模：{seal.Picture.Type}，{seal.Picture.Data.Length} 字节，{seal.Picture.WidthMm}×{seal.Picture.HeightMm} 毫米",
                $"Picture: {seal.Picture.Type}, {seal.Picture.Data.Length} bytes, {seal.Picture.WidthMm} by {seal.Picture.HeightMm} mm"),
            $"SHA-256 {seal.Fingerprint}",
        ])
        .Concat(remarks.Select(remark => screen.Say($"提示：{remark.Chinese}", $"Remark: {remark.English}")))
        .Select(Screen.OneLine));
}
