using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Seals;

/// <summary>Applies a seal to bytes (签章): makes the SES_Signature of GB/T 38540-2020.</summary>
public static class SealApplication
{
    public const int MaxPropertyInfo = 1024;

    /// <param name="seal">A seal of version 4.</param>
    /// <param name="key">An SM2 key whose certificate the seal lists.</param>
    /// <param name="protectedBytes">What the seal protects; its SM3 value goes into the signature.</param>
    /// <param name="propertyInfo">Names the protected bytes, in general by their path; ASCII.</param>
    /// <param name="at">The time of sealing, written to the second, in UTC.</param>
    /// <param name="cancellation">Stops before the key is used.</param>
    /// <returns>The DER bytes of the SES_Signature, readable with <see cref="SealSignature.Parse"/>.</returns>
    /// <exception cref="SealRefusedException">The seal may not be applied with this key or at this time.</exception>
    public static async Task<byte[]> ApplyAsync(
        Seal seal, ISigningKey key, ReadOnlyMemory<byte> protectedBytes, string propertyInfo, DateTimeOffset at, CancellationToken cancellation)
    {
        RequireKey(seal, key);
        RequireTime(seal, key, at);
        if (propertyInfo.Length > MaxPropertyInfo || propertyInfo.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentException($"The property information has at most {MaxPropertyInfo} printable ASCII characters.", nameof(propertyInfo));
        }

        var toSign = SealWriter.ToSign(seal, at, Sm3.Hash(protectedBytes.Span), propertyInfo);
        var signature = await key.SignAsync(toSign, cancellation);
        return SealWriter.Signed(toSign, key.Certificate, signature);
    }

    private static void RequireKey(Seal seal, ISigningKey key)
    {
        if (seal.Version != SealWriter.Version)
        {
            throw new SealRefusedException(
                "SEAL_VERSION", $"印章“{seal}”是第 {seal.Version} 版，只能验证，不能用于签章；请换发 GB/T 38540-2020 印章。",
                $"The seal {seal} is of version {seal.Version}: it is verified, not applied. Have it made anew after GB/T 38540-2020.");
        }

        if (key.Algorithm != KeyAlgorithm.Sm2)
        {
            throw new SealRefusedException("SEAL_SIGNER_KEY", $"签章密钥是 {key.Algorithm}，签章只能用 SM2 密钥。", $"A seal is applied with an SM2 key, not {key.Algorithm}.");
        }

        if (!seal.Lists(key.Certificate))
        {
            throw new SealRefusedException(
                "SEAL_SIGNER_NOT_LISTED", $"证书 {key.Certificate} 不在印章“{seal}”的签章人列表中，无权使用该印章。",
                $"The certificate {key.Certificate} is not among those that may apply the seal {seal}.");
        }
    }

    private static void RequireTime(Seal seal, ISigningKey key, DateTimeOffset at)
    {
        if (at < seal.ValidFrom)
        {
            throw new SealRefusedException("SEAL_NOT_YET_VALID", $"印章“{seal}”自 {seal.ValidFrom:u} 起有效。", $"The seal {seal} is valid from {seal.ValidFrom:u} only.");
        }

        if (at > seal.ValidUntil)
        {
            throw new SealRefusedException("SEAL_EXPIRED", $"印章“{seal}”已于 {seal.ValidUntil:u} 到期。", $"The seal {seal} expired at {seal.ValidUntil:u}.");
        }

        if (at < key.Certificate.NotBefore || at > key.Certificate.NotAfter)
        {
            throw new SealRefusedException(
                "SEAL_SIGNER_CERTIFICATE_PERIOD", $"签章人证书 {key.Certificate} 在 {at:u} 不在有效期内。", $"The signer's certificate {key.Certificate} is not valid at {at:u}.");
        }
    }
}
