using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DocExchange.Core.Operating;
using DocExchange.Trust.Faults;

namespace DocExchange.Pages.Doors;

/// <summary>The certificate browsers see: the operator's, or one the program makes when it first needs one.</summary>
internal static class ServerCertificate
{
    private const int DaysOfOwn = 825;
    private const int DaysLeftToRenew = 30;
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    /// <returns>The server's own first, then its issuers.</returns>
    /// <exception cref="FailedException">The named files cannot be used.</exception>
    public static IReadOnlyList<X509Certificate2> Load(PagesSettings settings, string ownFile, IPEndPoint point)
    {
        if (settings.Certificate == "own")
        {
            return [Own(ownFile, point)];
        }

        try
        {
            var leaf = X509Certificate2.CreateFromPemFile(settings.Certificate, settings.CertificateKey);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.Certificate);
            return [leaf, .. chain.Where(certificate => certificate.Thumbprint != leaf.Thumbprint)];
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FailedException(
                "SETTINGS",
                $"网页证书“{settings.Certificate}”和密钥“{settings.CertificateKey}”不可用：{FaultWords.Of(fault)}",
                $"The pages' certificate '{settings.Certificate}' and key '{settings.CertificateKey}' cannot be used: {fault.Message}",
                fault);
        }
    }

    private static X509Certificate2 Own(string file, IPEndPoint point)
    {
        if (File.Exists(file) && X509Certificate2.CreateFromPemFile(file) is var known && known.NotAfter.ToUniversalTime() > TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(DaysLeftToRenew))
        {
            return known;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Environment.MachineName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Environment.MachineName);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        if (!point.Address.Equals(IPAddress.Any) && !point.Address.Equals(IPAddress.IPv6Any) && !IPAddress.IsLoopback(point.Address))
        {
            names.AddIpAddress(point.Address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUsage)], false));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(DaysOfOwn));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (var writer = new StreamWriter(file, options))
        {
            writer.Write(made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return X509Certificate2.CreateFromPemFile(file);
    }
}
