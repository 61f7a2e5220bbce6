using DocExchange.Core.Verdicts;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>What is told of a seal beside the verdict on it.</summary>
internal static class SealReport
{
    /// <summary>Null where the signature was made without one.</summary>
    public static object? Value(Seal? seal) => seal is null ? null : new
    {
        name = seal.Name,
        esId = seal.EsId,
        version = seal.Version,
        type = seal.Type,
        vendorId = seal.VendorId,
        createdAt = seal.CreatedAt,
        validFrom = seal.ValidFrom,
        validUntil = seal.ValidUntil,
        maker = seal.MakerCertificate.Subject,
        makerSerialNumber = seal.MakerCertificate.SerialNumber,
        fingerprint = seal.Fingerprint.ToString(),
        picture = new { mediaType = seal.Picture.DisplayType, widthMm = seal.Picture.WidthMm, heightMm = seal.Picture.HeightMm },
    };

    public static IEnumerable<object> Checks(SignatureVerdict signature) =>
        VerdictCheck.Of(signature).Select(check => new { code = check.Code, result = NameOf(check.Result) });

    public static IEnumerable<string> Lines(Screen screen, Seal? seal)
    {
        if (seal is not null)
        {
            yield return screen.Say(
                $"    印章：{seal.Name}（{seal.EsId}），第 {seal.Version} 版，{seal.ValidFrom:yyyy-MM-dd} 至 {seal.ValidUntil:yyyy-MM-dd} 有效",
                $"    Seal: {seal.Name} ({seal.EsId}), version {seal.Version}, valid from {seal.ValidFrom:yyyy-MM-dd} to {seal.ValidUntil:yyyy-MM-dd}");
            yield return screen.Say(
                $"    制章人：{seal.MakerCertificate.Subject}（序列号 {seal.MakerCertificate.SerialNumber}）",
                $"    Seal maker: {seal.MakerCertificate.Subject} (serial number {seal.MakerCertificate.SerialNumber})");
        }
    }

    /// <summary>The seal of kept facts; null where it cannot be read.</summary>
    public static Seal? Of(SealFacts facts)
    {
        try
        {
            return SealSignature.ParseForeign(facts.Encoded).Seal;
        }
        catch (SealFormatException)
        {
            return Alone(facts);
        }
    }

    private static Seal? Alone(SealFacts facts)
    {
        try
        {
            return Seal.ParseForeign(facts.Encoded);
        }
        catch (SealFormatException)
        {
            return null;
        }
    }

    private static string NameOf(CheckResult result) => result switch
    {
        CheckResult.Passed => "passed",
        CheckResult.Failed => "failed",
        CheckResult.Open => "open",
        _ => "not-made",
    };
}
