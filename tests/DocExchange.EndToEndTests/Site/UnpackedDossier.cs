using System.Diagnostics;
using System.Text;

namespace DocExchange.EndToEndTests.Site;

/// <summary>A dossier in a folder with other people's tools only: what a bare Debian has, openssl and unzip. Nothing of this product can be reached.</summary>
internal sealed class UnpackedDossier : IDisposable
{
    private static readonly string[] Tools =
        ["sh", "openssl", "unzip", "sha256sum", "env", "date", "mktemp", "rm", "cp", "cat", "sed", "grep", "awk", "head", "tail", "tr", "sort", "diff", "cmp", "od", "base64", "csplit", "find", "ls", "wc", "dirname", "realpath", "printf", "["];

    private readonly string root = Directory.CreateTempSubdirectory("docex-dossier-").FullName;

    public UnpackedDossier(string dossier)
    {
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        foreach (var tool in Tools)
        {
            var place = new[] { "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
            Assert.That(place, Is.Not.Null, $"This machine has no {tool}.");
            File.CreateSymbolicLink(Path.Combine(root, "bin", tool), place!);
        }

        var unpacked = Run("unzip", ["-q", dossier, "-d", Folder]);
        Assert.That(unpacked.Code, Is.Zero, unpacked.Output);
    }

    public string Folder => Path.Combine(root, "d");

    /// <summary>The first file of this pattern.</summary>
    private string PathOf(string pattern)
    {
        var parts = pattern.Split('/');
        return Directory.EnumerateFiles(Path.Combine([Folder, .. parts[..^1]]), parts[^1]).Order(StringComparer.Ordinal).First();
    }

    public (int Code, string Output) Verify(params string[] roots) => Run("sh", [Path.Combine(Folder, "verify.sh"), .. roots]);

    /// <summary>One run finds each of them: what is altered is named, and the rest is judged all the same.</summary>
    public void CheckThatAlterationsAreFound(string roots, IReadOnlyList<(string Pattern, Func<byte[], int> Place, string Finding)> alterations)
    {
        var sound = alterations.Select(each => PathOf(each.Pattern)).ToDictionary(path => path, File.ReadAllBytes);
        foreach (var (pattern, place, _) in alterations)
        {
            byte[] bytes = [.. sound[PathOf(pattern)]];
            bytes[place(bytes)] ^= 1;
            File.WriteAllBytes(PathOf(pattern), bytes);
        }

        var altered = Verify(roots);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(altered.Code, Is.EqualTo(1), altered.Output);
            Assert.That(altered.Output, Does.Contain("FAIL  digests: every file"));
            foreach (var (pattern, _, finding) in alterations)
            {
                Assert.That(altered.Output, Does.Contain("FAIL  " + finding), $"{pattern} was altered");
            }
        }

        foreach (var (path, bytes) in sound)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    public void CheckThatADroppedReceiptIsFound(string roots)
    {
        var receipt = Directory.EnumerateFiles(Folder, "*-SignedFor-b.p7m", SearchOption.AllDirectories).Single();
        File.Delete(receipt);
        FitDigests();
        var dropped = Verify(roots);
        Assert.That(dropped.Code, Is.Not.Zero, "a receipt was dropped");
        Assert.That(dropped.Output, Does.Contain("FAIL  dossier: signed by the hub"));
    }

    /// <summary>A step of README.txt sees that a file of this pattern was altered.</summary>
    public void CheckThatAStepFails(Action step, string pattern, Func<byte[], int> place)
    {
        var path = PathOf(pattern);
        var sound = File.ReadAllBytes(path);
        byte[] bytes = [.. sound];
        bytes[place(bytes)] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.That(() => step(), Throws.TypeOf<StepFailedException>(), $"{pattern} was altered");
        File.WriteAllBytes(path, sound);
    }

    public (int Code, string Output) Run(string tool, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(root, "bin", tool), arguments)
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Path.Combine(root, "bin");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void FitDigests()
    {
        var sums = Path.Combine(Folder, "SHA256SUMS");
        File.WriteAllLines(sums, File.ReadAllLines(sums).Where(line => File.Exists(Path.Combine(Folder, line[66..]))));
    }
}
