using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Benchmarks.Trust;

/// <summary>
/// One CMS signature with its content inside, as statements have it, beside the primitive it is made of. Verifying is
/// the whole judgement: structure, attributes, digest, signature value, certificate, path and revocation.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class CmsBenchmarks
{
    private Office office = null!;
    private RawSignature raw = null!;
    private CmsValidator validator = null!;
    private byte[] content = [];
    private byte[] cms = [];

    [Params(KeyAlgorithm.Rsa, KeyAlgorithm.EcdsaP256, KeyAlgorithm.EcdsaP384, KeyAlgorithm.EcdsaP521, KeyAlgorithm.Sm2)]
    public KeyAlgorithm Algorithm { get; set; }

    [Params(1, 100)]
    public int KiB { get; set; }

    [GlobalSetup]
    public async Task Prepare()
    {
        office = new Office(Algorithm);
        raw = new RawSignature(Algorithm);
        content = RandomNumberGenerator.GetBytes(KiB * 1024);
        cms = await SignCms();
        validator = new CmsValidator(office.Trust, ValidationPolicy.Strict with { RevocationRequired = true });
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

    [Benchmark(Baseline = true), BenchmarkCategory("verify")]
    public bool VerifyPrimitive() => raw.Verify();

    [Benchmark, BenchmarkCategory("verify")]
    public Verdict VerifyCms() => validator.Judge(cms, null, Office.Now, CertificateUsage.DocumentSigning);

    [Benchmark(Baseline = true), BenchmarkCategory("sign")]
    public byte[] SignPrimitive() => raw.Sign();

    [Benchmark, BenchmarkCategory("sign")]
    public Task<byte[]> SignCms() => CmsSigner.SignAsync(content, office.Key, Office.Now, CmsForm.Encapsulated, CancellationToken.None);
}
