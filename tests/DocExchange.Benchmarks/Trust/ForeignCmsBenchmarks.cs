using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.X509;
using Certificate = DocExchange.Trust.Certificates.Certificate;

namespace DocExchange.Benchmarks.Trust;

/// <summary>A CMS signature of the algorithms that are read and that nothing here signs with, beside its primitive.</summary>
public class ForeignCmsBenchmarks
{
    private const string Password = "benchmark";

    private Office office = null!;
    private RawSignature raw = null!;
    private CmsValidator validator = null!;
    private byte[] cms = [];

    [Params(ForeignAlgorithm.RsaPss, ForeignAlgorithm.RsaPssLongSalt, ForeignAlgorithm.Ed25519)]
    public ForeignAlgorithm Algorithm { get; set; }

    [Params(1, 100)]
    public int KiB { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        office = new Office(Algorithm == ForeignAlgorithm.Ed25519 ? KeyAlgorithm.Ed25519 : KeyAlgorithm.Rsa);
        raw = new RawSignature(Algorithm);
        cms = Sign(RandomNumberGenerator.GetBytes(KiB * 1024));
        validator = new CmsValidator(office.Trust, ValidationPolicy.Foreign with { RevocationRequired = true });
        if (VerifyCms().Indication != Indication.TotalPassed)
        {
            throw new InvalidOperationException("The signature to be measured does not pass: " + string.Join(' ', VerifyCms().Faults.Select(fault => fault.English)));
        }
    }

    [GlobalCleanup]
    public void Close()
    {
        raw.Dispose();
        office.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool VerifyPrimitive() => raw.Verify();

    [Benchmark]
    public Verdict VerifyCms() => validator.Judge(cms, null, Office.Now, CertificateUsage.DocumentSigning);

    private byte[] Sign(byte[] content)
    {
        var key = PrivateKeyFactory.DecryptKey(Password.ToCharArray(), office.Pair.ToEncryptedPkcs8(Password));
        var generator = new CmsSignedDataGenerator();
        generator.AddSignerInfoGenerator(new SignerInfoGeneratorBuilder().Build(RawSignature.FactoryFor(Algorithm, key), Read(office.Key.Certificate)));
        generator.AddCertificates(CollectionUtilities.CreateStore([Read(office.Key.Certificate), .. office.Key.Chain.Select(Read)]));
        return generator.Generate(new CmsProcessableByteArray(content), encapsulate: true).GetEncoded(Asn1Encodable.Der);
    }

    private static X509Certificate Read(Certificate certificate) => new(certificate.Der);
}
