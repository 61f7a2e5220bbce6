using System.Text;
using DocExchange.Durability;
using DocExchange.Trust.Certificates;

namespace DocExchange.Hub.Offices;

/// <summary>
/// A request for an outside authority: <c>name.csr</c> (PKCS#10, PEM) and <c>name.cnf</c>, its profile in the form that
/// <c>openssl x509 -req -extfile</c> reads. The last part of the name says what the certificate is for.
/// </summary>
internal static class RequestFile
{
    public const string Extension = ".csr";

    /// <returns>The request's path.</returns>
    public static string Write(IDisk disk, string folder, string name, CertificateRequest request, CertificateProfile profile, DistinguishedName subject, IReadOnlyList<string> dnsNames)
    {
        disk.MakeFolder(folder);
        var path = Path.Combine(folder, name + Extension);
        Put(disk, ProfilePathOf(path), ProfileText(profile, subject, dnsNames));
        Put(disk, path, request.ToPem());
        return path;
    }

    public static string ProfilePathOf(string request) => Path.ChangeExtension(request, ".cnf");

    public static CertificateProfile ProfileOf(string request) => Path.GetFileNameWithoutExtension(request).Split('.')[^1] switch
    {
        "tls" => CertificateProfile.Tls,
        "machine" => CertificateProfile.MachineSigning,
        "seal" => CertificateProfile.Seal,
        "seal-maker" => CertificateProfile.SealMaker,
        "tsa" => CertificateProfile.TimeStamping,
        _ => CertificateProfile.DocumentSigning,
    };

    /// <returns>The office whose key it is; null for a machine's.</returns>
    public static string? OfficeOf(string request) => Path.GetFileNameWithoutExtension(request) is var name && name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : null;

    public static CertificateUsage UsageOf(CertificateProfile profile) => profile switch
    {
        CertificateProfile.Tls => CertificateUsage.TlsClient,
        CertificateProfile.MachineSigning => CertificateUsage.MachineSigning,
        CertificateProfile.Seal => CertificateUsage.Seal,
        CertificateProfile.SealMaker => CertificateUsage.SealMaker,
        CertificateProfile.TimeStamping => CertificateUsage.TimeStamping,
        _ => CertificateUsage.DocumentSigning,
    };

    private static string ProfileText(CertificateProfile profile, DistinguishedName subject, IReadOnlyList<string> dnsNames)
    {
        var isTls = profile == CertificateProfile.Tls;
        var text = new StringBuilder();
        text.Append("# Subject: ").Append(subject).Append('\n');
        text.Append("basicConstraints=critical,CA:FALSE\n");
        text.Append(isTls ? "keyUsage=critical,digitalSignature\n" : "keyUsage=critical,digitalSignature,nonRepudiation\n");

        // RFC 9336: documentSigning; emailProtection stands beside it because CMS tools ask for it by default.
        // RFC 3161 §2.3: timeStamping is the only purpose, and critical.
        text.Append("extendedKeyUsage=").Append(profile switch
        {
            CertificateProfile.Tls => "serverAuth,clientAuth",
            CertificateProfile.TimeStamping => "critical,timeStamping",
            _ => "1.3.6.1.5.5.7.3.36,emailProtection",
        }).Append('\n');
        if (dnsNames.Count > 0)
        {
            text.Append("subjectAltName=").Append(string.Join(',', dnsNames.Select(name => "DNS:" + name))).Append('\n');
        }

        return text.Append("subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n").ToString();
    }

    private static void Put(IDisk disk, string path, string text)
    {
        using (var file = disk.OpenOrCreate(path + ".tmp"))
        {
            file.SetLength(0);
            file.Write(0, Encoding.UTF8.GetBytes(text));
            file.Sync();
        }

        disk.Publish(path + ".tmp", path);
    }
}
