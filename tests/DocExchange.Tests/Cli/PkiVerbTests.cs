using DocExchange.Cli;
using DocExchange.Tests.Trust;
using DocExchange.Trust.Certificates;

namespace DocExchange.Tests.Cli;

internal sealed class PkiVerbTests
{
    private string folder = "";

    private string Authority => Path.Combine(folder, "ca");

    private string PasswordFile => Path.Combine(Authority, "password");

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("docexchange-pki-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("p256")]
    [TestCase("sm2")]
    public async Task Takes_a_key_from_request_to_key_file_that_OpenSSL_opens(string algorithm)
    {
        await CreateAsync();
        var certificate = await CertifyAsync(algorithm);
        await DoAsync("pki", "import", "--key", In("key.pem"), "--certificate", certificate, "--out", In("key.p12"), "--password-file", PasswordFile);

        using var openSsl = new OpenSsl();
        var password = (await File.ReadAllTextAsync(PasswordFile)).Trim();
        var opened = openSsl.Do($"pkcs12 -in {In("key.p12")} -passin pass:{password} -nodes");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(opened, Does.Contain("PRIVATE KEY"));
            Assert.That(opened.Split("BEGIN CERTIFICATE").Length - 1, Is.EqualTo(2), "the certificate and its issuing authority");
            Assert.That(openSsl.Do($"req -in {In("request.pem")} -noout -verify{(algorithm == "sm2" ? " -vfyopt distid:1234567812345678" : "")}"), Does.Contain("OK").IgnoreCase);
        }
    }

    [Test]
    public async Task Lists_what_it_revoked_for_OpenSSL()
    {
        await CreateAsync();
        var certificate = await CertifyAsync("p256");
        await DoAsync("pki", "revoke", "--ca", Authority, "--certificate", certificate, "--reason", "keyCompromise");

        var serial = Certificate.ParseAll(await File.ReadAllBytesAsync(certificate))[0].SerialNumber;
        var lists = RevocationList.ParseAll(await File.ReadAllBytesAsync(Path.Combine(Authority, "crl.pem")));
        using var openSsl = new OpenSsl();
        var one = openSsl.Write("crl.pem", lists.Single(list => list.Revoked.Count > 0).ToPem());
        Assert.That(openSsl.Do($"crl -in {one} -noout -text"), Does.Contain(serial).IgnoreCase.And.Contain("Key Compromise"));
    }

