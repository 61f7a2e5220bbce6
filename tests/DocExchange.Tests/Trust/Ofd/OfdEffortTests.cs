using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>Small files made to take long, or much memory: bounded by what their size makes likely, and said.</summary>
[NonParallelizable]
public sealed class OfdEffortTests
{
    private const string Document = "Doc_0/Document.xml";
    private const string Description = "Doc_0/Signs/Sign_0/Signature.xml";

    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void Dispose() => world.Dispose();

    [TestCase("OFD.xml", "</ofd:OFD>")]
    [TestCase(OfdMaker.List, "</ofd:Signatures>")]
    [TestCase(Description, "</ofd:Signature>")]
    [TestCase(Document, "</ofd:Document>")]
    public async Task Stops_at_a_file_of_millions_of_elements_before_it_is_read_into_memory(string part, string end)
    {
        var parts = await SealedAsync();
        parts[part] = Before(parts[part], end, string.Concat(Enumerable.Repeat("<a/>", 1_500_000)));

        var (judged, allocated) = await MeasureAsync(OfdMaker.Pack(parts));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
            Assert.That(Codes(judged), Does.Contain("OFD_NOT_ALL_CHECKED"));
            Assert.That(allocated, Is.LessThan(64 << 20));
        }
    }

    [Test]
    public async Task Reads_no_element_with_more_attributes_than_anybody_writes()
    {
        var parts = await SealedAsync();
        parts[Document] = Before(parts[Document], "</ofd:Document>", $"<a {string.Join(' ', Enumerable.Range(0, 400_000).Select(each => $"a{each}=''"))}/>");

        var (judged, allocated) = await MeasureAsync(OfdMaker.Pack(parts));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Codes(judged), Does.Contain("OFD_NOT_ALL_CHECKED"));
            Assert.That(allocated, Is.LessThan(64 << 20));
        }
    }

    [Test]
    public async Task Reads_pages_of_many_elements_in_a_file_that_is_as_large_as_they_make_it()
    {
        var maker = new OfdMaker();
        var random = new Random(1);
        maker.Put("Doc_0/Pages/Page_0/Content.xml", $"<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\">{string.Concat(Enumerable.Range(0, 60_000).Select(each => $"<ofd:TextObject ID=\"{each}\" Boundary=\"{random.Next(999)} {random.Next(999)} 9 9\"><ofd:TextCode X=\"{random.Next(99)}\" Y=\"5\">{(char)random.Next(0x4E00, 0x9FA5)}</ofd:TextCode></ofd:TextObject>"))}</ofd:Page>");
        maker.Put("Doc_0/Pages/Page_1/Content.xml", Encoding.UTF8.GetString(maker.Parts["Doc_0/Pages/Page_0/Content.xml"]));
        await maker.SealAsync(world);

        var judged = await VerifyAsync(maker.Zip());
        Assert.That((judged.Verdict.Indication, judged.Uncovered.Count), Is.EqualTo((Indication.TotalPassed, 0)), string.Join("\n", judged.Verdict.Faults));
    }

    [Test]
    public async Task Follows_a_thousand_locations_without_taking_each_apart()
    {
        var parts = await SealedAsync();
        var filling = string.Concat(Enumerable.Repeat("a/", 240));
        parts["Doc_0/PublicRes.xml"] = Encoding.UTF8.GetBytes($"<R BaseLoc=\"q\">{string.Concat(Enumerable.Range(0, 10_000).Select(each => $"<a b=\"{each}/%25/{filling}OFD.xml\"/>"))}</R>");

        var (_, allocated) = await MeasureAsync(OfdMaker.Pack(parts));
        Assert.That(allocated, Is.LessThan(80L << 20));
    }

    [Test]
    public async Task Takes_long_references_apart_in_little_memory()
    {
        var parts = await SealedAsync();
        var filling = string.Concat(Enumerable.Repeat("a/", 340));
        var references = string.Concat(Enumerable.Range(0, 10_000).Select(each => $"<ofd:Reference FileRef=\"{each}/%25/{filling}OFD.xml\"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference>"));
        parts[Description] = Before(parts[Description], "</ofd:References>", references);

        var (judged, allocated) = await MeasureAsync(OfdMaker.Pack(parts));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalFailed));
            Assert.That(allocated, Is.LessThan(400L << 20));
        }
    }

    [Test]
    public async Task Hashes_and_unpacks_no_more_of_a_small_file_than_its_size_makes_likely()
    {
        var maker = new OfdMaker();
        maker.Parts["Doc_0/Res/a.bin"] = new byte[96 << 20];
        await maker.SealAsync(world, new OfdStyle { CheckMethod = null });
        maker.Parts["Doc_0/Res/b.bin"] = new byte[160 << 20];
        var small = maker.Zip();
        maker.Parts["Doc_0/Res/filling.bin"] = new byte[4 << 20];
        new Random(1).NextBytes(maker.Parts["Doc_0/Res/filling.bin"]);

        var codes = Codes(await VerifyAsync(small, OfdLimits.Default with { MaxRatio = 5000 })).ToList();
        var ofLarge = Codes(await VerifyAsync(maker.Zip(), OfdLimits.Default with { MaxRatio = 5000 })).ToList();
        using (Assert.EnterMultipleScope())
        {
            // Once of the signature, once of the file.
            Assert.That(codes.Count(code => code == "OFD_NOT_ALL_CHECKED"), Is.EqualTo(2));
            Assert.That(ofLarge, Does.Not.Contain("OFD_NOT_ALL_CHECKED"));
        }
    }

    [Test]
    public async Task Judges_the_first_CMS_however_large_and_further_ones_as_far_as_the_size_of_the_file_makes_likely()
    {
        var parts = await SealedAsync();
        byte[] value = [0x30, 0x83, 0x20, 0, 0, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02, .. new byte[2 << 20]];

        // Nothing but zeros would be more than a part may unpack to.
        new Random(1).NextBytes(value.AsSpan(1 << 20, 16 << 10));
        parts[OfdMaker.List] = Before(parts[OfdMaker.List], "</ofd:Signatures>", string.Concat(Enumerable.Range(1, 2).Select(number => $"<ofd:Signature ID=\"{number + 1}\" BaseLoc=\"/Doc_0/Signs/Sign_{number}/Signature.xml\"/>")));
        var description = Encoding.UTF8.GetString(parts[Description]);
        for (var number = 0; number < 3; number++)
        {
            parts[$"Doc_0/Signs/Sign_{number}/SignedValue.dat"] = value;
            parts[$"Doc_0/Signs/Sign_{number}/Signature.xml"] = Encoding.UTF8.GetBytes(description.Replace("Sign_0/SignedValue", $"Sign_{number}/SignedValue", StringComparison.Ordinal));
        }

        var judged = await VerifyAsync(OfdMaker.Pack(parts));
        Assert.That(judged.Signatures.Select(signature => signature.Verdict.Findings.Any(finding => finding.Code == "OFD_NOT_ALL_CHECKED")), Is.EqualTo(new[] { false, true, true }));
    }

    // Each element hands its text to the one around it, 60 times; no part is called so, but where one has as long a name.
    [TestCase("small.png", false)]
    [TestCase(null, true)]
    public async Task Spells_no_text_that_is_longer_than_a_name_and_of_others_no_more_than_the_size_makes_likely(string? further, bool isCut)
    {
        var parts = await SealedAsync();
        parts["Doc_0/Res/" + (further ?? new string('\u00E9', 500))] = [1];
        var text = string.Concat(Enumerable.Repeat("<a>", 60)) + new string('\u00E8', 1900) + string.Concat(Enumerable.Repeat("</a>", 60));
        parts["Doc_0/PublicRes.xml"] = Encoding.UTF8.GetBytes($"<R>{string.Concat(Enumerable.Repeat(text, 120))}</R>");

        Assert.That(Codes(await VerifyAsync(OfdMaker.Pack(parts))).Contains("OFD_NOT_ALL_CHECKED"), Is.EqualTo(isCut));
    }

    // No part is called so, whatever the percent signs spell.
    [TestCase(1_000, false)]
    [TestCase(12_000, true)]
    public async Task Reads_percent_signs_no_more_than_the_size_of_the_file_makes_likely(int locations, bool isCut)
    {
        var parts = await SealedAsync();
        var random = new Random(1);
        var filling = string.Concat(Enumerable.Repeat("%41", 400));
        parts["Doc_0/PublicRes.xml"] = Encoding.UTF8.GetBytes($"<R>{string.Concat(Enumerable.Range(0, locations).Select(each => $"<a b=\"{random.NextInt64()}{filling}\"/>"))}</R>");

        Assert.That(Codes(await VerifyAsync(OfdMaker.Pack(parts))).Contains("OFD_NOT_ALL_CHECKED"), Is.EqualTo(isCut));
    }

    // Each time a name stands there all of them are compared.
    [TestCase("Signature ", 2, false)]
    [TestCase("Signature ", 4, true)]
    [TestCase("Seal.esl  ", 2, true)]
    public async Task Searches_no_more_of_what_is_no_XML_than_the_size_of_the_file_makes_likely(string text, int files, bool isCut)
    {
        var parts = await SealedAsync();
        var random = new Random(1);
        for (var number = 0; number < files; number++)
        {
            // Nothing but the same would be more than a part may unpack to.
            var noise = string.Concat(Enumerable.Range(0, 1000).Select(_ => random.NextInt64()));
            parts[$"Doc_0/Res/{number}.xml"] = Encoding.ASCII.GetBytes($"<{noise}{string.Concat(Enumerable.Repeat(text, 400_000))}");
        }

        parts["Doc_0/PublicRes.xml"] = Encoding.UTF8.GetBytes($"<R>{string.Concat(Enumerable.Range(0, files).Select(number => $"<a b=\"Res/{number}.xml\"/>"))}</R>");

        Assert.That(Codes(await VerifyAsync(OfdMaker.Pack(parts))).Contains("OFD_NOT_ALL_CHECKED"), Is.EqualTo(isCut));
    }

    private async Task<Dictionary<string, byte[]>> SealedAsync()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();
        return maker.Parts;
    }

    private async Task<(SignedDocument Judged, long Allocated)> MeasureAsync(byte[] file)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var judged = await VerifyAsync(file);
        return (judged, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    private Task<SignedDocument> VerifyAsync(byte[] file, OfdLimits? limits = null) =>
        new OfdVerifier(world.Trust, ValidationPolicy.Foreign, limits).VerifyAsync(new MemoryStream(file), SealWorld.Sealed, CancellationToken.None);

    private static byte[] Before(byte[] xml, string end, string more) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(xml).Replace(end, more + end, StringComparison.Ordinal));

    private static IEnumerable<string> Codes(SignedDocument judged) =>
        judged.Verdict.Findings.Concat(judged.Verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code);
}
