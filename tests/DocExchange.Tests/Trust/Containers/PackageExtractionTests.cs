using System.Diagnostics;
using System.Security.Cryptography;
using DocExchange.Trust.Containers;

namespace DocExchange.Tests.Trust.Containers;

public sealed class PackageExtractionTests
{
    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("docexchange-package-");

    [TearDown]
    public void RemoveFolder() => folder.Delete(recursive: true);

    [Test]
    public async Task Extracts_every_entry_into_a_new_folder()
    {
        using var reader = await SamplePackage.OpenAsync(await SamplePackage.BytesAsync());
        var target = Path.Combine(folder.FullName, "new", "folder");

        await reader.ExtractAsync(target, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(FilesIn(target), Is.EquivalentTo(reader.AllEntries.Select(located => located.Entry.Path)));
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(target, reader.Body.Path)), Is.EqualTo(SamplePackage.Body));
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(target, "META-INF/signature.p7s")), Is.EqualTo(SamplePackage.Signature));
        }
    }

    [Test]
    public async Task Overwrites_nothing_and_follows_no_link()
    {
        using var reader = await SamplePackage.OpenAsync(await SamplePackage.BytesAsync());
        var used = folder.CreateSubdirectory("used");
        await File.WriteAllTextAsync(Path.Combine(used.FullName, "metadata.xml"), "mine");
        var elsewhere = folder.CreateSubdirectory("elsewhere");
        var link = Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "link"), elsewhere.FullName);
        var inner = folder.CreateSubdirectory("inner");
        Directory.CreateSymbolicLink(Path.Combine(inner.FullName, "body"), elsewhere.FullName);
        var file = Path.Combine(used.FullName, "metadata.xml");

        foreach (var target in new[] { used.FullName, link.FullName, inner.FullName, file })
        {
            var fault = await Assert.ThrowsAsync<PackageFormatException>(() => reader.ExtractAsync(target, CancellationToken.None));
            Assert.That(fault!.Code, Is.EqualTo(PackageFaults.FolderNotEmpty), target);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("mine"));
            Assert.That(elsewhere.EnumerateFileSystemInfos(), Is.Empty);
        }
    }

    [Test]
    public async Task Leaves_nothing_of_an_altered_package([Values] bool folderExists)
    {
        var package = await SamplePackage.BytesAsync();
        package[package.AsSpan().IndexOf(SamplePackage.Body)] ^= 1;
        using var reader = await SamplePackage.OpenAsync(package);
        var target = Path.Combine(folder.FullName, "target");
        if (folderExists)
        {
            Directory.CreateDirectory(target);
        }

        var fault = await Assert.ThrowsAsync<PackageFormatException>(() => reader.ExtractAsync(target, CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault!.Code, Is.EqualTo(PackageFaults.PartAltered));
            Assert.That(Directory.Exists(target), Is.EqualTo(folderExists));
            Assert.That(folder.EnumerateFiles("*", SearchOption.AllDirectories), Is.Empty);
        }
    }

    [Test]
    public async Task Unzip_finds_no_fault_and_extracts_the_same_bytes()
    {
        var package = await SamplePackage.BytesAsync(seals: 2);
        var file = Path.Combine(folder.FullName, "sample.asice");
        await File.WriteAllBytesAsync(file, package);
        using var reader = await SamplePackage.OpenAsync(package);
        var target = Path.Combine(folder.FullName, "extracted");

        var test = await RunAsync("unzip", "-t", file);
        await RunAsync("unzip", "-q", file, "-d", target);
        var sums = await RunAsync("sha256sum", [.. reader.Manifest.Entries.Select(entry => Path.Combine(target, entry.Path))]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(test, Does.Contain("No errors detected"));
            Assert.That(FilesIn(target), Is.EquivalentTo(reader.AllEntries.Select(located => located.Entry.Path)));
            Assert.That(sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..64]), Is.EqualTo(reader.Manifest.Entries.Select(entry => entry.Sha256.ToString())));
        }
    }

    [Test]
    public async Task The_runtime_s_own_ZIP_reader_sees_the_same_entries()
    {
        var package = await SamplePackage.BytesAsync();
        using var reader = await SamplePackage.OpenAsync(package);
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(package));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EqualTo(reader.AllEntries.Select(located => located.Entry.Path)));
            foreach (var (listed, entry) in reader.Manifest.Entries.Zip(zip.Entries.Skip(1)))
            {
                await using var content = await entry.OpenAsync();
                Assert.That(await SHA256.HashDataAsync(content), Is.EqualTo(listed.Sha256.ToArray()), listed.Path);
            }
        }
    }

    private static IEnumerable<string> FilesIn(string target) =>
        Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(target, path).Replace('\\', '/'));

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new AssertionException($"'{program}' is needed for this test and not installed; tools/test.sh installs it.", fault);
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero, output + await errors);
            return output;
        }
    }
}
