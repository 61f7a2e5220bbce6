using System.Runtime.CompilerServices;
using System.Text;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>Signatures written by the first version: every later one must read and pass them, unchanged.</summary>
[TestFixture]
public sealed class CmsGoldenTests
{
    private static readonly DateTimeOffset SignedAt = new(2026, 11, 20, 8, 30, 0, TimeSpan.Zero);

    [TestCase("intl", "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1", "c3bbe48b6162dd1f08d87840a0bc013babd470144f5b23e2605c14b01ad75c48")]
    [TestCase("gm", "1.2.156.10197.1.501", "1.2.156.10197.1.401", "c1b2f2e044cac10991a367444aad6d624b7215a0a04771e80b74138dda769e14")]
    public async Task Reads_and_passes_a_statement_of_version_1(string suite, string signatureAlgorithm, string digestAlgorithm, string fileDigest)
    {
        var bytes = await File.ReadAllBytesAsync(PathOf($"golden-1-{suite}.p7m"));
        var root = Certificate.Parse(await File.ReadAllBytesAsync(PathOf($"golden-1-{suite}-root.pem")));

        var signed = CmsSignedData.Parse(bytes, CmsLimits.Default);
        var verdict = new CmsValidator(TrustStore.Of([root], []), ValidationPolicy.Strict).Judge(bytes, null, SignedAt.AddYears(1), CertificateUsage.DocumentSigning);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Digest.Of(bytes).ToString(), Is.EqualTo(fileDigest), "the golden file itself");
            Assert.That(Encoding.UTF8.GetString(signed.Content!.Value.Span), Does.Contain("收到。"));
            Assert.That(signed.Signers.Single().SignatureAlgorithm.Oid, Is.EqualTo(signatureAlgorithm));
            Assert.That(signed.Signers.Single().DigestAlgorithm.Oid, Is.EqualTo(digestAlgorithm));
            Assert.That(signed.Signers.Single().SigningTime, Is.EqualTo(SignedAt));
            Assert.That(signed.Certificates.Single().CommonName, Is.EqualTo("北京市档案局"));
            Assert.That(verdict.Faults, Is.Empty);
        }
    }

    private static string PathOf(string name, [CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, name);
}
