using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Seals;

/// <summary>Makes seals of version 4 (GB/T 38540-2020).</summary>
public static class SealMaker
{
    /// <param name="definition">What the seal says.</param>
    /// <param name="maker">The seal maker's key; SM2, as the standard demands.</param>
    /// <param name="cancellation">Stops before the key is used.</param>
    /// <exception cref="SealRefusedException">The definition is not possible, or the key not SM2.</exception>
    /// <exception cref="SealFormatException">The picture is not what its type says, or is unsafe.</exception>
    public static async Task<Seal> MakeAsync(SealDefinition definition, ISigningKey maker, CancellationToken cancellation)
    {
        RequireMaker(maker);
        RequireTexts(definition);
        RequireSigners(definition);
        RequirePeriod(definition);
        RequirePicture(definition.Picture);

        var info = SealWriter.SealInfo(definition);
        var signature = await maker.SignAsync(info, cancellation);
        return Seal.Parse(SealWriter.Signed(info, maker.Certificate, signature));
    }

    private static void RequireMaker(ISigningKey maker)
    {
        if (maker.Algorithm != KeyAlgorithm.Sm2)
        {
            throw new SealRefusedException(
                "SEAL_MAKER_KEY", $"制章人密钥是 {maker.Algorithm}，电子印章只能用 SM2 密钥制作。", $"A seal is made with an SM2 key (GB/T 38540), not {maker.Algorithm}.");
        }
    }

    private static void RequireTexts(SealDefinition definition)
    {
        RequireAscii(definition.EsId, "esID");
        RequireAscii(definition.VendorId, "vid");
        if (string.IsNullOrWhiteSpace(definition.Name) || definition.Name.Length > SealDefinition.MaxNameLength || definition.Name.Any(char.IsControl))
        {
            throw Impossible($"印章名称应为 1 至 {SealDefinition.MaxNameLength} 个字符。", $"The seal's name has 1 to {SealDefinition.MaxNameLength} characters and no control characters.");
        }

        if (definition.Type < 0)
        {
            throw Impossible("印章类型不能为负数。", "The seal's type is not negative.");
        }
    }

    private static void RequireAscii(string text, string field)
    {
        if (text.Length is < 1 or > SealDefinition.MaxIdLength || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw Impossible(
                $"{field} 应为 1 至 {SealDefinition.MaxIdLength} 个可打印的 ASCII 字符，不含空格。",
                $"{field} has 1 to {SealDefinition.MaxIdLength} printable ASCII characters without blanks.");
        }
    }

    private static void RequireSigners(SealDefinition definition)
    {
        if (definition.Signers.Count is < 1 or > Seal.MaxSigners)
        {
            throw Impossible($"印章应列出 1 至 {Seal.MaxSigners} 个签章人证书。", $"A seal lists 1 to {Seal.MaxSigners} certificates, not {definition.Signers.Count}.");
        }

        if (definition.Signers.FirstOrDefault(signer => signer.KeyAlgorithm != KeyAlgorithm.Sm2) is { } other)
        {
            throw Impossible($"签章人证书 {other} 不是 SM2 证书。", $"The signer's certificate {other} is not an SM2 certificate.");
        }
    }

    private static void RequirePeriod(SealDefinition definition)
    {
        if (definition.ValidFrom >= definition.ValidUntil)
        {
            throw Impossible("印章有效期的起始时间应早于终止时间。", "The seal's period ends before it begins.");
        }
    }

    private static void RequirePicture(SealPicture picture)
    {
        var type = SealPicture.FromFile(picture.Data, picture.WidthMm, picture.HeightMm).Type;
        if (!type.Equals(picture.Type, StringComparison.OrdinalIgnoreCase))
        {
            throw new SealFormatException("SEAL_PICTURE_FORMAT", $"印章图像标明为 {picture.Type}，实际为 {type}。", $"The picture is called {picture.Type} but is {type}.");
        }
    }

    private static SealRefusedException Impossible(string chinese, string english) => new("SEAL_DEFINITION", chinese, english);
}
