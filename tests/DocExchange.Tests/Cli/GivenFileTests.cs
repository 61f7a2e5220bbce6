using System.Globalization;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using DocExchange.Cli;
using DocExchange.Cli.Verifying;
using DocExchange.Core.Operating;

namespace DocExchange.Tests.Cli;

/// <summary>Files that are none: pipes, devices, and folders of trust with something else in them.</summary>
internal sealed class GivenFileTests
{
    [Test]
    public async Task Judges_what_comes_through_a_pipe()
    {
        var signature = await SampleFiles.SignatureAsync("office-rsa");
        using var given = new Pipe(await File.ReadAllBytesAsync(signature));
        using var content = new Pipe(await File.ReadAllBytesAsync(SampleFiles.In("content.txt")));
        using var trust = new Pipe(await File.ReadAllBytesAsync(SampleFiles.Trust));
        using var lists = new Pipe(await File.ReadAllBytesAsync(SampleFiles.Lists));
        var temporary = TemporaryFolders();

        var judged = await CommandLine.RunAsync("verify", given.Path, "--content", content.Path, "--trust", trust.Path, "--crl", lists.Path, "--format", "json");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.ExitCode, Is.EqualTo(ExitCode.Ok), judged.Output + judged.Error);
            Assert.That(judged.Json.GetProperty("file").GetString(), Is.EqualTo(given.Path));
            Assert.That(judged.Json.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(signature)))));
            Assert.That(TemporaryFolders().Except(temporary), Is.Empty, "what was kept of it is gone");
        }
    }

    [Test]
    public async Task Checks_a_certificate_that_comes_through_a_pipe()
    {
        using var given = new Pipe(await File.ReadAllBytesAsync(SampleFiles.In("certs/office-rsa.pem")));
        using var trust = new Pipe(await File.ReadAllBytesAsync(SampleFiles.Trust));
        var judged = await CommandLine.RunAsync("cert", "check", given.Path, "--trust", trust.Path, "--no-revocation", "--format", "json");
        Assert.That(judged.ExitCode, Is.EqualTo(ExitCode.Ok), judged.Output + judged.Error);
    }

    [TestCase("--crl", "FILE_LIMIT", ExitCode.Indeterminate)]
    [TestCase("--intermediate", "FILE_LIMIT", ExitCode.Indeterminate)]
    [TestCase("--trust", "TOO_LARGE", ExitCode.Failed)]
    [TestCase("--policy-file", "TOO_LARGE", ExitCode.Failed)]
    public async Task Reads_no_more_of_a_device_than_of_a_file(string option, string code, int exitCode)
    {
        var signature = await SampleFiles.SignatureAsync("office-rsa");
        var judged = await CommandLine.RunAsync(
            "verify", signature, "--content", SampleFiles.In("content.txt"), "--trust", SampleFiles.Trust, "--crl", SampleFiles.Lists, option, "/dev/zero", "--format", "json");
        Assert.That((judged.ExitCode, (judged.Output + judged.Error).Contains(code, StringComparison.Ordinal)), Is.EqualTo((exitCode, true)), judged.Output + judged.Error);
    }

    [Test]
    public void Takes_no_more_of_a_device_than_is_said()
    {
        var temporary = TemporaryFolders();
        Assert.That(() => GivenFile.Open("/dev/zero", most: 100_000), Throws.InstanceOf<FailedException>().With.Message.Contains("100000"));
        using (var empty = GivenFile.Open("/dev/null"))
        {
            Assert.That(new FileInfo(empty.Path).Length, Is.Zero);
        }

        Assert.That(TemporaryFolders().Except(temporary), Is.Empty);
    }

    [TestCase("/dev/zero", PathKind.Stream)]
    [TestCase("/dev", PathKind.Folder)]
    [TestCase("/proc/self/status", PathKind.File)]
    [TestCase("/nowhere", PathKind.Nothing)]
    public void Tells_what_stands_at_a_path(string path, PathKind kind) => Assert.That(PathKinds.Of(path), Is.EqualTo(kind));

    [Test]
    public async Task A_socket_is_no_file_by_itself_and_is_left_out_in_a_folder()
    {
        var folder = Directory.CreateTempSubdirectory("docex-socket-").FullName;
        try
        {
            File.Copy(SampleFiles.Trust, Path.Combine(folder, "a.pem"));
            var path = Path.Combine(folder, "b.pem");
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.CreateSymbolicLink(Path.Combine(folder, "zero.pem"), "/dev/zero");
            var signature = await SampleFiles.SignatureAsync("office-rsa");
            string[] verify = ["verify", signature, "--content", SampleFiles.In("content.txt"), "--crl", SampleFiles.Lists, "--format", "json"];

            var inFolder = await CommandLine.RunAsync([.. verify, "--trust", folder]);
            var named = await CommandLine.RunAsync([.. verify, "--trust", SampleFiles.Trust, "--trust", path]);
            var judged = await CommandLine.RunAsync("verify", path, "--format", "json");
            var policy = await CommandLine.RunAsync([.. verify, "--policy-file", path]);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(PathKinds.Of(path), Is.EqualTo(PathKind.Other));
                Assert.That(inFolder.ExitCode, Is.EqualTo(ExitCode.Ok), inFolder.Output + inFolder.Error);
                Assert.That(inFolder.Output, Does.Contain("FILE_NOT_USED").And.Contain("b.pem").And.Contain("zero.pem"));
                Assert.That(new[] { named, judged, policy }.Select(run => (run.ExitCode, run.Json.GetProperty("error").GetString())), Is.All.EqualTo((ExitCode.Failed, "NOT_A_FILE")));
                Assert.That(() => Chunks.Require(path), Throws.InstanceOf<FailedException>().With.Property(nameof(FailedException.Reason)).EqualTo("NOT_A_FILE"));
                Assert.That(() => Chunks.Require("/dev/zero"), Throws.InstanceOf<FailedException>().With.Property(nameof(FailedException.Reason)).EqualTo("NOT_A_FILE"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task A_file_that_is_missing_is_told_from_one_that_is_too_large_and_from_a_folder()
    {
        using var folder = new DocExchange.Tests.Durability.TemporaryFolder();
        var large = folder.Under("offices.csv");
        await File.WriteAllBytesAsync(large, new byte[10]);
        Assert.That(Encoding.UTF8.GetString(BoundedFile.Read("/proc/self/status", 1 << 20)), Does.Contain("Name:"), "a file that states no size");

        (string Path, string Reason, string Says)[] files = [(folder.Under("none.csv"), "NOT_FOUND", "没有文件"), (large, "TOO_LARGE", "超过 9 B"), (folder.Path, "NOT_A_FILE", "是目录")];
        foreach (var (path, reason, says) in files)
        {
            Assert.That(() => BoundedFile.Read(path, 9), Throws.InstanceOf<FailedException>().With.Property(nameof(FailedException.Reason)).EqualTo(reason).And.Message.Contains(says).And.Message.Contains(path));
        }
    }

    [Test]
    public async Task Reads_as_much_as_is_wanted_and_no_more()
    {
        var path = SampleFiles.In("ten.bin");
        await File.WriteAllBytesAsync(path, new byte[10]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BoundedFile.TryRead(path, 10), Has.Length.EqualTo(10));
            Assert.That(BoundedFile.TryRead(path, 9), Is.Null);
            foreach (var size in new[] { 0, 1, 65_535, 65_536, 65_537, 200_000 })
            {
                using var enough = new MemoryStream();
                using var less = new MemoryStream();
                Assert.That(BoundedFile.CopyTo(enough, new MemoryStream(new byte[size]), size), Is.True);
                Assert.That(enough.Length, Is.EqualTo(size));
                Assert.That(size == 0 || !BoundedFile.CopyTo(less, new MemoryStream(new byte[size]), size - 1), Is.True);
                Assert.That(less.Length, Is.EqualTo(Math.Max(0, size - 1)));
            }
        }
    }

    [TestCase("broken.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", ExitCode.Ok)]
    [TestCase("broken.crt", "\u0030\u0003\u0030\u0001\u00A0", ExitCode.Ok)]
    [TestCase("notes.der", "no certificate", ExitCode.Ok)]
    [TestCase("broken.crl", "\u0030\u0003\u0030\u0001\u0002", ExitCode.Indeterminate)]
    [TestCase("lists.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n", ExitCode.Indeterminate)]
    public async Task Leaves_out_what_is_bad_in_a_folder_of_trust_and_names_it(string name, string text, int exitCode)
    {
        var folder = Directory.CreateDirectory(SampleFiles.In("trusted-" + name)).FullName;
        File.Copy(SampleFiles.Trust, Path.Combine(folder, "a.pem"), overwrite: true);
        var bad = Path.Combine(folder, name);
        await File.WriteAllBytesAsync(bad, Encoding.Latin1.GetBytes(text));
        var signature = await SampleFiles.SignatureAsync("office-rsa");
        string[] verify = ["verify", signature, "--content", SampleFiles.In("content.txt"), "--crl", SampleFiles.Lists, "--format", "json"];

        var inFolder = await CommandLine.RunAsync([.. verify, "--trust", folder]);
        var alone = await CommandLine.RunAsync([.. verify, "--trust", SampleFiles.Trust, "--trust", bad]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((inFolder.ExitCode, inFolder.Output.Contains("FILE_NOT_USED", StringComparison.Ordinal), inFolder.Output.Contains(name, StringComparison.Ordinal)), Is.EqualTo((exitCode, true, true)), inFolder.Output + inFolder.Error);
            Assert.That((alone.ExitCode, (alone.Output + alone.Error).Contains("FORMAT_FAILURE", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Failed, true)), alone.Output + alone.Error);
        }
    }

    private static string[] TemporaryFolders() => Directory.GetDirectories(Path.GetTempPath(), "docex-given-*");

    /// <summary>What a shell hands over with <c>&lt;(…)</c>; small enough to be written before anybody reads.</summary>
    private sealed class Pipe : IDisposable
    {
        private readonly AnonymousPipeServerStream end = new(PipeDirection.In, HandleInheritability.None);

        public Pipe(byte[] content)
        {
            using var writer = new AnonymousPipeClientStream(PipeDirection.Out, end.ClientSafePipeHandle);
            writer.Write(content);
        }

        public string Path => "/proc/self/fd/" + end.SafePipeHandle.DangerousGetHandle().ToInt64().ToString(CultureInfo.InvariantCulture);

        public void Dispose() => end.Dispose();
    }
}
