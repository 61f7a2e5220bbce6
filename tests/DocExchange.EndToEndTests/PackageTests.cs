using System.Diagnostics;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>The archive of tools/package.sh, as an office without internet gets it: checked, unpacked, run.</summary>
internal sealed class PackageTests
{
    private string folder = "";
    private string archive = "";

    private string Hub => Path.Combine(folder, "hub");

    private string Program(string path) => Path.Combine(folder, "docex", path);

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("docex-package-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task The_archive_is_checked_and_unpacked_and_its_hub_runs_with_no_network_and_no_other_dotnet()
    {
        var installed = Environment.GetEnvironmentVariable("DOCEXCHANGE_INSTALLED");
        if (string.IsNullOrEmpty(installed))
        {
            Assert.Ignore("Nothing is published: DOCEXCHANGE_INSTALLED names no folder of tools/publish.sh.");
        }

        if (await ProductProcess.RunAsync(Alone("/bin/true")) is (not 0, var reason))
        {
            Assert.Ignore($"No network of one's own can be made here: {reason}");
        }

        await PackAsync(installed);
        Assert.That(await IsIntactAsync(), Is.EqualTo((true, true)), "what was made, by its SHA-256 and by its signature");
        await CheckListAsync();

        await DoAsync("tar", "-xzf", archive);
        Directory.Move(Directory.GetDirectories(folder, "docex-*").Single(), Program(""));
        await RunHubAsync();

        await File.AppendAllTextAsync(Path.Combine(folder, archive), "x");
        Assert.That(await IsIntactAsync(), Is.EqualTo((false, false)), "with a byte more");
    }

    private async Task PackAsync(string installed)
    {
        await DoAsync("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem");
        await DoAsync("openssl", "pkey", "-in", "key.pem", "-pubout", "-out", "docex.pub");
        var said = await DoAsync(Path.Combine(Repository.Folder, "tools", "package.sh"), folder, "--from", installed, "--sign-key", "key.pem");
        archive = Path.GetFileName(Directory.GetFiles(folder, "docex-*.tar.gz").Single());
        Assert.That(said, Does.Contain("Signed: " + archive + ".sig").And.Not.Contain("NOT SIGNED"));
    }

    // The two commands of the guide.
    private async Task<(bool Digest, bool Signature)> IsIntactAsync()
    {
        var (digest, _) = await ProductProcess.RunAsync(In(folder, "sha256sum", "-c", archive + ".sha256"));
        var (signature, said) = await ProductProcess.RunAsync(In(folder, "openssl", "dgst", "-sha256", "-verify", "docex.pub", "-signature", archive + ".sig", archive));
        Assert.That(said, Does.Contain(signature == 0 ? "Verified OK" : "Verification failure").IgnoreCase);
        return (digest == 0, signature == 0);
    }

    // Nothing of the machine it was made on: neither whose the files were nor when each was written.
    private async Task CheckListAsync()
    {
        var listed = (await DoAsync("tar", "--numeric-owner", "--full-time", "-tvzf", archive)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries)).ToList();
        var names = listed.Select(line => line[5].Split(" link to ")[0].Split(" -> ")[0]).ToList();
        var top = names[0];
        var guide = await DoAsync("tar", "-xzOf", archive, top + "INSTALL.md");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed.Select(line => (line[1], line[3], line[4])).Distinct().ToList(), Is.EqualTo(new[] { ("0/0", listed[0][3], listed[0][4]) }));
            Assert.That(names, Is.SupersetOf(new[] { "docex", "dotnet/LICENSE.txt", "dotnet/ThirdPartyNotices.txt", "systemd/docex-hub.service", "systemd/docex-node.service", "README.md" }.Select(name => top + name)));
            Assert.That(guide, Does.Contain($"openssl dgst -sha256 -verify docex.pub -signature {archive}.sig {archive}").And.Not.Contain("@"));
        }
    }

    private async Task RunHubAsync()
    {
        var (made, report) = await ProductProcess.RunAsync(Alone(
            Program("docex"), "hub", "init", "--data", Hub, "--exchange", "test", "--organization", "市政府办公厅", "--address", "127.0.0.1:7443", "--enrolment", "127.0.0.1:7444"));
        Assert.That(made, Is.Zero, report);

        await using var hub = await ProductProcess.ServeAsync(Alone(Program("hub/DocExchange.Hub"), "run", "--data", Hub));
        var (asked, status) = await ProductProcess.RunAsync(Alone(Program("docex"), "hub", "status", "--hub", Hub, "--lang", "en"));
        var networks = (await File.ReadAllLinesAsync($"/proc/{hub.Id}/net/dev")).Where(line => line.Contains(':')).Select(line => line.Split(':')[0].Trim()).ToList();
        var libraries = (await File.ReadAllLinesAsync($"/proc/{hub.Id}/maps")).Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(path => path.EndsWith(".dll", StringComparison.Ordinal) || path.EndsWith("/libcoreclr.so", StringComparison.Ordinal)).Distinct().ToList();
        var ended = await hub.StopAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Is.Zero, status);
            Assert.That(status, Does.Contain("test"));
            Assert.That(networks, Is.EqualTo(new[] { "lo" }));
            Assert.That(libraries, Has.Some.EndsWith("/libcoreclr.so"));
            Assert.That(libraries, Is.All.StartsWith(Program("")), "libraries of another .NET");
            Assert.That(ended, Is.Zero, hub.Output);
        }
    }

    private async Task<string> DoAsync(string program, params string[] arguments)
    {
        var (code, output) = await ProductProcess.RunAsync(In(folder, program, arguments));
        Assert.That(code, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    private static ProcessStartInfo In(string folder, string program, params string[] arguments) => new(program, arguments) { WorkingDirectory = folder };

    /// <summary>In a network that has its own loopback and nothing else, and with an environment that leads to no program and no home.</summary>
    private static ProcessStartInfo Alone(string program, params string[] arguments)
    {
        string[] own = ["--net", "--map-root-user", "/bin/sh", "-c", "PATH=/usr/sbin:/usr/bin:/sbin:/bin ip link set lo up && exec \"$0\" \"$@\"", program];
        var start = new ProcessStartInfo("unshare", own.Concat(arguments));
        start.Environment.Clear();
        start.Environment["PATH"] = start.Environment["HOME"] = "";
        return start;
    }
}
