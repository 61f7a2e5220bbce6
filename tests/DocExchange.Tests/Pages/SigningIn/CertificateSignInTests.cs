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

/// <summary>Certificates are bound to accounts in the pages, and sign in over real TLS.</summary>
public sealed class CertificateSignInTests
{
    private readonly List<X509Certificate2> made = [];
    private TemporaryFolder folder = null!;
    private TestDesk desk = null!;
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
        desk.Open("li4", "李四", new Grant("fgw", Roles.Clerk));
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
        Assert.That(bound.Location, Is.EqualTo("/o/fgw/people/li4"), bound.Text);
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
        desk.Open("wang5", "王五", new Grant("fgw", Roles.Clerk));
        var certificate = Make("李四", NodeSite.Now.AddYears(2));
        Assert.That((await BindAsync(certificate.ExportCertificatePem())).Status, Is.EqualTo(HttpStatusCode.SeeOther));
        var again = await UploadAsync("wang5", certificate.RawData);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Text, Does.Contain("该证书已登记给 李四（li4）"));
            Assert.That(await File.ReadAllTextAsync(desk.Site.Folder.AuditTrail), Does.Contain("BindCertificate").And.Contain(certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()));
        }

        desk.Part<Registry>().End("li4");
        Assert.That((await UploadAsync("wang5", certificate.RawData)).Status, Is.EqualTo(HttpStatusCode.SeeOther), "of an account that has ended it is free");
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

    [Test]
    public void At_the_command_line_it_is_bound_and_unbound_and_the_trail_says_so()
    {
        using var place = new TemporaryFolder();
        var files = new PagesFiles(place.Under("people.litedb"), place.Under("keys"), place.Under("own.pem"));
        var settings = new PagesSettings();
        FirstAccount.Open(settings, files, "wang", "王芳", Roles.System);
        var file = new FileInfo(place.Under("wang.cer"));
        File.WriteAllBytes(file.FullName, Make("王芳", TimeProvider.System.GetUtcNow().AddYears(1)).RawData);
        var (trail, bound) = (place.Under("audit.log"), OfflineBinding.Change(settings, files, place.Under("audit.log"), "wang", file));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bound!.Subject, Is.EqualTo("王芳"));
            Assert.That(OfflineBinding.Change(settings, files, trail, "wang", null), Is.Null);
            Assert.That(File.ReadLines(trail).Count(), Is.EqualTo(4));
            Assert.That(File.ReadAllText(trail), Does.Contain(bound.Sha256).And.Contain("UnbindCertificate"));
            Assert.That(() => OfflineBinding.Change(settings, files, trail, "nobody", file), Throws.TypeOf<RefusedException>());
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

    private Task<Shown> BindAsync(string pem) => chief.SubmitAsync("/o/fgw/people/li4", "certificate", ("CertificateText", pem));

    private async Task<Shown> UploadAsync(string user, byte[] file)
    {
        var token = await chief.TokenAsync();
        using var content = new MultipartFormDataContent
        {
            { new StringContent(token.Value, Encoding.UTF8), token.Name }, { new StringContent("certificate"), "_handler" }, { new ByteArrayContent(file), "CertificateFile", "person.cer" },
        };
        return await chief.SendAsync(HttpMethod.Post, $"/o/fgw/people/{user}", content);
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
