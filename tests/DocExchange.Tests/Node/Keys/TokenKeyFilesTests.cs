using DocExchange.Core.Offices;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Tests.Trust.Keys;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Node.Keys;

/// <summary>An office whose key for documents is on a token.</summary>
[TestFixture]
internal sealed class TokenKeyFilesTests
{
    private static readonly string Name = KeyFiles.Document(PartyId.Parse("demo/daj"));

    private DataFolder folder = null!;
    private KeyFiles files = null!;
    private SigningOffice office = null!;
    private Pkcs11Uri uri = null!;

    [OneTimeSetUp]
    public void PlugIn()
    {
        SoftHsm.Shared.Import("office", 9, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
        office = new SigningOffice();
    }

    [OneTimeTearDown]
    public void Close() => office.Dispose();

    [SetUp]
    public void MakeFolder()
    {
        folder = new DataFolder(Directory.CreateTempSubdirectory("token-keys").FullName);
        folder.Create();
        files = new KeyFiles(folder, new KeyPassword("unused", 1000));
        var pin = Path.Combine(folder.Root, "pin");
        File.WriteAllText(pin, SoftHsm.Pin + "\n");
        uri = Pkcs11Uri.Parse(SoftHsm.Shared.UriOf("office") + "&pin-source=" + pin);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder.Root, recursive: true);

    [Test]
    public async Task Enrols_and_signs_with_the_key_on_the_token_and_keeps_no_secret()
    {
        files.UseToken(Name, uri);
        await CertifyAsync();

        using var key = files.Signing(Name, [office.Authority.Certificate])!;
        var cms = await CmsSigner.SignAsync("签收"u8.ToArray(), key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        var verdict = new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate] }, ValidationPolicy.Strict)
            .Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That(Directory.EnumerateFiles(folder.Keys).Select(Path.GetExtension), Is.EquivalentTo([".pkcs11", ".cer"]));
            Assert.That(File.ReadAllText(Path.Combine(folder.Keys, Name + ".pkcs11")), Does.Not.Contain(SoftHsm.Pin));
        }
    }

    [Test]
    public async Task Keeps_the_key_that_is_there_when_another_is_named_later()
    {
        files.UseToken(Name, uri);
        files.UseToken(Name, Pkcs11Uri.Parse("pkcs11:object=other?module-path=/nowhere.so"));

        using var key = files.OpenOrDraw(Name, KeyAlgorithm.EcdsaP256);
        Assert.That(await key.CreateRequestAsync(new DistinguishedName("档案局", null, null), CancellationToken.None), Is.Not.Null);
    }

    [Test]
    public void Says_that_the_token_is_missing()
    {
        files.UseToken(Name, Pkcs11Uri.Parse($"pkcs11:token=absent;object=office?module-path={SoftHsm.Library}&pin-source={Path.Combine(folder.Root, "pin")}"));

        Assert.That(() => files.Open(Name), Throws.InstanceOf<TokenException>().With.Message.Contains("plugged in"));
    }

    private async Task CertifyAsync()
    {
        using var key = files.OpenOrDraw(Name, KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName("北京市档案局", null, null);
        var request = await key.CreateRequestAsync(subject, CancellationToken.None);
        files.Certify(Name, office.Authority.Issue(request, CertificateProfile.DocumentSigning, subject, null, SigningOffice.Start, SigningOffice.End));
    }
}
