using System.Diagnostics;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>What is sealed here, OpenSSL reads and verifies. Needs the openssl command, version 3 or later.</summary>
public sealed class SealOpenSslTests
{
    private SealWorld world = null!;
    private string folder = null!;

    [OneTimeSetUp]
    public void CreateWorld()
    {
        world = new SealWorld();
        folder = Directory.CreateTempSubdirectory("docexchange-seal-").FullName;
    }

    [OneTimeTearDown]
    public void DisposeWorld()
    {
        world.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task OpenSSL_verifies_maker_and_holder_over_the_signed_bytes()
    {
        var signature = SealSignature.Parse(await world.ApplyAsync());
        var seal = signature.Seal;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await VerifyAsync(signature.SignerCertificate, signature.SignedBytes, signature.Signature), Does.Contain("Verified Successfully"));
            Assert.That(await VerifyAsync(seal.MakerCertificate, seal.SignedBytes, seal.Signature), Does.Contain("Verified Successfully"));
            Assert.That(await VerifyAsync(seal.MakerCertificate, signature.SignedBytes, signature.Signature), Does.Not.Contain("Verified Successfully"));
        }
    }

    [Test]
    public async Task OpenSSL_reads_the_structure_of_version_4()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "seal.ses"), await world.ApplyAsync());
        var lines = (await RunAsync("asn1parse", "-inform", "DER", "-in", "seal.ses")).Split('\n');
        string[] top = [.. lines.Where(line => line.Contains("d=1 ", StringComparison.Ordinal)).Select(Kind)];
        string[] tbs = [.. lines.Where(line => line.Contains("d=2 ", StringComparison.Ordinal)).Select(Kind)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(top, Is.EqualTo(["SEQUENCE", "OCTET STRING", "OBJECT", "BIT STRING"]));
            Assert.That(tbs, Is.EqualTo(["INTEGER", "SEQUENCE", "GENERALIZEDTIME", "BIT STRING", "IA5STRING"]));
            Assert.That(lines, Has.Some.Contains("20260305023015Z"));
        }

        static string Kind(string line) => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(':', '[')[0].Trim();
    }

    [Test]
    public async Task OpenSSL_and_this_product_agree_on_SM3()
    {
        var data = new byte[200_001];
        new Random(1).NextBytes(data);
        await File.WriteAllBytesAsync(Path.Combine(folder, "data"), data);
        var expected = (await RunAsync("dgst", "-sm3", "-r", "data")).Split(' ')[0];
        await using var stream = new MemoryStream(data);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexStringLower(Sm3.Hash(data)), Is.EqualTo(expected));
            Assert.That(Convert.ToHexStringLower(await Sm3.HashAsync(stream, CancellationToken.None)), Is.EqualTo(expected));
        }
    }

    private async Task<string> VerifyAsync(Certificate signer, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> value)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "signer.pem"), signer.ToPem());
        await File.WriteAllBytesAsync(Path.Combine(folder, "signed"), data.ToArray());
        await File.WriteAllBytesAsync(Path.Combine(folder, "value"), value.ToArray());
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), await RunAsync("x509", "-in", "signer.pem", "-pubkey", "-noout"));
        return await RunAsync(
            "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-in", "signed", "-sigfile", "value");
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        return output;
    }
}
