using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.SigningIn;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Pages.SigningIn;

/// <summary>Persons bind their certificates to their own accounts, and sign in with them over real TLS.</summary>
public sealed class CertificateSignInTests
{
    private readonly List<X509Certificate2> made = [];
    private TemporaryFolder folder = null!;
    private TestDesk desk = null!;
    private PagesClient owner = null!;
    private PagesClient chief = null!;

    [SetUp]
    public async Task Start()
    {
        folder = new TemporaryFolder();
        var server = Make("localhost", NodeSite.Now.AddYears(1));
        var (certificate, key) = (folder.Under("server.pem"), folder.Under("server.key"));
        await File.WriteAllTextAsync(certificate, server.ExportCertificatePem());
        await File.WriteAllTextAsync(key, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        desk = await TestDesk.StartAsync(settings => (settings.Certificate, settings.CertificateKey) = (certificate, key));
        owner = await desk.SignInAsync("li4");
        chief = await desk.SignInAsync("chief", Roles.OfficeAdministrator);
    }

    [TearDown]
    public async Task Stop()
    {
        await desk.DisposeAsync();
        made.ForEach(each => each.Dispose());
        made.Clear();
        folder.Dispose();
    }

    [Test]
    public async Task Who_shows_the_bound_certificate_is_signed_in_until_it_is_unbound()
    {
        var certificate = Make("李四", NodeSite.Now.AddYears(2));
        var bound = await BindAsync(certificate.ExportCertificatePem());
        Assert.That(bound.Location, Is.EqualTo("/password"), bound.Text);
        Assert.That((await owner.GetAsync("/password")).Text, Does.Contain("持有人 李四"), "who bound it stays signed in");
        Assert.That((await chief.GetAsync("/o/fgw/people/li4")).Text, Does.Contain("持有人 李四"));

        var browser = desk.Browser(certificate);
        var answer = await browser.SubmitAsync("/sign-in?next=%2Fpassword", Addresses.SignInByCertificate);
        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.Found, "/password")), answer.Text);
        Assert.That((await browser.GetAsync("/password")).Text, Does.Contain("李四"));

        Assert.That((await chief.SubmitAsync("/o/fgw/people/li4", "unbind-certificate")).Location, Is.EqualTo("/o/fgw/people/li4"));
        Assert.That((await browser.GetAsync("/password")).Location, Does.StartWith("/sign-in"), "the sign-in ended with it");
        await RefusedAsync(browser);
    }

    [Test]
    public async Task Nobody_binds_a_certificate_for_somebody_else()
    {
        var (certificate, token) = (Make("李四", NodeSite.Now.AddYears(2)), await chief.TokenAsync());
        var page = await chief.GetAsync("/o/fgw/people/li4");
        var posted = await chief.PostAsync("/o/fgw/people/li4", (token.Name, token.Value), ("_handler", "certificate"), ("CertificateText", certificate.ExportCertificatePem()), ("CertificatePassword", TestDesk.Password));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Text, Does.Contain("由本人用密码登录后"));
            Assert.That(PagesClient.HasForm(page, "certificate"), Is.False);
            Assert.That(posted.Status, Is.Not.EqualTo(HttpStatusCode.SeeOther));
            Assert.That(desk.Part<AccountBook>().Find("li4")!.Certificate, Is.Null);
        }
    }

    [Test]
    public async Task A_certificate_is_bound_by_the_password_and_unbound_by_a_new_one()
    {
        var certificate = Make("李四", NodeSite.Now.AddYears(2));
        Assert.That((await BindAsync(certificate.ExportCertificatePem(), "wrong")).Text, Does.Contain("密码不正确，证书未登记"));
        await BindAsync(certificate.ExportCertificatePem());
        var browser = desk.Browser(certificate);
        await browser.SubmitAsync("/sign-in", Addresses.SignInByCertificate);
        var page = await browser.GetAsync("/password");
        var password = desk.Part<Registry>().ResetPassword("li4");
        await RefusedAsync(browser);
        await owner.SignInAsync("li4", password);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(PagesClient.HasForm(page, "certificate"), Is.False, "signed in by certificate");
            Assert.That(page.Text, Does.Contain("请先用密码登录"));
            Assert.That((await owner.GetAsync("/password")).Html, Does.Not.Contain("id=\"certificate\""), "a one-time password binds nothing");
            Assert.That(
                () => desk.Part<Registry>().BindCertificate("li4", password, PersonalCertificate.Parse(certificate.RawData, NodeSite.Now)), Throws.TypeOf<RefusedException>());
        }
    }

    [Test]
    public async Task Who_bound_a_certificate_unbinds_it_and_stays_signed_in()
    {
        await BindAsync(Make("李四", NodeSite.Now.AddYears(2)).ExportCertificatePem());
        Assert.That((await owner.SubmitAsync("/password", "unbind-certificate")).Location, Is.EqualTo("/password"));
        Assert.That((await owner.GetAsync("/password")).Text, Does.Contain("尚未登记"));
        Assert.That(await File.ReadAllTextAsync(desk.Site.Folder.AuditTrail), Does.Contain("UnbindCertificate"));
    }

    [TestCase("unbound")]
    [TestCase("ended")]
    [TestCase("locked")]
    public void A_certificate_is_judged_as_the_account_stands(string how)
    {
        var (book, sign, digest) = (desk.Part<AccountBook>(), desk.Part<SignInBook>(), new string('a', 64));
        desk.Part<Registry>().BindCertificate("li4", TestDesk.Password, new PersonalCertificate(digest, "李四", NodeSite.Now.AddYears(1)));
        Assert.That(sign.WithCertificate(digest).Id, Is.EqualTo("li4"));
        book.Change("li4", account => how switch
        {
            "unbound" => account with { Certificate = null },
            "ended" => account with { IsEnded = true },
            _ => account with { LockedUntil = NodeSite.Now.AddYears(1) },
        });
        Assert.That(() => sign.WithCertificate(digest), Throws.TypeOf<RefusedException>());
    }

    [Test]
    public async Task Nobody_is_signed_in_with_another_certificate_one_that_ran_out_or_none()
    {
        var certificate = Make("李四", NodeSite.Now.AddYears(2));
        await BindAsync(certificate.ExportCertificatePem());
        await RefusedAsync(desk.Browser(Make("李四", NodeSite.Now.AddYears(2))));
        await RefusedAsync(desk.Browser());
        desk.Clock.Advance(TimeSpan.FromDays(3 * 366));
        await RefusedAsync(desk.Browser(certificate));
    }

    [Test]
    public async Task A_certificate_is_bound_once_by_file_as_well_and_the_trail_says_so()
    {
        var other = await desk.SignInAsync("wang5");
        var certificate = Make("李四", NodeSite.Now.AddYears(2));
        Assert.That((await BindAsync(certificate.ExportCertificatePem())).Status, Is.EqualTo(HttpStatusCode.SeeOther));
        var again = await UploadAsync(other, certificate.RawData);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Text, Does.Contain("该证书已登记给 李四（li4）"));
            Assert.That(await File.ReadAllTextAsync(desk.Site.Folder.AuditTrail), Does.Contain("BindCertificate").And.Contain(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()));
        }

        desk.Part<Registry>().End("li4");
        Assert.That((await UploadAsync(other, certificate.RawData)).Status, Is.EqualTo(HttpStatusCode.SeeOther), "of an account that has ended it is free");
    }

    [Test]
    public async Task What_is_no_certificate_of_a_person_is_refused_and_says_why()
    {
        var certificate = Make("李四", NodeSite.Now.AddYears(2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await BindAsync("")).Text, Does.Contain("请选择证书文件，或粘贴"));
            Assert.That((await BindAsync("hello")).Text, Does.Contain("这不是一张证书").And.Contain("hello"));
            Assert.That((await BindAsync(certificate.ExportCertificatePem() + "\n" + certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())).Text, Does.Contain("文件里有私钥"));
            Assert.That((await BindAsync(Make("李四", NodeSite.Now.AddDays(-1)).ExportCertificatePem())).Text, Does.Contain("过期"));
            Assert.That((await BindAsync(Make("某 CA", NodeSite.Now.AddYears(1), isAuthority: true).ExportCertificatePem())).Text, Does.Contain("颁发机构"));
            Assert.That(desk.Part<AccountBook>().Find("li4")!.Certificate, Is.Null);
        }
    }

    private static async Task RefusedAsync(PagesClient browser)
    {
        var answer = await browser.SubmitAsync("/sign-in", Addresses.SignInByCertificate);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(answer.Text, Does.Contain("没有出示有效且已登记的个人证书"));
            Assert.That((await browser.GetAsync("/password")).Location, Does.StartWith("/sign-in"));
        }
    }

    private Task<Shown> BindAsync(string pem, string password = TestDesk.Password) =>
        owner.SubmitAsync("/password", "certificate", ("CertificateText", pem), ("CertificatePassword", password));

    private static async Task<Shown> UploadAsync(PagesClient browser, byte[] file)
    {
        var token = await browser.TokenAsync();
        using var content = new MultipartFormDataContent
        {
            { new StringContent(token.Value, Encoding.UTF8), token.Name }, { new StringContent("certificate"), "_handler" }, { new StringContent(TestDesk.Password), "CertificatePassword" }, { new ByteArrayContent(file), "CertificateFile", "person.cer" },
        };
        return await browser.SendAsync(HttpMethod.Post, "/password", content);
    }

    private X509Certificate2 Make(string name, DateTimeOffset until, bool isAuthority = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var certificate = request.CreateSelfSigned(until.AddYears(-3), until);
        made.Add(certificate);
        return certificate;
    }
}
