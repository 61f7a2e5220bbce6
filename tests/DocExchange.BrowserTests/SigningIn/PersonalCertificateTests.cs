using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.SigningIn;

/// <summary>Signing in with a personal certificate, at a console of its own that is reached by TLS.</summary>
internal sealed class PersonalCertificateTests
{
    private static string Folder => Path.Combine(Browser.Exchange.Folder, "console-by-tls");

    [Test]
    public async Task Whoever_bound_a_certificate_signs_in_with_it_and_who_shows_another_is_refused()
    {
        await using var console = await StartAsync();
        using var own = Make("督查员");
        using var others = Make("他人");
        await using (var first = await Browser.VisitAsync(console, own))
        {
            var user = console.As("supervisor");
            await first.SignInAsync(user);
            await first.OpenAsync("/password");
            await first.Page.FillAsync("#certificate-text", own.ExportCertificatePem());
            await first.Page.FillAsync("#certificate-password", user.Password);
            await first.LookAsync("certificate-bind");
            await first.Page.Locator("form[enctype] button").ClickAsync();
            Assert.That(await first.DoneAsync(), Does.Contain(user.Name));
        }

        await using var again = await Browser.VisitAsync(console, own);
        await again.OpenAsync("/sign-in");
        await again.LookAsync("certificate-sign-in");
        await again.Page.Locator("form.aside button").ClickAsync();
        await again.ArriveAsync("**/supervision");

        await using var stranger = await Browser.VisitAsync(console, others);
        await stranger.OpenAsync("/sign-in");
        await stranger.Page.Locator("form.aside button").ClickAsync();
        Assert.That(await stranger.RefusalAsync(), Does.Contain("证书"));
        await stranger.LookAsync("certificate-refused");
        await stranger.OpenAsync("/supervision");
        Assert.That(stranger.Here, Does.StartWith("/sign-in"), "nobody came in");
    }

    private static async Task<Place> StartAsync()
    {
        var console = new Place("DocExchange.Hub", Folder, FreePort.Take(), "https");
        await Docex.RunAsync(
            "hub", "init", "--data", Folder, "--exchange", "tls", "--organization", "市政府办公厅", "--address", $"127.0.0.1:{FreePort.Take()}", "--enrolment", $"127.0.0.1:{FreePort.Take()}");
        await console.OpenAccountsAsync(isLasting: true, "tls-supervisor,督查员,supervisor");
        using var server = Make("localhost");
        var (certificate, key) = (Folder + ".pem", Folder + ".key");
        await File.WriteAllTextAsync(certificate, server.ExportCertificatePem());
        await File.WriteAllTextAsync(key, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(Folder, "pages.json"), JsonSerializer.Serialize(new { certificate, certificateKey = key }));
        await console.StartAsync();
        return console;
    }

    private static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
    }
}
