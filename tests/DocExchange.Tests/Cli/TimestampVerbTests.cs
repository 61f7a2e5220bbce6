using System.Security.Cryptography;
using DocExchange.Cli;
using DocExchange.Tests.Protocol;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Cli;

internal sealed class TimestampVerbTests
{
    private static readonly DistinguishedName Name = new("时间戳服务", null, null);

    private CertificateAuthority root = null!;
    private ISigningKey key = null!;
    private TimestampServer server = null!;
    private string trust = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("时间戳根", null, null), CommandLine.Now.AddYears(-1), CommandLine.Now.AddYears(90));
        using var pair = KeyPair.Generate(Suite.Intl);
        key = pair.Certified(root.Issue(pair.CreateRequest(Name), CertificateProfile.TimeStamping, Name, null, CommandLine.Now.AddDays(-1), CommandLine.Now.AddYears(80)), []);
        var authority = new TimestampAuthority(key, new CountedSerials(), new FakeTimeProvider(CommandLine.Now));
        server = await TimestampServer.StartAsync((request, cancellation) => authority.AnswerAsync(request, cancellation));
        trust = SampleFiles.In("tsa.pem");
        await File.WriteAllTextAsync(trust, root.Certificate.ToPem());
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await server.DisposeAsync();
        key.Dispose();
        root.Dispose();
    }

    [TestCase("t", 2)]
    [TestCase("lt", 2)]
    [TestCase("lta", 3)]
    public async Task Raises_a_signature_so_that_it_passes_after_its_certificate_has_expired(string level, int verdicts)
    {
        var before = await SampleFiles.SignatureAsync("office-ecdsa");
        var after = before + "." + level;

        var stamped = await CommandLine.RunAsync(
            "timestamp", before, "--tsa", server.Address.ToString(), "--level", level, "--content", SampleFiles.In("content.txt"),
            "--trust", SampleFiles.Trust, "--trust", trust, "--crl", SampleFiles.Lists, "--out", after, "--format", "json");
        var now = await VerifyAsync(after, CommandLine.Now.AddHours(1));
        var text = await VerifyAsync(after, CommandLine.Now.AddHours(1), "text");
        var page = await VerifyAsync(after, CommandLine.Now.AddHours(1), "html");
        using var signer = SampleFiles.Key("office-ecdsa");
        var later = await VerifyAsync(after, signer.Certificate.NotAfter.AddDays(1));
        var bare = await VerifyAsync(before, signer.Certificate.NotAfter.AddDays(1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stamped.ExitCode, Is.Zero, stamped.Error);
            Assert.That(stamped.Json.GetProperty("level").GetString(), Is.EqualTo("B-" + level.ToUpperInvariant()));
            Assert.That(now.ExitCode, Is.Zero, now.Output);
            Assert.That(now.Json.GetProperty("signatures").EnumerateArray().Select(each => each.GetProperty("kind").GetString()).Count(), Is.EqualTo(verdicts));
            Assert.That(now.Json.GetProperty("signatures")[0].GetProperty("level").GetString(), Is.EqualTo("B-" + level.ToUpperInvariant()));
            Assert.That(
                now.Json.GetProperty("signatures").EnumerateArray().Skip(1).Select(each => each.GetProperty("timestampKind").GetString()),
                Is.EqualTo(new[] { "signature", "archive" }.Take(verdicts - 1)));
            Assert.That(text.Output, Does.Contain("签名级别：B-" + level.ToUpperInvariant()).And.Contain("签名时间戳"));
            Assert.That(text.Output.Contains("归档时间戳", StringComparison.Ordinal), Is.EqualTo(level == "lta"));
            Assert.That(page.Output, Does.Contain("<dt>签名级别</dt><dd>B-" + level.ToUpperInvariant() + "</dd>"));
            Assert.That(bare.Json.GetProperty("signatures")[0].GetProperty("level").GetString(), Is.EqualTo("B-B"));
            Assert.That(later.ExitCode, Is.Zero, later.Output);
            Assert.That(bare.ExitCode, Is.Not.Zero, "without a time-stamp it has expired");
        }
    }

    [Test]
    public async Task Refuses_packages_two_authorities_and_none()
    {
        var signature = await SampleFiles.SignatureAsync("office-rsa");
        var package = await CommandLine.RunAsync("timestamp", await SampleFiles.PackageAsync("office-ecdsa"), "--tsa", "http://127.0.0.1:9/", "--trust", trust, "--out", SampleFiles.In("x"));
        var none = await CommandLine.RunAsync("timestamp", signature, "--trust", trust, "--out", SampleFiles.In("x"));
        var both = await CommandLine.RunAsync("timestamp", signature, "--tsa", "http://127.0.0.1:9/", "--hub", "/tmp", "--trust", trust, "--out", SampleFiles.In("x"));
        var untrusted = await CommandLine.RunAsync("timestamp", signature, "--tsa", server.Address.ToString(), "--trust", SampleFiles.Trust, "--out", SampleFiles.In("x"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(package.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(package.Error, Does.Contain("PACKAGE_IS_FINAL"));
            Assert.That(none.ExitCode, Is.EqualTo(ExitCode.Usage));
            Assert.That(both.ExitCode, Is.EqualTo(ExitCode.Usage));
            Assert.That(untrusted.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(untrusted.Error, Does.Contain("NO_TIMESTAMP"));
            Assert.That(File.Exists(SampleFiles.In("x")), Is.False);
        }
    }

    [Test]
    public async Task A_token_by_itself_is_verified_over_what_was_stamped()
    {
        var imprint = MessageImprint.Of(DigestAlgorithm.Sha256, SHA256.HashData(await File.ReadAllBytesAsync(SampleFiles.In("content.txt"))));
        var answer = await new TimestampAuthority(key, new CountedSerials(), new FakeTimeProvider(CommandLine.Now))
            .AnswerAsync(new TimestampRequest(imprint) { WantsCertificate = true }.Encode(), CancellationToken.None);
        var token = SampleFiles.In("content.tst");
        await File.WriteAllBytesAsync(token, TimestampResponse.Parse(answer).Token!.Value.ToArray());

        var right = await VerifyAsync(token, CommandLine.Now);
        var wrong = await CommandLine.RunAsync("verify", token, "--content", trust, "--trust", trust, "--without-revocation", "--format", "json");
        var without = await CommandLine.RunAsync("verify", token, "--trust", trust, "--without-revocation", "--format", "json");
        var facts = SampleFiles.In("content.tst.json");
        var kept = await CommandLine.RunAsync("verify", token, "--content", SampleFiles.In("content.txt"), "--trust", trust, "--without-revocation", "--facts", facts, "--format", "json");
        var again = await CommandLine.RunAsync("verify", facts, "--from-facts", "--without-revocation", "--format", "json");
        var earlier = await CommandLine.RunAsync("verify", facts, "--from-facts", "--without-revocation", "--at", "2020-01-01T00:00:00Z", "--format", "json");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(right.ExitCode, Is.Zero, right.Output);
            Assert.That(right.Json.GetProperty("signatures")[0].GetProperty("kind").GetString(), Is.EqualTo("timestamp"));
            Assert.That(right.Output, Does.Contain("TST_BUILT_IN_AUTHORITY"));
            Assert.That((wrong.ExitCode, wrong.Output.Contains("TST_IMPRINT_MISMATCH")), Is.EqualTo((ExitCode.Failed, true)), wrong.Output);
            Assert.That((kept.ExitCode, again.ExitCode), Is.EqualTo((0, 0)), kept.Error + again.Output);
            Assert.That(again.Output, Does.Contain("JUDGED_FROM_FACTS").And.Contain("TST_BUILT_IN_AUTHORITY"));
            Assert.That((earlier.ExitCode, earlier.Output.Contains("TST_IN_FUTURE")), Is.EqualTo((ExitCode.Indeterminate, true)), earlier.Output);
            Assert.That((without.ExitCode, without.Output.Contains("TST_CONTENT_MISSING")), Is.EqualTo((ExitCode.Indeterminate, true)), without.Output);
        }
    }

    private Task<CommandLine> VerifyAsync(string file, DateTimeOffset at, string format = "json") => CommandLine.RunAsync(
        "verify", file, "--content", SampleFiles.In("content.txt"), "--trust", SampleFiles.Trust, "--trust", trust, "--crl", SampleFiles.Lists, "--without-revocation",
        "--at", at.ToString("yyyy-MM-ddTHH:mm:ssZ"), "--format", format);
}
