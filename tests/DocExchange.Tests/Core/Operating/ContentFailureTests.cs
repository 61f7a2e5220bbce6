using System.Security.Cryptography;
using System.Text.Json;
using DocExchange.Cli;
using DocExchange.Core.Operating;
using DocExchange.Node;
using DocExchange.Tests.Cli;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Core.Operating;

/// <summary>What only a file or a folder shows to be wrong is a failure, not a wrong command line.</summary>
internal sealed class ContentFailureTests
{
    private static readonly VerbLanguage Chinese = new(IsEnglish: false);
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryFolder();

    [TearDown]
    public void Close() => folder.Dispose();

    [TestCase("--offices-suite", "czj=gm", 1)]
    [TestCase("--offices-suite", "czj=rsa", 64)]
    [TestCase("--token", "czj=pkcs11:object=a?module-path=/a.so", 1)]
    [TestCase("--token", "czj", 64)]
    public async Task An_office_that_the_invitation_does_not_name_is_found_nowhere(string option, string value, int code)
    {
        var path = folder.Under("invitation.json");
        var root = new byte[] { 1, 2, 3 };
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new
        {
            version = 1,
            exchange = "bj",
            node = "one",
            name = "One",
            hubEnrolment = "127.0.0.1:1",
            hubName = "hub.bj.docexchange",
            rootSha256 = Convert.ToHexStringLower(SHA256.HashData(root)),
            ledgerKey = "none",
            offices = new[] { "fgw" },
            expires = DateTimeOffset.UnixEpoch,
            secret = new byte[16],
            rootCertificate = root,
        }));

        Assert.That(await new Verbs(Chinese).InvokeAsync(["enrol", "--data", folder.Under("node"), "--invitation", path, option, value]), Is.EqualTo(code));
    }

    [Test]
    public async Task An_office_that_the_node_has_not_is_found_nowhere()
    {
        using var site = new NodeSite();

        Assert.That(await new Verbs(Chinese).InvokeAsync(["token", "list", "--data", site.Folder.Root, "--office", "nobody"]), Is.EqualTo(1));
    }

    [Test]
    public void A_password_file_that_is_empty_has_the_wrong_form()
    {
        var path = folder.Under("password");
        File.WriteAllText(path, "\n");

        Assert.That(() => SecretFile.Read(path), Throws.TypeOf<FailedException>().With.Property(nameof(FailedException.Reason)).EqualTo("FORMAT_FAILURE"));
    }

    [Test]
    public async Task A_folder_that_holds_something_is_kept_as_it_is()
    {
        await File.WriteAllTextAsync(folder.Under("there"), "");

        var refused = await CommandLine.RunAsync("demo", "--keep", folder.Path, "--format", "json");

        Assert.That((refused.ExitCode, refused.Json.GetProperty("error").GetString()), Is.EqualTo((ExitCode.Failed, "EXISTS")), refused.Error);
    }

    [Test]
    public async Task The_doctor_takes_a_socket_path_that_is_too_long_for_what_was_typed_wrong()
    {
        var deep = Directory.CreateDirectory(folder.Under(new string('d', 100))).FullName;
        await File.WriteAllTextAsync(Path.Combine(deep, "hub.json"), "{}");

        var refused = await CommandLine.RunAsync("doctor", "--hub", deep);

        Assert.That((refused.ExitCode, refused.Error.Contains("107", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Usage, true)), refused.Error + refused.Output);
    }
}
