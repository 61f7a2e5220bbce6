using System.IO.Compression;
using System.Text.Json;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>A dossier from a real exchange, verified by the product and, in a folder with other people's tools only, by the script inside it.</summary>
[Platform("Linux")]
internal sealed class DossierTests
{
    private static readonly byte[] Body = "%PDF-1.4 body"u8.ToArray();

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

    private static readonly (string Step, string Pattern, Func<byte[], int> Place)[] AlterationsByHand =
    [
        ("digests", "facts.json", Middle), ("digests", "SHA256SUMS.p7s", End), ("authorities", "trust/intermediates.pem", ThirdLine), ("package", "package.asice", Middle),
        ("statements", "statements/*-SignedFor-a.p7m", End), ("statements", "statements/*-SignedFor-b.p7m", Middle), ("statements", "directories/*.xml", Middle),
        ("ledger", "entries/*.der", Middle), ("ledger", "proofs/*.txt", Middle), ("checkpoint", "ledger/checkpoint", ThirdLine), ("time-stamps", "timestamps/*.tst", End),
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
        VerifyByHand(dossier, roots, hasSm2: suite == "gm");
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

    /// <summary>By what its README.txt tells a person to type, and each step sees what was altered under it.</summary>
    private static void VerifyByHand(string dossier, string roots, bool hasSm2)
    {
        using var folder = new UnpackedDossier(dossier);
        var hand = new DossierByHand(folder, roots);
        foreach (var (name, step) in hand.Steps)
        {
            Assert.That(() => step(), Throws.Nothing, name);
        }

        // In a gm exchange the hub signs with P-256 and the offices with SM2, their packages too: only the other way to verify one is left.
        Assert.That(hand.Untyped, hasSm2 ? Has.All.Contains("-content p/META-INF") : Has.All.Contains("x.p7m").Or.Contains("sm3").Or.Contains("signer.pem"), "printed, and typed by nobody");
        foreach (var (name, pattern, place) in AlterationsByHand)
        {
            folder.CheckThatAStepFails(hand.Steps.Single(step => step.Name == name).Step, pattern, place);
        }
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
}
