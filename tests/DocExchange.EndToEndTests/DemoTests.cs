using System.Security.Cryptography;
using System.Text.Json;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary><c>docex demo</c>, small: what it prints is what it keeps.</summary>
internal sealed class DemoTests
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
            var ended = await demo.StopAsync();

            using (Assert.EnterMultipleScope())
            {
                Assert.That(page, Does.Contain("password"), "the console's sign-in");
                Assert.That(ended, Is.Zero, "after SIGTERM");
                Assert.That(result.GetProperty("desks").EnumerateArray().Select(desk => desk.GetProperty("users").GetArrayLength()), Is.EqualTo(new[] { 8, 6, 6 }));
                Assert.That(result.GetProperty("console").GetProperty("users").GetArrayLength(), Is.EqualTo(5));
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
}
