using System.Text;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Keys;

[TestFixture]
internal sealed class Pkcs11KeyTests
{
    private static readonly byte[] Content = "京政发〔2001〕1号"u8.ToArray();
    private static readonly DistinguishedName Subject = new("北京市档案局", "北京市人民政府", null);

    private SoftHsm token = null!;
    private SigningOffice office = null!;

    [OneTimeSetUp]
    public void PlugIn()
    {
        token = SoftHsm.Shared;
        token.Import("rsa", 1, "-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
        token.Import("p256", 2, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
        token.Import("p384", 3, "-algorithm EC -pkeyopt ec_paramgen_curve:P-384");
        office = new SigningOffice();
    }

    [OneTimeTearDown]
    public void Close()
    {
        office.Dispose();
    }

    [TestCase("rsa", KeyAlgorithm.Rsa)]
    [TestCase("p256", KeyAlgorithm.EcdsaP256)]
    [TestCase("p384", KeyAlgorithm.EcdsaP384)]
    public async Task Signs_what_the_strict_judge_and_openssl_accept(string name, KeyAlgorithm algorithm)
    {
        using var key = await CertifyAsync(name);

        var cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        var verdict = new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate] }, ValidationPolicy.Strict)
            .Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(key.Algorithm, Is.EqualTo(algorithm));
            Assert.That(verdict.Faults, Is.Empty);
            Assert.That(verdict.Indication, Is.EqualTo(Indication.TotalPassed));
        }

        OpenSslAccepts(cms);
    }

    [Test]
    public async Task Signs_from_many_threads_at_once()
    {
        using var key = await CertifyAsync("p256");

        var signatures = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => CmsSigner.SignAsync(
            Encoding.ASCII.GetBytes($"{i}"), key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None)));

        var validator = new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate] }, ValidationPolicy.Strict);
        Assert.That(
            signatures.Select(cms => validator.Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning).Indication),
            Is.All.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task Leaves_other_keys_of_the_token_usable_when_one_is_closed()
    {
        using var stays = await CertifyAsync("rsa");
        (await CertifyAsync("p256")).Dispose();

        Assert.That(await stays.SignAsync(Content, CancellationToken.None), Has.Length.EqualTo(256));
    }

    // Last: SoftHSM does not lock itself, other tokens do.
    [Test]
    public void Tells_a_wrong_pin_from_a_missing_key_and_a_missing_token()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Open("rsa", "0000"), Throws.InstanceOf<WrongPasswordException>());
            Assert.That(() => Open("nobody"), Throws.InstanceOf<TokenException>().With.Message.Contains("0 private keys"));
            Assert.That(
                () => Pkcs11Key.Open(Pkcs11Uri.Parse($"pkcs11:token=other;object=rsa?module-path={SoftHsm.Library}"), "1"u8),
                Throws.InstanceOf<TokenException>().With.Message.Contains("plugged in"));
            Assert.That(
                () => Pkcs11Key.Open(Pkcs11Uri.Parse("pkcs11:object=rsa?module-path=/nowhere/lib.so"), "1"u8),
                Throws.InstanceOf<TokenException>().With.Message.Contains("/nowhere/lib.so"));
        }
    }

    [TestCase("pkcs11:object=a;id=%01%fF;token=%E6%94%B6?module-path=/l.so&pin-source=file:/run/pin", ExpectedResult = "收|a|01FF|/l.so|/run/pin")]
    [TestCase("pkcs11:id=%41?module-path=/l.so&pin-source=/run/pin", ExpectedResult = "||41|/l.so|/run/pin")]
    public string Reads_the_parts_of_a_uri(string text)
    {
        var uri = Pkcs11Uri.Parse(text);
        return $"{uri.Token}|{uri.Object}|{Convert.ToHexString(uri.Id.Span)}|{uri.ModulePath}|{uri.PinSource}";
    }

    [TestCase("pkcs11:object=a?module-path=/l.so&pin-value=1234", "PIN")]
    [TestCase("pkcs11:object=a;pin-value=1234?module-path=/l.so", "PIN")]
    [TestCase("pkcs11:object=a?PIN-Value=1234&module-path=/l.so", "PIN")]
    [TestCase("pkcs11:object=a;pin-value?module-path=/l.so", "PIN")]
    [TestCase("pkcs11:object=a; pin-value=1234?module-path=/l.so", "no attribute")]
    [TestCase("pkcs11:object=a;1234?module-path=/l.so", "no attribute")]
    [TestCase("pkcs11:object=a?module-path=/l.so&pin-source=|cat", "command")]
    [TestCase("pkcs11:token=a?module-path=/l.so", "names no key")]
    [TestCase("pkcs11:object=a", "module-path")]
    [TestCase("pkcs11:object=a;object=b?module-path=/l.so", "twice")]
    [TestCase("pkcs11:object=%4?module-path=/l.so", "hexadecimal")]
    [TestCase("file:object=a", "pkcs11:")]
    public void Refuses_a_uri_that(string text, string why) => Assert.That(() => Pkcs11Uri.Parse(text), Throws.InstanceOf<FormatException>().With.Message.Contains(why).And.Message.Not.Contains("1234"));

    private Pkcs11Key Open(string name, string pin = SoftHsm.Pin) => Pkcs11Key.Open(Pkcs11Uri.Parse(token.UriOf(name)), Encoding.ASCII.GetBytes(pin));

    private async Task<ISigningKey> CertifyAsync(string name)
    {
        using var key = Open(name);
        var request = await key.CreateRequestAsync(Subject, CancellationToken.None);
        var certificate = office.Authority.Issue(request, CertificateProfile.DocumentSigning, Subject, null, SigningOffice.Start, SigningOffice.End);
        return key.Certified(certificate, office.Authority.ChainForIssued);
    }

    private void OpenSslAccepts(byte[] cms)
    {
        using var openSsl = new OpenSsl();
        openSsl.Write("a.p7m", cms);
        openSsl.Write("trust.pem", office.RootPem + office.Authority.Certificate.ToPem());
        openSsl.Do("cms -verify -cades -inform DER -in a.p7m -CAfile trust.pem -purpose any -binary -out content");
        Assert.That(openSsl.Read("content"), Is.EqualTo(Content));
    }
}
