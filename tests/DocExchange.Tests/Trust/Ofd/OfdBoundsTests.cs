using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What a small file may cost the judge: stack, time, and words in findings.</summary>
public sealed class OfdBoundsTests
{
    private SealWorld world = null!;

    [OneTimeSetUp]
    public void CreateWorld() => world = new SealWorld();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public async Task Decodes_a_location_once_however_often_it_is_encoded()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        _ = maker.Zip();
        var encoded = "%" + string.Concat(Enumerable.Repeat("25", 100_000)) + "41.xml";
        foreach (var element in new[] { "DocRoot", "Signatures" })
        {
            maker.Put("OFD.xml", $"<OFD><DocBody><{element}>{encoded}</{element}></DocBody></OFD>");
            Assert.That((await OfdVendorTests.VerifyAsync(OfdMaker.Pack(maker.Parts), world.Trust)).Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
        }
    }

    [TestCase("/Doc%5F0/Document.xml", true)]
    [TestCase("/Doc%255F0/Document.xml", false)]
    public async Task Finds_a_part_whose_name_is_encoded_once(string location, bool isFound)
    {
        var zip = OfdMaker.Pack(new Dictionary<string, byte[]> { ["Doc_0/Document.xml"] = Encoding.UTF8.GetBytes("<a/>") });
        var package = await OfdPackage.OpenAsync(new MemoryStream(zip), OfdLimits.Default, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(package.Find("", location), isFound ? Is.Not.Null : Is.Null);
            Assert.That(package.Find("", new string('/', 1100) + "Doc_0/Document.xml"), Is.Null);
        }
    }

    [Test]
    public async Task Says_that_not_all_was_checked_where_it_takes_too_much_work()
    {
        var (zip, hashed) = await TwiceSealedAsync();
        var limits = OfdLimits.Default;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await OfdVendorTests.VerifyAsync(zip, world.Trust, limits with { MaxHashed = hashed })).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            foreach (var small in new[] { limits with { MaxHashed = hashed - 1 }, limits with { MaxTotalReferences = 1 }, limits with { MaxRead = 6000 } })
            {
                var judged = await OfdVendorTests.VerifyAsync(zip, world.Trust, small);
                Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.Indeterminate), string.Join("\n", judged.Verdict.Faults));
                Assert.That(Codes(judged), Does.Contain("OFD_NOT_ALL_CHECKED"));
                Assert.That(judged.Signatures.Select(signature => signature.Integrity), Does.Contain(SignatureIntegrity.Unknown).And.Not.Contain(SignatureIntegrity.Broken));
            }
        }
    }

    [Test]
    public async Task Hashes_a_damaged_part_once()
    {
        var zip = OfdMaker.Pack(new Dictionary<string, byte[]> { ["a.xml"] = new byte[1000] });
        BitConverter.TryWriteBytes(zip.AsSpan(zip.AsSpan().LastIndexOf("a.xml"u8) - 46 + 24), 5u);
        var package = await OfdPackage.OpenAsync(new MemoryStream(zip), OfdLimits.Default with { MaxHashed = 5 }, CancellationToken.None);
        for (var round = 0; round < 3; round++)
        {
            var fault = await Assert.ThrowsAsync<OfdFormatException>(() => package.DigestAsync(package.Find("", "a.xml")!, DigestAlgorithm.Sm3, CancellationToken.None));
            Assert.That(fault.Code, Is.EqualTo("OFD_PART_UNREADABLE"));
        }
    }

    [Test]
    public async Task Takes_every_part_for_used_where_there_are_too_many_names_to_follow()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.Put("stray.txt", "not of the document");
        var zip = maker.Zip();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(await OfdVendorTests.VerifyAsync(zip, world.Trust)), Does.Contain("OFD_PARTS_NOT_COVERED"));
            Assert.That(Codes(await OfdVendorTests.VerifyAsync(zip, world.Trust, OfdLimits.Default with { MaxCrawledNames = 1 })), Does.Contain("OFD_CONTENT_NOT_COVERED"));
        }
    }

    [Test]
    public async Task Says_that_the_parts_match_only_when_all_do()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        var genuine = await OfdVendorTests.VerifyAsync(maker.Zip(), world.Trust);
        maker.Put("Doc_0/PublicRes.xml", "<altered/>");
        var altered = await OfdVendorTests.VerifyAsync(maker.Zip(), world.Trust);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(genuine), Does.Contain("OFD_PARTS_MATCH"));
            Assert.That(Codes(altered), Does.Contain("OFD_PART_ALTERED").And.Not.Contain("OFD_PARTS_MATCH"));
        }
    }

    [Test]
    public async Task Repeats_no_long_name_from_the_file()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, new OfdStyle { Refer = path => path + new string('x', 500_000) });
        var judged = await OfdVendorTests.VerifyAsync(maker.Zip(), world.Trust);
        var words = judged.Signatures[0].Altered.Concat(judged.Verdict.Signatures[0].Findings.SelectMany(finding => new[] { finding.Chinese, finding.English }))
            .Concat(BodyFindings.Of(judged, BodySignatures.Refuse).Select(finding => finding.English));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Signatures[0].Altered, Is.Not.Empty);
            Assert.That(words.Max(word => word.Length), Is.LessThan(2000));
        }
    }

    [TestCase(1)]
    [TestCase(9999)]
    public async Task Judges_a_signature_of_the_first_or_last_year(int year)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, at: new DateTimeOffset(year, year == 1 ? 1 : 12, year == 1 ? 1 : 31, year == 1 ? 2 : 22, 0, 0, TimeSpan.Zero));
        Assert.That((await OfdVendorTests.VerifyAsync(maker.Zip(), world.Trust)).Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
    }

    private async Task<(byte[] Zip, long Hashed)> TwiceSealedAsync()
    {
        var maker = new OfdMaker();
        var style = new OfdStyle { HasSealFile = false };
        await maker.SealAsync(world, style);
        await maker.SealAsync(world, style);
        var hashed = maker.Parts.Where(part => !part.Key.StartsWith("Doc_0/Signs/", StringComparison.Ordinal)).Sum(part => part.Value.Length);
        return (maker.Zip(), hashed);
    }

    private static IEnumerable<string> Codes(SignedDocument judged) =>
        judged.Verdict.Findings.Concat(judged.Verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code);
}
