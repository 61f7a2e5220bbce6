using DocExchange.Tests.Durability;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.House;

/// <summary>What README tells an archivist to type, typed on a real package: first the block for every package, then the one for SM2.</summary>
[Platform("Linux")]
public sealed class ArchivistTests
{
    private const string ManifestName = "META-INF/ASiCManifest.xml";

    private static string CommonSteps => Repository.Blocks("README.md", "bash")[0];

    private static string Sm2Steps => Repository.Blocks("README.md", "bash")[1];

    // openssl cms knows no SM2: there the second block takes the place of the command.
    private static string WithoutCms => string.Join('\n', CommonSteps.Split("# 2.")[0], "# 3." + CommonSteps.Split("# 3.")[1]);

    [Test]
    public async Task Finds_a_package_signed_with_P256_in_order([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Rsa)] KeyAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        var document = await WriteAsync(folder, algorithm);

        var (exitCode, output) = Bash(folder, CommonSteps);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("metadata.xml: OK").And.Contain(document));
    }

    [Test]
    public async Task Older_readers_of_S_MIME_find_it_in_order_too([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Rsa)] KeyAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, algorithm);
        const string extract = "unzip -q package.asice -d p && cd p";
        var verify = $"openssl smime -verify -binary -inform DER -in META-INF/signature.p7s -content {ManifestName} -CAfile ../trust.pem -attime {SigningOffice.Now.ToUnixTimeSeconds()} -out /dev/null";

        var (sound, output) = Bash(folder, $"{extract} && {verify}");
        var (altered, complaint) = Bash(folder, $"cd p && echo >> {ManifestName} && {verify}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sound, Is.Zero, output);
            Assert.That(altered, Is.Not.Zero, complaint);
        }
    }

    [Test]
    public async Task Finds_a_package_signed_with_SM2_in_order()
    {
        using var folder = new TemporaryFolder();
        var document = await WriteAsync(folder, KeyAlgorithm.Sm2);

        var (exitCode, output) = Bash(folder, WithoutCms + Sm2Steps);

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("Signature Verified Successfully").And.Contain(document));
    }

    [Test]
    public async Task Sees_that_a_file_was_altered()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, KeyAlgorithm.EcdsaP256);
        var (exitCode, output) = Bash(folder, CommonSteps.Replace("&& cd p", "&& cd p && echo more >> metadata.xml"));

        Assert.That(exitCode, Is.Not.Zero, output);
        Assert.That(output, Does.Contain("metadata.xml: FAILED"));
    }

    [Test]
    public async Task Sees_that_the_manifest_was_altered([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, algorithm);
        var steps = algorithm == KeyAlgorithm.Sm2 ? WithoutCms + Sm2Steps : CommonSteps;

        var (exitCode, output) = Bash(folder, steps.Replace("&& cd p", $"&& cd p && echo >> {ManifestName}"));

        Assert.That(exitCode, Is.Not.Zero, output);
    }

    [Test]
    public async Task Sees_that_the_signer_is_not_one_of_the_trusted([Values(KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, algorithm);
        using var others = new SigningOffice();
        await File.WriteAllTextAsync(folder.Under("trust.pem"), TrustOf(others));

        var (exitCode, output) = Bash(folder, algorithm == KeyAlgorithm.Sm2 ? WithoutCms + Sm2Steps : CommonSteps);

        Assert.That(exitCode, Is.Not.Zero, output);
    }

    /// <returns>The document id.</returns>
    private static async Task<string> WriteAsync(TemporaryFolder folder, KeyAlgorithm algorithm)
    {
        using var office = new SigningOffice();
        using var key = office.Certify(algorithm);
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, withSm3: true, CancellationToken.None);
        var signature = await CmsSigner.SignAsync(manifest.Bytes, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);
        await File.WriteAllBytesAsync(folder.Under("package.asice"), await SamplePackage.WriteAsync(manifest, SamplePackage.Parts, signature));
        await File.WriteAllTextAsync(folder.Under("trust.pem"), TrustOf(office));
        return manifest.DocumentId.ToString();
    }

    private static string TrustOf(SigningOffice office) => string.Concat(office.Store.Anchors.Select(root => root.ToPem()));

    private static (int ExitCode, string Output) Bash(TemporaryFolder folder, string script)
    {
        var (code, output, errors) = Programs.Run("bash", ["-euo", "pipefail", "-c", script], folder.Path);
        return (code, output + errors);
    }
}
