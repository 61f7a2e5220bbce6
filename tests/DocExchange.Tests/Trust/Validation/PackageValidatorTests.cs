using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

[TestFixture]
public sealed class PackageValidatorTests
{
    private const string ManifestPath = "META-INF/ASiCManifest.xml";

    private static readonly DateTimeOffset At = SealWorld.Sealed.AddMinutes(5);
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private SealWorld world = null!;
    private ISigningKey issuer = null!;
    private Seal seal = null!;
    private PackageManifest manifest = null!;
    private IReadOnlyList<PackagePart> parts = [];

    [OneTimeSetUp]
    public async Task Found()
    {
        world = new SealWorld();
        issuer = world.Key("北京市人民政府", CertificateProfile.DocumentSigning, Start, Start.AddYears(10));
        seal = await world.MakeAsync();
        parts =
        [
            PackagePart.Metadata(Encoding.UTF8.GetBytes("<metadata/>")),
            PackagePart.Body("意见.pdf", () => new MemoryStream([.. "%PDF-1.7"u8, .. new byte[5000]])),
        ];
        manifest = await PackageManifest.CreateAsync(parts, withSm3: true, CancellationToken.None);
    }

    [OneTimeTearDown]
    public void Close()
    {
        issuer.Dispose();
        world.Dispose();
    }

