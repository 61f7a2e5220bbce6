using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>A dossier from a real exchange, verified by the product and, in a folder with other people's tools only, by the script inside it.</summary>
[Platform("Linux")]
internal sealed class DossierTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

    // What a bare Debian has, and openssl and unzip: nothing of this product can be reached.
    private static readonly string[] Tools =
        ["sh", "openssl", "unzip", "sha256sum", "env", "date", "mktemp", "rm", "cp", "cat", "sed", "grep", "awk", "head", "tail", "tr", "sort", "diff", "cmp", "od", "base64", "csplit", "find", "ls", "wc", "dirname", "realpath", "printf", "["];

    // Where in the file: what a CMS signature covers or is lies at its end, before it certificates that nothing may rest on.
    private static readonly Func<byte[], int> Middle = bytes => bytes.Length / 2;
    private static readonly Func<byte[], int> End = bytes => bytes.Length - 1;
    private static readonly Func<byte[], int> ThirdLine = bytes => bytes.Index().Where(each => each.Item == '\n').ElementAt(1).Index + 1;

    private static readonly (string Pattern, Func<byte[], int> Place, string Finding)[] AlterationsOfSignatures =
    [
        ("statements/*-SignedFor-a.p7m", Middle, "signed and bound: statements/"), ("package.asice", Middle, "package: "),
        ("SHA256SUMS.p7s", End, "dossier: signed by the hub"), ("timestamps/*.tst", End, "time-stamp: timestamps/"),
    ];

    private static readonly (string Pattern, Func<byte[], int> Place, string Finding)[] AlterationsOfTheLedger =
    [
        ("entries/*.der", Middle, "in the ledger: "), ("proofs/*.txt", Middle, "in the ledger: "),
        ("ledger/checkpoint", ThirdLine, "ledger: "), ("directories/*.xml", Middle, "published: directories/"),
    ];

    [TestCase("intl")]
    [TestCase("gm")]
    public async Task A_saved_dossier_is_verified_by_the_product_and_by_openssl_alone(string suite)
    {
        await using var site = await SharedSites.BorrowAsync(suite);
        var document = await SendAndSignForAsync(site);
        await Docex.RunAsync("hub", "stamp", "--hub", site.HubFolder);
        var (dossier, roots) = await SaveAsync(site, document);

        var (code, output) = await Docex.TryAsync("verify", dossier, "--trust", roots, "--format", "json");
        var (openCode, open) = await Docex.TryAsync("verify", dossier, "--format", "json");
        var (_, page) = await Docex.TryAsync("verify", dossier, "--trust", roots, "--format", "html");
        var judged = JsonDocument.Parse(output).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.Zero, output);
            Assert.That(judged.GetProperty("indication").GetString(), Is.EqualTo("TOTAL_PASSED"));
            Assert.That(judged.GetProperty("dossier").GetProperty("signedFor").GetInt32(), Is.EqualTo(4));
            Assert.That(openCode, Is.EqualTo(2), open);
            Assert.That(open, Does.Contain("ANCHORS_FROM_FILE"));
            Assert.That(page, Does.Contain("statements/").And.Contain("京政发"));
        }

        using var folder = new UnpackedDossier(dossier);
        var sound = folder.Verify(roots);
        Assert.That(sound.Code, Is.Zero, sound.Output);
        Assert.That(sound.Output, Does.Contain("OK    dossier: signed by the hub").And.Contain(" 0 failed"));
        Assert.That(folder.Verify().Code, Is.Zero, "with the roots inside");
        folder.CheckThatAlterationsAreFound(roots, suite == "gm" ? AlterationsOfSignatures : AlterationsOfTheLedger);
        folder.CheckThatADroppedReceiptIsFound(roots);
        site.GiveBack();
    }

    [Test]
    public async Task A_recipients_dossier_holds_its_own_receipts_only()
    {
        await using var site = await SharedSites.BorrowAsync("intl");
        var document = await SendAndSignForAsync(site);
        var path = Path.Combine(site.Folder, document + "-c.zip");

        await Docex.RunAsync("dossier", document, "--node", site.Nodes[2].Folder, "--office", "c", "--out", path);
        var stranger = await Docex.TryAsync("dossier", document, "--node", site.Nodes[1].Folder, "--office", "c", "--out", path + ".no");

        using var zip = ZipFile.OpenRead(path);
        var receipts = zip.Entries.Select(entry => entry.FullName).Where(name => name.Contains("-SignedFor-", StringComparison.Ordinal)).ToList();
        Assert.That(receipts, Has.Count.EqualTo(1));
        Assert.That(receipts[0], Does.EndWith("-SignedFor-c.p7m"));
        Assert.That(stranger.ExitCode, Is.EqualTo(1), stranger.Output);
        Assert.That(File.Exists(path + ".no"), Is.False);
        site.GiveBack();
    }

    private static async Task<string> SendAndSignForAsync(TestSite site)
    {
        var sent = await site.General.SendAsync(TestSite.Notice("关于加强政务信息化建设的意见"), ("意见.pdf", () => new MemoryStream(Body), Body.Length));
        await site.WaitForAsync(sent.DocumentId, board => board.Summary.Delivered == 4);
        await site.SignForAllAsync(sent.DocumentId);
        await site.WaitForAsync(sent.DocumentId, board => board.Summary is { SignedFor: 4, Volume.Length: > 0 });
        return sent.DocumentId;
    }

    /// <returns>The file, and the exchange's certificates as they are known outside it.</returns>
    private static async Task<(string Dossier, string Roots)> SaveAsync(TestSite site, string document)
    {
        var dossier = Path.Combine(site.Folder, document + ".zip");
        await Docex.RunAsync("dossier", document, "--node", site.General.Folder, "--out", dossier);
        return (dossier, Path.Combine(site.HubFolder, "authority", "trust.pem"));
    }

    private sealed class UnpackedDossier : IDisposable
    {
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

        private string Folder => Path.Combine(root, "d");

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

        public void Dispose() => Directory.Delete(root, recursive: true);

        private void FitDigests()
        {
            var sums = Path.Combine(Folder, "SHA256SUMS");
            File.WriteAllLines(sums, File.ReadAllLines(sums).Where(line => File.Exists(Path.Combine(Folder, line[66..]))));
        }

        private (int Code, string Output) Run(string tool, IEnumerable<string> arguments)
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
    }
}
