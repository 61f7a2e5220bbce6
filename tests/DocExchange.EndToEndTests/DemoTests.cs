using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocExchange.Core.Statements;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary><c>docex demo</c>, small: what it prints is what it keeps.</summary>
internal sealed partial class DemoTests
{
    private const int Offices = 9;

    [Test]
    public async Task The_demonstration_says_what_became_of_its_document_and_leaves_it_with_its_receipts()
    {
        var folder = Directory.CreateTempSubdirectory("docex-demo-test-").FullName;
        try
        {
            await using var demo = ProductProcess.Start("DocExchange.Cli", "demo", "--offices", $"{Offices}", "--suite", "gm", "--format", "json", "--keep", folder, "--serve");
            await Eventually.TrueAsync(() => Task.FromResult(demo.HasExited || demo.Output.TrimEnd().EndsWith("\n}", StringComparison.Ordinal)), () => demo.Output, TimeSpan.FromMinutes(3));
            var result = JsonDocument.Parse(demo.Output).RootElement;
            var package = Path.Combine(folder, "package.asice");
            var verified = await Docex.RunAsync("verify", package, "--trust", Path.Combine(folder, "trust.pem"), "--crl", Path.Combine(folder, "crl.pem"), "--format", "json");

            using var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
            var page = await client.GetStringAsync(result.GetProperty("console").GetProperty("url").GetString());
            var places = result.GetProperty("desks").EnumerateArray().ToArray();
            var turnedAway = new List<string>();
            foreach (var (place, user) in places.Append(result.GetProperty("console")).SelectMany(place => place.GetProperty("users").EnumerateArray().Select(user => (place, user))))
            {
                if (!await SignsInAsync(place.GetProperty("url").GetString()!, user))
                {
                    turnedAway.Add(user.ToString());
                }
            }

            var ended = await demo.StopAsync();

            using (Assert.EnterMultipleScope())
            {
                Assert.That(page, Does.Contain("password"), "the console's sign-in");
                Assert.That(ended, Is.Zero, "after SIGTERM");
                Assert.That(places.Select(RolesAt), Is.All.EquivalentTo(Roles.OfDesk.Concat([Roles.System, Roles.Security, Roles.Audit])), "every role at every desk");
                Assert.That(RolesAt(result.GetProperty("console")), Is.EquivalentTo(Roles.OfConsole));
                Assert.That(places.Select(desk => desk.GetProperty("office").GetString()), Is.Unique.And.Exactly(3).Items);
                Assert.That(turnedAway, Is.Empty, "whoever is listed can sign in");
                Assert.That(Number("recipients"), Is.EqualTo(Offices));
                Assert.That(Number("delivered"), Is.EqualTo(Offices));
                Assert.That(Number("signedFor"), Is.EqualTo(Offices - 1));
                Assert.That(Number("returned"), Is.EqualTo(1));
                Assert.That(Number("urged"), Is.EqualTo(1));
                Assert.That(result.GetProperty("archived").GetBoolean(), Is.True);
                Assert.That(Number("ledgerEntries"), Is.GreaterThan(2 * Offices));
                Assert.That(result.GetProperty("verification").GetString(), Is.EqualTo("TOTAL_PASSED"));
                Assert.That(result.GetProperty("seconds").GetDouble(), Is.Positive);
                Assert.That(result.GetProperty("dataDirectory").GetString(), Is.EqualTo(folder));
                Assert.That(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(package))), Is.EqualTo(result.GetProperty("packageId").GetString()));
                Assert.That(JsonDocument.Parse(verified).RootElement.GetProperty("indication").GetString(), Is.EqualTo("TOTAL_PASSED"));
                Assert.That(Directory.GetFiles(Path.Combine(folder, "statements")), Has.Length.EqualTo(Number("statements")).And.Length.GreaterThan(2 * Offices));
            }

            int Number(string key) => result.GetProperty(key).GetInt32();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task A_body_and_an_attachment_that_are_given_reach_141_offices_unchanged()
    {
        var folder = Directory.CreateTempSubdirectory("docex-demo-test-").FullName;
        try
        {
            var (body, attachment, data) = (Path.Combine(folder, "正文.pdf"), Path.Combine(folder, "附件.bin"), Path.Combine(folder, "data"));
            await File.WriteAllBytesAsync(body, [.. "%PDF-1.7\n"u8, .. RandomNumberGenerator.GetBytes(100_000)]);
            await File.WriteAllBytesAsync(attachment, RandomNumberGenerator.GetBytes(300_000));

            var result = JsonDocument.Parse(await Docex.RunAsync("demo", "--offices", "141", "--body", body, "--attach", attachment, "--keep", data, "--format", "json")).RootElement;

            var package = result.GetProperty("packageId").GetString()!;
            await using var kept = await ZipFile.OpenReadAsync(Path.Combine(data, "package.asice"));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Numbers("recipients", "delivered", "signedFor", "returned"), Is.EqualTo(new[] { 141, 141, 140, 1 }));
                Assert.That(result.GetProperty("archived").GetBoolean(), Is.True);
                Assert.That(result.GetProperty("verification").GetString(), Is.EqualTo("TOTAL_PASSED"));
                Assert.That(await HashesAsync(kept), Is.SupersetOf(new[] { await HashAsync(body), await HashAsync(attachment) }));
                foreach (var node in (string[])["districts", "departments"])
                {
                    Assert.That(await HashAsync(Directory.EnumerateFiles(Path.Combine(data, node, "packages"), package + "*", SearchOption.AllDirectories).Single()), Is.EqualTo(package), node);
                }
            }

            int[] Numbers(params string[] keys) => [.. keys.Select(key => result.GetProperty(key).GetInt32())];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] RolesAt(JsonElement place) => [.. place.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("role").GetString()!)];

    // As a browser does: the page's form with its token, and on from there; who was turned away stays at /sign-in.
    private static async Task<bool> SignsInAsync(string address, JsonElement user)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true, AllowAutoRedirect = false };
        using var browser = new HttpClient(handler) { BaseAddress = new Uri(address) };
        var token = AntiforgeryToken().Match(await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative))).Groups[1].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in",
            ["__RequestVerificationToken"] = token,
            ["Form.User"] = user.GetProperty("name").GetString()!,
            ["Form.Password"] = user.GetProperty("password").GetString()!,
        });
        using var answer = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        var next = answer.Headers.Location;
        if (answer.StatusCode != HttpStatusCode.SeeOther || next is null)
        {
            return false;
        }

        using var home = await browser.GetAsync(next);
        return home.StatusCode == HttpStatusCode.OK || (home.Headers.Location is { } further && !further.ToString().Contains("sign-in", StringComparison.Ordinal));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryToken();

    private static async Task<string> HashAsync(string file) => Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)));

    private static async Task<List<string>> HashesAsync(ZipArchive archive)
    {
        var hashes = new List<string>();
        foreach (var entry in archive.Entries)
        {
            await using var content = await entry.OpenAsync();
            hashes.Add(Convert.ToHexStringLower(await SHA256.HashDataAsync(content)));
        }

        return hashes;
    }
}
