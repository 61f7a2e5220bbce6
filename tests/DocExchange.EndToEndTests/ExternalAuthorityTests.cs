using System.Text;
using DocExchange.EndToEndTests.Site;
using DocExchange.Protocol.Local.V1;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests;

/// <summary>A hub without a key that certifies anybody: OpenSSL is the authority, and files go to and fro.</summary>
internal sealed class ExternalAuthorityTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    private string folder = null!;

    private string Hub => Path.Combine(folder, "hub");

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("docex-ca-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_document_passes_between_offices_whose_keys_OpenSSL_certified_and_its_list_ends_one_of_them()
    {
        var authority = new OpenSslAuthority(Path.Combine(folder, "ca"));
        await authority.CreateAsync();
        await SetUpHubAsync(authority);
        await using var hub = await ProductProcess.ServeAsync("DocExchange.Hub", "run", "--data", Hub);
        await ImportAsync();

        await using var sender = await EnrolAsync(authority, "n1", "zf");
        await using var receiver = await EnrolAsync(authority, "n2", "a");
        var sent = await sender.SendAsync(
            new Draft
            {
                Office = "zf",
                Title = "关于外部证书的通知",
                DocumentType = "通知",
                AgencyCode = "京政发",
                Addressing = new Addressing { Main = { "a" } },
                Person = new Person { Id = "li", Name = "李四", Role = "dispatcher" },
            },
            ("通知.pdf", () => new MemoryStream(Body), Body.Length));
        await receiver.SignForAsync("a", sent.DocumentId);
        var package = Path.Combine(folder, "package.asice");
        await File.WriteAllBytesAsync(package, await receiver.SaveAsync(sent.DocumentId));

        var list = await authority.RevokeAsync(Path.Combine(folder, "ca", "n2-a.document.pem"));
        var imported = await Docex.RunAsync("hub", "import-crl", list, "--hub", Hub, "--lang", "en");
        await Eventually.TrueAsync(async () => (await receiver.Desk.GetStatusAsync(new())).Alarms.Any(alarm => alarm.Contains("test/a")), () => receiver.Process.Output);
        var (refused, why) = await Docex.TryAsync("hub", "revoke", Path.Combine(folder, "ca", "n1-tls.pem"), "--hub", Hub, "--lang", "en");
        var verified = await Docex.TryAsync("verify", package, "--trust", authority.Root, "--crl", list, "--lang", "en");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(imported, Does.Contain("1 certificates lost their place"));
            Assert.That(refused, Is.EqualTo(1));
            Assert.That(why, Does.Contain("outside authority"));
            Assert.That(verified.ExitCode, Is.Zero, verified.Output);
            Assert.That(Directory.Exists(Path.Combine(Hub, "authority")) ? Directory.GetFiles(Path.Combine(Hub, "authority"), "*issuing*") : [], Is.Empty);
        }
    }

    private async Task SetUpHubAsync(OpenSslAuthority authority)
    {
        var printed = await Docex.RunAsync(
            "hub", "init", "--data", Hub, "--exchange", "test", "--organization", "市政府办公厅", "--address", $"127.0.0.1:{FreePort.Take()}", "--enrolment", $"127.0.0.1:{FreePort.Take()}", "--external-ca", "--lang", "en");
        var (early, message) = await Docex.TryAsync("hub", "run", "--data", Hub);
        var certificates = await authority.CertifyAsync(Path.Combine(Hub, "requests", "hub"));
        await Docex.RunAsync(["hub", "certify", "--data", Hub, "--authority", authority.Root, "--certificate", .. certificates]);
        Assert.That((early, printed.Split('\n').Count(line => line.StartsWith("request ", StringComparison.Ordinal))), Is.EqualTo((1, 4)), message);
    }

    private async Task ImportAsync()
    {
        var csv = Path.Combine(folder, "offices.csv");
        await File.WriteAllTextAsync(csv, "office,zf,市人民政府,市政府,,京政发,,,,,\noffice,a,单位甲,甲,,,,,,,\n", new UTF8Encoding(false));
        await Docex.RunAsync("hub", "import", csv, "--hub", Hub);
    }

    // Requests out, certificates in, and the same enrolment again.
    private async Task<TestNode> EnrolAsync(OpenSslAuthority authority, string id, string office)
    {
        var (invitation, data) = (Path.Combine(folder, id + ".json"), Path.Combine(folder, id));
        await Docex.RunAsync("hub", "invite", "--hub", Hub, "--node", id, "--name", id, "--office", office, "--out", invitation);
        var (waiting, message) = await Docex.TryAsync("node", "enrol", "--data", data, "--invitation", invitation);
        var requests = Path.Combine(Hub, "requests", id);
        var (misnamed, why) = await Docex.TryAsync(["hub", "import-certificate", .. await authority.CertifyAsync(requests, inNamesOfRequests: true), "--hub", Hub, "--lang", "en"]);
        Assert.That(misnamed, Is.EqualTo(1));
        Assert.That(why, Does.Contain($"（test/{office}）").And.Contain("does not name"));
        await Docex.RunAsync(["hub", "import-certificate", .. await authority.CertifyAsync(requests), "--hub", Hub]);
        await Docex.RunAsync("node", "enrol", "--data", data, "--invitation", invitation);
        var node = new TestNode(id, data, [office]);
        await node.StartAsync();
        await node.WaitForDirectoryAsync();
        Assert.That((waiting, Directory.GetFiles(Path.Combine(Hub, "requests", id))), Is.EqualTo((2, Array.Empty<string>())), message);
        return node;
    }
}
