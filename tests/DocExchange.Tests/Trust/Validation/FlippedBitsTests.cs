using System.Text;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>
/// A package that is signed and sealed, and then one bit of it is another. Seals are SM2 in both suites, as GB/T 38540
/// demands; the issuer's signature is of the suite.
/// </summary>
[TestFixture(Suite.Intl)]
[TestFixture(Suite.Gm)]
public sealed class FlippedBitsTests(Suite suite)
{
    // Bits from one flip to the next: primes, so that each of the eight bits of a byte has its turn. Most flips of the file
    // the reader refuses for the CRC, which takes a tenth of the time.
    private const int FileStride = 7;
    private const int EntryStride = 61;

    private static readonly DateTimeOffset At = SealWorld.Sealed.AddMinutes(5);
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddYears(10);

    private byte[] package = [];
    private PackageValidator validator = null!;

    [OneTimeSetUp]
    public async Task SignAndSealAsync()
    {
        using var world = new SealWorld();
        using var root = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("测试根二", null, null), Start, End);
        using var issuer = suite == Suite.Gm ? world.Key("北京市人民政府", CertificateProfile.DocumentSigning, Start, End) : Certify(root);
        var definition = world.Definition() with { Picture = new SealPicture("svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), 45, 45) };
        var seal = await SealMaker.MakeAsync(definition, world.Maker, CancellationToken.None);
        IReadOnlyList<PackagePart> parts =
        [
            PackagePart.Metadata("<metadata/>"u8.ToArray()),
            PackagePart.Body("意见.pdf", () => new MemoryStream("%PDF-1.7 body"u8.ToArray())),
            PackagePart.Attachment(1, "附件.txt", () => new MemoryStream("list"u8.ToArray())),
        ];
        var manifest = await PackageManifest.CreateAsync(parts, withSm3: true, CancellationToken.None);
        var signature = await CmsSigner.SignAsync(manifest.Bytes, issuer, SealWorld.Sealed, CmsForm.Detached, CancellationToken.None);
        var applied = await SealApplication.ApplyAsync(seal, world.Holder, manifest.Bytes, EntryNames.Manifest, SealWorld.Sealed, CancellationToken.None);
        using var output = new MemoryStream();
        await PackageWriter.WriteAsync(output, manifest, parts, signature, [applied], CancellationToken.None);
        package = output.ToArray();
        var trust = TrustStore.Of([.. world.Trust.Anchors, root.Certificate], [.. world.Trust.RevocationLists, root.IssueRevocationList([], Start, End, 1)]);
        validator = new PackageValidator(trust, ValidationPolicy.Strict, PackageLimits.Default);
    }

    [SetUp]
    public async Task Passes_before_a_bit_is_flipped()
    {
        var verdict = await JudgeAsync(package);
        Assert.That((verdict.Verdict.Indication, verdict.Issuers.Count(), verdict.Seals.Count), Is.EqualTo((Indication.TotalPassed, 1, 1)));
    }

    // Nobody signed how the signature is wrapped, nor what stands around it.
    [Test]
    public async Task A_signature_in_armour_is_none_of_a_package()
    {
        var entries = await RawZip.EntriesAsync(package);
        var signature = entries.Single(entry => entry.Name == "META-INF/signature.p7s");
        var base64 = Convert.ToBase64String(signature.Data);
        using (Assert.EnterMultipleScope())
        {
            foreach (var text in new[] { $"x\n-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n", $"-----BEGIN CMS-----\n{base64}\n-----END CMS-----\n", base64 })
            {
                var armoured = entries.Select(entry => entry == signature ? entry with { Data = Encoding.ASCII.GetBytes(text) } : entry);
                var verdict = (await JudgeAsync(RawZip.Write([.. armoured]))).Verdict;
                Assert.That((verdict.Indication, verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, (SubIndication?)SubIndication.FormatFailure)));
            }
        }
    }

    [Test]
    public Task No_flipped_bit_of_the_file_passes() => FlipFileAsync(FileStride);

    [Test]
    public Task No_flipped_bit_of_an_entry_passes_though_its_CRC_was_repaired() => FlipEntriesAsync(EntryStride);

    [Test]
    [Explicit("Every bit, for some minutes.")]
    public async Task Not_one_flipped_bit_passes()
    {
        await FlipFileAsync(1);
        await FlipEntriesAsync(1);
    }

    private async Task FlipFileAsync(int stride)
    {
        var altered = package.ToArray();
        var unnoticed = await FlipAsync(altered, stride, () => altered, "the file");

        Assert.That(unnoticed, Is.Empty);
        Assert.That(altered, Is.EqualTo(package), "Each bit was flipped alone.");
    }

    private async Task FlipEntriesAsync(int stride)
    {
        var entries = await RawZip.EntriesAsync(package);
        Assert.That(RawZip.Write(entries), Is.EqualTo(package), "The second writer makes the same package.");

        var unnoticed = new List<string>();
        foreach (var entry in entries)
        {
            unnoticed.AddRange(await FlipAsync(entry.Data, stride, () => RawZip.Write(entries), entry.Name));
        }

        Assert.That(unnoticed, Is.Empty);
    }

    /// <returns>The bits whose flip passes. Where the reader refuses the container, the verdict says so.</returns>
    private async Task<List<string>> FlipAsync(byte[] bytes, int stride, Func<byte[]> whole, string name)
    {
        var unnoticed = new List<string>();
        for (var bit = 0; bit < bytes.Length * 8; bit += stride)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            if ((await JudgeAsync(whole())).Verdict.Indication == Indication.TotalPassed)
            {
                unnoticed.Add($"bit {bit % 8} of byte {bit / 8} of {name}");
            }

            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        return unnoticed;
    }

    private Task<PackageVerdict> JudgeAsync(byte[] bytes) => validator.ValidateAsync(new MemoryStream(bytes, writable: false), At, CancellationToken.None);

    private static ISigningKey Certify(CertificateAuthority root)
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName("北京市人民政府", "北京市人民政府", null);
        return pair.Certified(root.Issue(pair.CreateRequest(subject), CertificateProfile.DocumentSigning, subject, null, Start, End), []);
    }
}