    [Test]
    public async Task Passes_a_signed_and_sealed_package_and_says_what_it_is()
    {
        var package = await PackAsync(await SignAsync(manifest.Bytes), await SealAsync(manifest.Bytes));

        var verdict = await ValidateAsync(package);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.Faults, Is.Empty);
            Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(verdict.DocumentId, Is.EqualTo(manifest.DocumentId));
            Assert.That(verdict.PackageId, Is.EqualTo(Digest.Of(package)));
            Assert.That(verdict.Issuers.Single().Signer, Is.EqualTo(issuer.Certificate));
            Assert.That(verdict.Seals.Single().Signature!.Seal, Is.EqualTo(seal));
            Assert.That(Encoding.UTF8.GetString(verdict.Metadata.Span), Is.EqualTo("<metadata/>"));
        }
    }

    [Test]
    public async Task Fails_a_package_with_an_altered_body()
    {
        var package = await PackAsync(await SignAsync(manifest.Bytes), await SealAsync(manifest.Bytes));
        package[package.AsSpan().IndexOf("%PDF-1.7"u8) + 100] ^= 1;

        var verdict = await ValidateAsync(package);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
            Assert.That(verdict.Issuers.Single().Indication, Is.EqualTo(Indication.TotalPassed), "the manifest itself is intact");
        }
    }

    [Test]
    public async Task Fails_a_signature_of_another_document()
    {
        var verdict = await ValidateAsync(await PackAsync(await SignAsync("另一份清单"u8.ToArray()), await SealAsync(manifest.Bytes)));

        Assert.That(verdict.Verdict.Faults.Select(fault => (fault.Code, fault.SubIndication)), Is.EqualTo(new[] { ("CMS_DIGEST_MISMATCH", SubIndication.HashFailure) }));
    }

    [Test]
    public async Task Fails_a_seal_of_another_document()
    {
        var verdict = await ValidateAsync(await PackAsync(await SignAsync(manifest.Bytes), await SealAsync("另一份清单"u8.ToArray())));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(verdict.Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
            Assert.That(verdict.Issuers.Single().Indication, Is.EqualTo(Indication.TotalPassed));
        }
    }

    [Test]
    public async Task Does_not_pass_a_seal_that_names_other_bytes()
    {
        var verdict = await ValidateAsync(await PackAsync(await SignAsync(manifest.Bytes), await SealAsync(manifest.Bytes, "metadata.xml")));

        Assert.That(
            verdict.Verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.SubIndication)),
            Is.EqualTo(new[] { ("SEAL_PROPERTY_INFO", Indication.TotalFailed, SubIndication.SigConstraintsFailure) }));
    }

    [Test]
    public async Task Fails_a_signature_that_holds_the_manifest_instead_of_standing_beside_it()
    {
        var whole = await CmsSigner.SignAsync(manifest.Bytes, issuer, SealWorld.Sealed, CmsForm.Encapsulated, CancellationToken.None);

        var verdict = await ValidateAsync(await PackAsync(whole));

        Assert.That(
            verdict.Verdict.Faults.Select(fault => (fault.Code, fault.Indication, fault.SubIndication)),
            Is.EqualTo(new[] { ("CMS_NOT_DETACHED", Indication.TotalFailed, SubIndication.FormatFailure) }));
    }

    [Test]
    public async Task Fails_bytes_that_are_no_signature_and_no_seal()
    {
        var verdict = await ValidateAsync(await PackAsync([1, 2, 3], [4, 5, 6]));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(verdict.Verdict.SubIndication, Is.EqualTo(SubIndication.FormatFailure));
            Assert.That(verdict.Seals.Single().Signature, Is.Null);
        }
    }

    [Test]
    public async Task Never_passes_a_draft_that_nobody_has_signed()
    {
        var limits = PackageLimits.Default with { AllowUnsigned = true };
        using var output = new MemoryStream();
        await PackageWriter.WriteAsync(output, manifest, parts, default, [await SealAsync(manifest.Bytes)], limits, CancellationToken.None);

        var verdict = await new PackageValidator(world.Trust, ValidationPolicy.Strict, limits).ValidateAsync(new MemoryStream(output.ToArray()), At, CancellationToken.None);

        Assert.That(verdict.Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "PACKAGE_NOT_SIGNED" }));
    }

    [Test]
    public async Task Gives_a_verdict_on_a_file_that_is_no_package()
    {
        var verdict = await ValidateAsync([.. "PK"u8, .. new byte[500]]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(verdict.Verdict.SubIndication, Is.EqualTo(SubIndication.FormatFailure));
            Assert.That(verdict.Manifest, Is.Null);
        }
    }

    [Test]
    public async Task Tells_files_apart_and_judges_each()
    {
        var detached = await SignAsync(manifest.Bytes);
        var applied = await SealAsync(manifest.Bytes);

        var package = await VerifyAsync(await PackAsync(detached, applied));
        var cms = await VerifyAsync(detached, manifest.Bytes);
        var stranded = await VerifyAsync(detached);
        var sealSignature = await VerifyAsync(applied, manifest.Bytes);
        var unsupported = await VerifyAsync(applied);
        var justSeal = await VerifyAsync(seal.Der.ToArray());
        var nothing = await VerifyAsync("你好"u8.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((package.Kind, package.Verdict.Indication), Is.EqualTo((SignedFileKind.Package, Indication.TotalPassed)));
            Assert.That((cms.Kind, cms.Verdict.Indication), Is.EqualTo((SignedFileKind.Cms, Indication.TotalPassed)));
            Assert.That((stranded.Kind, stranded.Verdict.SubIndication), Is.EqualTo((SignedFileKind.Cms, SubIndication.SignedDataNotFound)));
            Assert.That((sealSignature.Kind, sealSignature.Verdict.Indication), Is.EqualTo((SignedFileKind.SealSignature, Indication.TotalPassed)));
            Assert.That((unsupported.Kind, unsupported.Verdict.SubIndication), Is.EqualTo((SignedFileKind.SealSignature, SubIndication.SignedDataNotFound)));
            Assert.That((justSeal.Kind, justSeal.Verdict.Indication), Is.EqualTo((SignedFileKind.Seal, Indication.TotalPassed)));
            Assert.That((nothing.Kind, nothing.Verdict.Indication), Is.EqualTo((SignedFileKind.Unknown, Indication.TotalFailed)));
        }
    }

    private Task<byte[]> SignAsync(byte[] content) => CmsSigner.SignAsync(content, issuer, SealWorld.Sealed, CmsForm.Detached, CancellationToken.None);

    private Task<byte[]> SealAsync(byte[] content, string property = ManifestPath) =>
        SealApplication.ApplyAsync(seal, world.Holder, content, property, SealWorld.Sealed, CancellationToken.None);

    private async Task<byte[]> PackAsync(byte[] signature, params byte[][] seals)
    {
        using var output = new MemoryStream();
        await PackageWriter.WriteAsync(output, manifest, parts, signature, [.. seals.Select(one => (ReadOnlyMemory<byte>)one)], CancellationToken.None);
        return output.ToArray();
    }

    private Task<PackageVerdict> ValidateAsync(byte[] package) =>
        new PackageValidator(world.Trust, ValidationPolicy.Strict, PackageLimits.Default).ValidateAsync(new MemoryStream(package), At, CancellationToken.None);

    private Task<FileVerdict> VerifyAsync(byte[] file, byte[]? content = null) => FileVerifier.VerifyAsync(
        new MemoryStream(file),
        content is null ? null : new MemoryStream(content),
        new FileDemands(world.Trust, ValidationPolicy.Strict, PackageLimits.Default, At),
        CancellationToken.None);
}
