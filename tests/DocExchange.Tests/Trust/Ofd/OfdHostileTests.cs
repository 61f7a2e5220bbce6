using System.Text;
using CsCheck;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>ZIP and XML made to harm: refused with a code, never an exception, never an expansion beyond the limits.</summary>
public sealed class OfdHostileTests
{
    private SealWorld world = null!;
    private Dictionary<string, byte[]> parts = null!;
    private byte[] zip = null!;

    [OneTimeSetUp]
    public async Task CreateWorld()
    {
        world = new SealWorld();
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        zip = maker.Zip();
        parts = maker.Parts;
    }

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public async Task Refuses_two_entries_of_one_name()
    {
        var twice = RawZip.Write([.. parts.Select(part => new RawEntry(part.Key, part.Value)), new RawEntry("Doc_0\\Document.xml", "<a/>"u8.ToArray())]);

        Expect(await OfdVendorTests.VerifyAsync(twice, world.Trust), "OFD_DUPLICATE_ENTRY");
    }

    [TestCase("../OFD.xml")]
    [TestCase("Doc_0/../../x")]
    [TestCase("a\0b")]
    public async Task Refuses_names_that_lead_out(string name) =>
        Expect(await OfdVendorTests.VerifyAsync(RawZip.Write([new RawEntry("OFD.xml", "<a/>"u8.ToArray()), new RawEntry(name, [1])]), world.Trust), "OFD_NAME");

