using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>The whole of NIST's suite, with its whole directory of certificates and lists beside each path.</summary>
[Category("Vectors")]
internal sealed class PkitsTests
{
    // The suite's lists are of 2010 and 2011.
    private static readonly DateTimeOffset At = new(2011, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<TrustStore> Directory = new(ReadDirectory);

    private static IEnumerable<TestCaseData> Cases() => DebianVectors.Folder("x509/PKITS_data") is { } folder
        ? Pkits.Cases(Path.Combine(folder, "certs")).Select(test => new TestCaseData(test).SetArgDisplayNames(test.ToString()))
        : [new TestCaseData(null).Ignore(DebianVectors.HowToGet)];

    [TestCaseSource(nameof(Cases))]
    public void Judges_a_path_as_the_suite_says(PkitsCase test)
    {
        var leaf = Certificate.Parse(File.ReadAllBytes(Path.Combine(DebianVectors.Folder("x509/PKITS_data")!, "certs", test.File)));

        var verdict = CertificateCheck.Judge(leaf, Directory.Value, At, CertificateUsage.Any, CertificateCheck.Strict with { Policies = test.Policies });

        Assert.That(verdict.Indication == Indication.TotalPassed, Is.EqualTo(test.IsValid), string.Join("\n", verdict.Chain.Concat<object>(verdict.Findings)));
    }

    private static TrustStore ReadDirectory()
    {
        var folder = DebianVectors.Folder("x509/PKITS_data")!;
        var certificates = System.IO.Directory.GetFiles(Path.Combine(folder, "certs")).Order(StringComparer.Ordinal).Select(file => Certificate.Parse(File.ReadAllBytes(file))).ToList();
        var lists = System.IO.Directory.GetFiles(Path.Combine(folder, "crls")).Order(StringComparer.Ordinal).Select(file => RevocationList.Parse(File.ReadAllBytes(file)));
        return new TrustStore([.. certificates.Where(certificate => certificate.CommonName == "Trust Anchor")], certificates, [.. lists]);
    }
}
