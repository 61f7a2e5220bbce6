using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>What the whole verdict says of a package whose signature and seal are good and whose container is not.</summary>
public sealed class HostileContainerTests
{
    private const string SignaturePath = "META-INF/signature.p7s";
    private const string SealPath = "META-INF/seal-1.ses";

    private static readonly DateTimeOffset At = SealWorld.Sealed.AddMinutes(5);
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private SealWorld world = null!;
    private byte[] package = [];

    [OneTimeSetUp]
    public async Task PackAsync()
    {
        world = new SealWorld();
        using var issuer = world.Key("北京市人民政府", CertificateProfile.DocumentSigning, Start, Start.AddYears(10));
        var definition = world.Definition() with { Picture = new SealPicture("svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), 45, 45) };
        var seal = await SealMaker.MakeAsync(definition, world.Maker, CancellationToken.None);
        IReadOnlyList<PackagePart> parts = [PackagePart.Metadata("<metadata/>"u8.ToArray()), PackagePart.Body("意见.pdf", () => new MemoryStream("%PDF-1.7 body"u8.ToArray()))];
        var manifest = await PackageManifest.CreateAsync(parts, withSm3: true, CancellationToken.None);
        var signature = await CmsSigner.SignAsync(manifest.Bytes, issuer, SealWorld.Sealed, CmsForm.Detached, CancellationToken.None);
        var applied = await SealApplication.ApplyAsync(seal, world.Holder, manifest.Bytes, EntryNames.Manifest, SealWorld.Sealed, CancellationToken.None);
        using var output = new MemoryStream();
        await PackageWriter.WriteAsync(output, manifest, parts, signature, [applied], CancellationToken.None);
        package = output.ToArray();
    }

    [OneTimeTearDown]
    public void Close() => world.Dispose();

    [TestCase("../../etc/cron.d/x", PackageFaults.EntryName, TestName = "A_name_that_climbs_out_of_the_folder")]
    [TestCase("/etc/cron.d/x", PackageFaults.EntryName, TestName = "An_absolute_name")]
    [TestCase("body/意见.pdf", PackageFaults.EntryDuplicate, TestName = "A_name_twice")]
    [TestCase("body/另一份.pdf", PackageFaults.EntryDuplicate, TestName = "A_second_body")]
    public async Task Entry_more(string name, string code)
    {
        var entries = await RawZip.EntriesAsync(package);
        entries.Insert(entries.FindIndex(entry => entry.Name.StartsWith("body/", StringComparison.Ordinal)) + 1, new RawEntry(name, "%PDF-1.7 other"u8.ToArray()));

        await RefusedAsync(entries, code);
    }

    [Test]
    public Task A_symbolic_link() => RefusedAsync(entry => entry with { ExternalAttributes = 0xA1FF0000 }, PackageFaults.ZipNotCanonical);

    [Test]
    public Task A_decompression_bomb() => RefusedAsync(entry => entry with { Method = 8, DeclaredSize = uint.MaxValue }, PackageFaults.SizeLimit);

    [Test]
    public Task A_compressed_entry() => RefusedAsync(entry => entry with { Method = 8 }, PackageFaults.ZipNotCanonical);

    [Test]
    public async Task An_altered_part_is_a_hash_failure_and_not_a_format_failure()
    {
        var entries = await RawZip.EntriesAsync(package);
        var body = entries.FindIndex(entry => entry.Name.StartsWith("body/", StringComparison.Ordinal));
        entries[body] = entries[body] with { Data = "%PDF-1.7 lies"u8.ToArray() };

        var verdict = await JudgeAsync(RawZip.Write(entries));

        Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
    }

    [Test]
    public async Task No_flipped_bit_of_signature_seal_or_manifest_passes_though_the_CRC_was_repaired()
    {
        var entries = await RawZip.EntriesAsync(package);
        Assert.That((await JudgeAsync(RawZip.Write(entries))).Faults, Is.Empty);

        // Every third byte of each, another of its bits each time: each part is flipped bit by bit in tests of its own.
        var unnoticed = new List<string>();
        foreach (var part in entries.Where(entry => entry.Name is SignaturePath or SealPath or EntryNames.Manifest))
        {
            for (var bit = 0; bit < part.Data.Length * 8; bit += 23)
            {
                part.Data[bit / 8] ^= (byte)(1 << (bit % 8));
                if ((await JudgeAsync(RawZip.Write(entries))).Indication == Indication.TotalPassed)
                {
                    unnoticed.Add($"bit {bit} of {part.Name}");
                }

                part.Data[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.That(unnoticed, Is.Empty);
    }

    private async Task RefusedAsync(Func<RawEntry, RawEntry> alter, string code)
    {
        var entries = await RawZip.EntriesAsync(package);
        var body = entries.FindIndex(entry => entry.Name.StartsWith("body/", StringComparison.Ordinal));
        entries[body] = alter(entries[body]);
        await RefusedAsync(entries, code);
    }

    private async Task RefusedAsync(List<RawEntry> entries, string code)
    {
        var verdict = await JudgeAsync(RawZip.Write(entries));

        Assert.That(
            verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
            Is.EqualTo(new[] { (code, Indication.TotalFailed, SubIndication.FormatFailure) }));
    }

    private async Task<Verdict> JudgeAsync(byte[] bytes) => (await FileVerifier.VerifyAsync(
        new MemoryStream(bytes, writable: false), null, new FileDemands(world.Trust, ValidationPolicy.Strict, PackageLimits.Default, At), CancellationToken.None)).Verdict;
}
