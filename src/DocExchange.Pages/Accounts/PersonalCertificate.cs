using System.Text;
using DocExchange.Core.Refusals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Accounts;

/// <summary>
/// A certificate a person may sign in with. The account names its digest: who issued it counts for nothing, and a renewed
/// one has to be bound anew.
/// </summary>
/// <param name="Sha256">Of the certificate in DER, hexadecimal, lower case.</param>
/// <param name="Subject">The common name in it, or the whole subject; at most 200 characters.</param>
/// <param name="Until">Its end (notAfter).</param>
public sealed record PersonalCertificate(string Sha256, string Subject, DateTimeOffset Until)
{
    private const int LongestSubject = 200;

    // base64 with its lines and frame.
    private const int LargestFile = Certificate.MaxSize * 2;

    /// <summary>Reads what was uploaded or, where there is no file, pasted.</summary>
    /// <exception cref="RefusedException">It is not one certificate that can be used to sign in now.</exception>
    public static async Task<PersonalCertificate> ReadAsync(IFormFile? file, string? pasted, DateTimeOffset now, CancellationToken cancellation)
    {
        if (file is not { Length: > 0 })
        {
            return Parse(Encoding.UTF8.GetBytes(pasted?.Trim() ?? ""), now);
        }

        RequireSize(file.Length);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation);
        return Parse(bytes.ToArray(), now);
    }

    /// <param name="derOrPem">One certificate.</param>
    /// <exception cref="RefusedException">It is not one certificate that can be used to sign in now.</exception>
    public static PersonalCertificate Parse(byte[] derOrPem, DateTimeOffset now)
    {
        if (derOrPem.Length == 0)
        {
            throw Refuse("请选择证书文件，或粘贴 PEM 格式的证书。", "Choose a certificate file, or paste a certificate as PEM.");
        }

        if (derOrPem.AsSpan().IndexOf(" PRIVATE KEY"u8) >= 0)
        {
            throw Refuse("文件里有私钥。私钥不得离开本人：请只提交证书（.cer、.crt、.pem）。", "There is a private key in it, which nobody else may have. Give the certificate alone (.cer, .crt, .pem).");
        }

        var certificate = Read(derOrPem);
        return certificate.IsAuthority
            ? throw Refuse("这是证书颁发机构的证书，不是个人证书。", "This is an authority's certificate, not a person's.")
            : certificate.KeyAlgorithm == KeyAlgorithm.Sm2
            ? throw Refuse("浏览器连接尚不支持 SM2 个人证书，请使用 RSA 或 ECDSA 证书。", "Browsers cannot sign in with an SM2 certificate here. Use one with RSA or ECDSA.")
            : certificate.NotAfter <= now
            ? throw Refuse($"该证书已于 {certificate.NotAfter.ToLocalTime():yyyy-MM-dd} 过期，请先更换证书。", $"The certificate ran out on {certificate.NotAfter.ToLocalTime():yyyy-MM-dd}. Get a new one first.")
            : new PersonalCertificate(certificate.Fingerprint.ToString(), Shorten(certificate.CommonName ?? certificate.Subject), certificate.NotAfter);
    }

    private static Certificate Read(byte[] derOrPem)
    {
        try
        {
            return Certificate.Parse(derOrPem);
        }
        catch (FormatException)
        {
            throw Refuse("这不是一张证书。请提交一张 X.509 证书（PEM 或 DER，扩展名常为 .cer、.crt、.pem）。", "This is not one certificate. Give one X.509 certificate, PEM or DER, often named .cer, .crt or .pem.");
        }
    }

    private static void RequireSize(long bytes)
    {
        if (bytes > LargestFile)
        {
            throw new RefusedException(Refusal.TooLarge, $"证书文件不得超过 {LargestFile} 字节。", $"A certificate file has at most {LargestFile} bytes.");
        }
    }

    private static string Shorten(string subject) => subject.Length <= LongestSubject ? subject : subject[..LongestSubject];

    private static RefusedException Refuse(string chinese, string english) => new(Refusal.FormatFailure, chinese, english);
}