    // Info-ZIP makes links for other makers than Unix (3) too.
    [TestCase(3)]
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(16)]
    public async Task Refuses_a_link(int host) =>
        Expect(await OfdVendorTests.VerifyAsync(RawZip.Write([new RawEntry("OFD.xml", "/etc/passwd"u8.ToArray()) { MadeBy = (ushort)((host << 8) | 10), ExternalAttributes = 0xA1FF0000 }]), world.Trust), "OFD_LINK");

    [Test]
    public async Task Refuses_more_than_its_limits_allow()
    {
        var limits = OfdLimits.Default;
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(limits with { MaxEntries = 3 }, "OFD_TOO_MANY_ENTRIES");
            await ExpectAsync(limits with { MaxFileSize = 1000 }, "OFD_TOO_LARGE");
            await ExpectAsync(limits with { MaxEntrySize = 10 }, "OFD_TOO_LARGE");
            await ExpectAsync(limits with { MaxTotalSize = 500 }, "OFD_TOO_LARGE");
            await ExpectAsync(limits with { MaxDirectorySize = 100 }, "OFD_TOO_LARGE");
            await ExpectAsync(limits with { MaxNameLength = 8 }, "OFD_NAME");
            await ExpectAsync(limits with { MaxXmlSize = 50 }, "OFD_TOO_LARGE");
            await ExpectAsync(limits with { MaxXmlDepth = 1 }, "OFD_XML");
            await ExpectAsync(limits with { MaxReferences = 2 }, "OFD_TOO_MANY_REFERENCES");
            await ExpectAsync(limits with { MaxSignatureSize = 100 }, "OFD_TOO_LARGE");
            await ExpectAsync(limits with { MaxSignatures = 0 }, "OFD_TOO_MANY_SIGNATURES");
        }
    }

    [Test]
    [NonParallelizable]
    public async Task Unpacks_no_bomb()
    {
        var bomb = new Dictionary<string, byte[]>(parts) { ["Doc_0/Pages/Page_0/Content.xml"] = new byte[64 * 1024 * 1024] };
        var before = GC.GetTotalAllocatedBytes(precise: true);

        Expect(await OfdVendorTests.VerifyAsync(OfdMaker.Pack(bomb), world.Trust, OfdLimits.Default with { MaxRatio = 100 }), "OFD_RATIO");
        Expect(await OfdVendorTests.VerifyAsync(OfdMaker.Pack(bomb), world.Trust, OfdLimits.Default with { MaxRatio = 5000 }), "OFD_PART_ALTERED");
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(48 * 1024 * 1024));
    }

    [Test]
    public async Task Unpacks_no_more_than_the_directory_says()
    {
        var file = zip.ToArray();
        var at = DirectoryEntry(file, "Doc_0/Pages/Page_0/Content.xml");
        BitConverter.TryWriteBytes(file.AsSpan(at + 24), 5u);

        Expect(await OfdVendorTests.VerifyAsync(file, world.Trust), "OFD_PART_ALTERED");
    }

    [TestCase("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>")]
    [TestCase("<!DOCTYPE a [<!ENTITY x \"1\">]><a>&x;</a>")]
    public async Task Reads_no_document_type(string xml)
    {
        foreach (var path in new[] { "OFD.xml", OfdMaker.List, "Doc_0/Signs/Sign_0/Signature.xml" })
        {
            var judged = await OfdVendorTests.VerifyAsync(OfdMaker.Pack(new Dictionary<string, byte[]>(parts) { [path] = Encoding.UTF8.GetBytes(xml) }), world.Trust);
            Assert.That(Codes(judged), Does.Contain("OFD_XML"));
            Assert.That(judged.Verdict.Indication, Is.EqualTo(path == OfdMaker.List ? Indication.Indeterminate : Indication.TotalFailed));
        }
    }

    [Test]
    public void Gives_a_verdict_on_any_alteration_of_a_file_and_passes_none()
    {
        Gen.Select(Gen.Int[0, zip.Length - 1], Gen.Int[0, 6], Gen.Byte.Array[0, 6]).Array[1, 3].Sample(
            changes =>
            {
                var altered = changes.Aggregate(zip, Alter);
                var judged = OfdVendorTests.VerifyAsync(altered, world.Trust).GetAwaiter().GetResult();

                // ZIP dates and the like are outside everything that is protected.
                return judged.Verdict.Indication != Indication.TotalPassed || judged.Signatures[0].Integrity == SignatureIntegrity.Intact;
            },
            iter: 1500);
    }

    [TestCase("OFD.xml")]
    [TestCase(OfdMaker.List)]
    [TestCase("Doc_0/Signs/Sign_0/Signature.xml")]
    [TestCase("Doc_0/Signs/Sign_0/SignedValue.dat")]
    [TestCase("Doc_0/Signs/Sign_0/Seal.esl")]
    public void Gives_a_verdict_on_any_alteration_of_a_part(string path)
    {
        var original = parts[path];
        Gen.Select(Gen.Int[0, original.Length - 1], Gen.Int[0, 4], Gen.Byte.Array[0, 6]).Array[1, 3].Sample(
            changes =>
            {
                var altered = changes.Aggregate(original, Alter);
                var judged = OfdVendorTests.VerifyAsync(OfdMaker.Pack(new Dictionary<string, byte[]>(parts) { [path] = altered }), world.Trust).GetAwaiter().GetResult();
                return altered.AsSpan().SequenceEqual(original) || path is OfdMaker.List or "Doc_0/Signs/Sign_0/SignedValue.dat" || judged.Verdict.Indication != Indication.TotalPassed;
            },
            iter: 400);
    }

    [Test]
    public void Throws_nothing_but_its_own_exception_for_any_alteration_of_a_seal_signature()
    {
        var original = parts["Doc_0/Signs/Sign_0/SignedValue.dat"];
        var validator = new SealValidator(world.Trust);
        Gen.Select(Gen.Int[0, original.Length - 1], Gen.Int[0, 4], Gen.Byte.Array[0, 8]).Array[1, 4].Sample(
            changes =>
            {
                var altered = changes.Aggregate(original, Alter);
                try
                {
                    var signature = SealSignature.ParseForeign(altered);
                    _ = validator.Validate(signature, parts["Doc_0/Signs/Sign_0/Signature.xml"], null, SealWorld.Sealed);
                    _ = signature.Seal.Picture.DisplayType;
                }
                catch (SealFormatException fault)
                {
                    return fault.Code.StartsWith("SEAL_", StringComparison.Ordinal);
                }

                return true;
            },
            iter: 2500);
        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                Assert.Throws<SealFormatException>(() => SealSignature.ParseForeign(bytes));
                Assert.Throws<SealFormatException>(() => Seal.ParseForeign(bytes));
            },
            iter: 500);
    }

    private static byte[] Alter(byte[] bytes, (int At, int Removed, byte[] Inserted) change)
    {
        var at = Math.Min(change.At, bytes.Length);
        var end = Math.Min(at + change.Removed, bytes.Length);
        return [.. bytes.AsSpan(0, at), .. change.Inserted, .. bytes.AsSpan(end)];
    }

    private static int DirectoryEntry(byte[] file, string name) => file.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(name)) - 46;

    private async Task ExpectAsync(OfdLimits limits, string code) => Expect(await OfdVendorTests.VerifyAsync(zip, world.Trust, limits), code);

    private static IEnumerable<string> Codes(SignedDocument judged) =>
        judged.Verdict.Findings.Concat(judged.Verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code);

    private static void Expect(SignedDocument judged, string code)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(judged), Does.Contain(code));
            Assert.That(judged.Verdict.Indication, Is.EqualTo(code.StartsWith("OFD_TOO_", StringComparison.Ordinal) ? Indication.Indeterminate : Indication.TotalFailed));
            Assert.That(judged.Signatures.Select(signature => signature.Integrity), Has.None.EqualTo(SignatureIntegrity.Intact));
        }
    }
}
