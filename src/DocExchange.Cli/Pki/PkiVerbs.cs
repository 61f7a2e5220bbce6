using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;

namespace DocExchange.Cli.Pki;

/// <summary><c>docex pki</c>: the built-in authorities, and exchange with an external one by file.</summary>
internal static class PkiVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "pki", "证书：自建证书颁发机构，或与外部机构交换文件", "Certificates: an authority of one's own, or files to and from an external one",
        new PkiCreateVerb(terminal), new PkiRequestVerb(terminal), new PkiIssueVerb(terminal), new PkiImportVerb(terminal),
        new PkiRevokeVerb(terminal), new PkiListVerb(terminal), new PkiSampleVerb(terminal));

    public const string TlsProfile = "tls";

    public static string[] ProfileNames { get; } = [TlsProfile, "machine", "document", "seal", "seal-maker", "time-stamping", "ocsp"];

    public static CertificateProfile Profile(string name) => name switch
    {
        TlsProfile => CertificateProfile.Tls,
        "machine" => CertificateProfile.MachineSigning,
        "seal" => CertificateProfile.Seal,
        "seal-maker" => CertificateProfile.SealMaker,
        "time-stamping" => CertificateProfile.TimeStamping,
        "ocsp" => CertificateProfile.OcspResponder,
        _ => CertificateProfile.DocumentSigning,
    };

    public static string[] AlgorithmNames { get; } = ["p256", "p384", "p521", "rsa", "sm2"];

    public static KeyAlgorithm Algorithm(string name) => name switch
    {
        "sm2" => KeyAlgorithm.Sm2,
        "rsa" => KeyAlgorithm.Rsa,
        "p384" => KeyAlgorithm.EcdsaP384,
        "p521" => KeyAlgorithm.EcdsaP521,
        _ => KeyAlgorithm.EcdsaP256,
    };

    /// <exception cref="FailedException">The file is missing, or larger than any certificate or request.</exception>
    public static byte[] ReadFile(string path) => BoundedFile.Read(path, Pkcs12KeyFile.MaxSize);

    public static void RequireYears(int years)
    {
        if (years is < 1 or > 50)
        {
            throw new UsageException("--years 应为 1 至 50。", "--years is 1 to 50.");
        }
    }
}