    [Test]
    public async Task Never_replaces_authorities()
    {
        await CreateAsync();
        var root = await File.ReadAllBytesAsync(Path.Combine(Authority, "intl-root.p12"));
        var again = await CommandLine.RunAsync("pki", "create", "--out", Authority);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(again.Error, Does.Contain("[EXISTS]"));
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(Authority, "intl-root.p12")), Is.EqualTo(root));
        }
    }

    [Test]
    public async Task Refuses_a_certificate_of_another_key()
    {
        await CreateAsync();
        var certificate = await CertifyAsync("p256");
        await DoAsync("pki", "request", "--key", In("other.pem"), "--request", In("other-request.pem"), "--name", "另一单位", "--password-file", PasswordFile);
        var imported = await CommandLine.RunAsync("pki", "import", "--key", In("other.pem"), "--certificate", certificate, "--out", In("other.p12"), "--password-file", PasswordFile);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(imported.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(imported.Error, Does.Contain("[KEY_MISMATCH]"));
            Assert.That(File.Exists(In("other.p12")), Is.False);
        }
    }

    [Test]
    public async Task Keeps_keys_and_the_password_for_their_owner_only()
    {
        await CreateAsync();
        var modes = Directory.GetFiles(Authority, "*.p12").Append(PasswordFile).Select(File.GetUnixFileMode);
        Assert.That(modes, Is.All.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Makes_no_seal_with_a_password_that_opens_no_key()
    {
        await CreateAsync();
        await File.WriteAllTextAsync(In("wrong-password"), "wrong\n");

        var refused = await CommandLine.RunAsync("seal", "make", "--name", "样例局", "--maker", Path.Combine(Authority, "seal-maker.p12"), "--holder", Path.Combine(Authority, "trust.pem"), "--password-file", In("wrong-password"), "--out", In("none.esl"));

        Assert.That((refused.ExitCode, refused.Error.Contains("[WRONG_PASSWORD]", StringComparison.Ordinal)), Is.EqualTo((1, true)), refused.Error);
    }

    [Test]
    public async Task Makes_a_seal_that_verifies_and_shows_its_picture()
    {
        await CreateAsync();
        await DoAsync("pki", "request", "--algorithm", "sm2", "--key", In("key.pem"), "--request", In("request.pem"), "--name", "样例局", "--password-file", PasswordFile);
        await DoAsync("pki", "issue", "--ca", Authority, "--request", In("request.pem"), "--profile", "seal", "--name", "样例局", "--out", In("seal.pem"));
        await DoAsync("seal", "make", "--name", "样例局", "--maker", Path.Combine(Authority, "seal-maker.p12"), "--holder", In("seal.pem"), "--out", In("one.esl"));
        await DoAsync("seal", "show", In("one.esl"), "--picture", In("one.svg"));
        await DoAsync("seal", "import", "--name", "样例局", "--maker", Path.Combine(Authority, "seal-maker.p12"), "--holder", In("seal.pem"), "--picture", In("one.svg"), "--out", In("two.esl"));

        foreach (var seal in new[] { "one.esl", "two.esl" })
        {
            var judged = await CommandLine.RunAsync("verify", In(seal), "--trust", Path.Combine(Authority, "trust.pem"), "--crl", Path.Combine(Authority, "crl.pem"));
            Assert.That(judged.ExitCode, Is.Zero, judged.Output);
        }

        Assert.That(await File.ReadAllTextAsync(In("one.svg")), Does.StartWith("<").And.Contain("svg"));
    }

    [Test]
    public async Task Says_of_a_seal_that_its_holder_has_another_name_and_makes_none_where_the_credit_code_differs_too()
    {
        await CreateAsync();
        var maker = Path.Combine(Authority, "seal-maker.p12");
        await DoAsync("pki", "request", "--algorithm", "sm2", "--key", In("key.pem"), "--request", In("request.pem"), "--name", "样例市教育委员会", "--password-file", PasswordFile);
        await DoAsync("pki", "issue", "--ca", Authority, "--request", In("request.pem"), "--profile", "seal", "--name", "12345678901234", "--organization", "12100000400002195R样例市教育委员会", "--out", In("seal.pem"));

        var own = await CommandLine.RunAsync("seal", "make", "--name", "样例市教育委员会", "--maker", maker, "--holder", In("seal.pem"), "--out", In("own.esl"), "--format", "json");
        var other = await CommandLine.RunAsync("seal", "make", "--name", "另一市人民政府", "--maker", maker, "--holder", In("seal.pem"), "--out", In("other.esl"), "--format", "json");
        var foreign = await CommandLine.RunAsync("seal", "make", "--name", "11370306MB2867521U另一市人民政府", "--maker", maker, "--holder", In("seal.pem"), "--out", In("foreign.esl"), "--format", "json");
        var shown = await CommandLine.RunAsync("seal", "show", In("own.esl"), "--picture", In("own.svg"));
        var again = await CommandLine.RunAsync("seal", "show", In("own.esl"), "--picture", In("own.svg"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.Json.GetProperty("remarks").GetArrayLength(), Is.Zero);
            Assert.That(other.Json.GetProperty("remarks").EnumerateArray().Select(remark => remark.GetProperty("code").GetString()), Is.EqualTo(new[] { "SEAL_NAME_DIFFERS" }));
            Assert.That((foreign.ExitCode, foreign.Json.GetProperty("error").GetString(), File.Exists(In("foreign.esl"))), Is.EqualTo((1, "DISAGREEMENT", false)));
            Assert.That((shown.ExitCode, again.ExitCode, again.Error.Contains("[EXISTS]", StringComparison.Ordinal)), Is.EqualTo((0, 1, true)), again.Error);
        }
    }

    private string In(string name) => Path.Combine(folder, name);

    private Task CreateAsync() => DoAsync("pki", "create", "--out", Authority, "--organization", "样例");

    private async Task<string> CertifyAsync(string algorithm)
    {
        await DoAsync("pki", "request", "--algorithm", algorithm, "--key", In("key.pem"), "--request", In("request.pem"), "--name", "样例单位", "--password-file", PasswordFile);
        await DoAsync("pki", "issue", "--ca", Authority, "--request", In("request.pem"), "--name", "样例单位", "--out", In("certificate.pem"));
        return In("certificate.pem");
    }

    private static async Task DoAsync(params string[] args)
    {
        var done = await CommandLine.RunAsync(args);
        Assert.That(done.ExitCode, Is.Zero, $"docex {string.Join(' ', args)}: {done.Error}");
    }
}
