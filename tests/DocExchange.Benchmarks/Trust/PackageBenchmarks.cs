using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Benchmarks.Trust;

/// <summary>The judgement of a package with one signature and one seal, beside hashing its bytes once.</summary>
public class PackageBenchmarks
{
    private Office office = null!;
    private Office sealWorld = null!;
    private PackageValidator validator = null!;
    private byte[] package = [];

    [Params(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)]
    public KeyAlgorithm Algorithm { get; set; }

    [Params(100, 1024, 16 * 1024)]
    public int KiB { get; set; }

    [GlobalSetup]
    public async Task Prepare()
    {
        office = new Office(Algorithm);
        sealWorld = new Office(KeyAlgorithm.Sm2);
        var body = RandomNumberGenerator.GetBytes(KiB * 1024);
        PackagePart[] parts = [PackagePart.Metadata("<metadata/>"u8.ToArray()), PackagePart.Body("body.pdf", () => new MemoryStream(body))];
        var manifest = await PackageManifest.CreateAsync(parts, withSm3: Algorithm == KeyAlgorithm.Sm2, CancellationToken.None);
        var signature = await CmsSigner.SignAsync(manifest.Bytes, office.Key, Office.Now, CmsForm.Detached, CancellationToken.None);
        using var output = new MemoryStream();
        await PackageWriter.WriteAsync(output, manifest, parts, signature, [await SealAsync(manifest.Bytes)], CancellationToken.None);
        package = output.ToArray();
        var trust = new TrustStore(
            [.. office.Trust.Anchors, .. sealWorld.Trust.Anchors],
            [.. office.Trust.Intermediates, .. sealWorld.Trust.Intermediates],
            [.. office.Trust.RevocationLists, .. sealWorld.Trust.RevocationLists]);
        validator = new PackageValidator(trust, ValidationPolicy.Strict with { RevocationRequired = true }, PackageLimits.Default);
        var verdict = await Judge();
        if (verdict.Verdict.Indication != Indication.TotalPassed)
        {
            throw new InvalidOperationException("The package to be measured does not pass: " + string.Join(' ', verdict.Verdict.Faults.Select(fault => fault.English)));
        }
    }

    [GlobalCleanup]
    public void Close()
    {
        office.Dispose();
        sealWorld.Dispose();
    }

    [Benchmark(Baseline = true)]
    public byte[] HashOnce() => SHA256.HashData(package);

    [Benchmark]
    public Task<PackageVerdict> Judge() => validator.ValidateAsync(new MemoryStream(package, writable: false), Office.Now, CancellationToken.None);

    private async Task<byte[]> SealAsync(ReadOnlyMemory<byte> manifest)
    {
        using var makerPair = KeyPair.Generate(KeyAlgorithm.Sm2);
        using var holderPair = KeyPair.Generate(KeyAlgorithm.Sm2);
        using var maker = sealWorld.Certify(makerPair, CertificateProfile.SealMaker);
        using var holder = sealWorld.Certify(holderPair, CertificateProfile.Seal);
        var definition = new SealDefinition
        {
            EsId = "11000000000001",
            VendorId = "DocExchange",
            Name = "北京市人民政府",
            Type = 1,
            Picture = RoundSeal.Draw(new RoundSealText { Name = "北京市人民政府" }),
            Signers = [holder.Certificate],
            CreatedAt = Office.Now.AddDays(-2),
            ValidFrom = Office.Now.AddDays(-1),
            ValidUntil = Office.Now.AddYears(1),
        };
        var seal = await SealMaker.MakeAsync(definition, maker, CancellationToken.None);
        return await SealApplication.ApplyAsync(seal, holder, manifest, PackageManifest.Path, Office.Now, CancellationToken.None);
    }
}
