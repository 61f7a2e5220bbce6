using System.Text;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>An OFD in which another program finds another part than the one that was judged.</summary>
public sealed class OfdRivalPartsTests
{
    private const string Own = "Doc_0/Signs/Sign_0/";
    private const string Page = "Doc_0/Pages/Page_0/Content.xml";

    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void Dispose() => world.Dispose();

    // Some look at the root first, some in the folder of the description.
    [TestCase("SignedValue.dat", false)]
    [TestCase("Doc_0/SignedValue.dat", false)]
    [TestCase("Seal.esl", false)]
    [TestCase(Own + Own + "SignedValue.dat", true)]
    [TestCase("Sign_0/Signature.xml", false)]
    public async Task Leaves_open_a_second_value_seal_or_description_under_the_same_name(string rival, bool isBare)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, new OfdStyle { ReferOwn = path => isBare ? path : path.EndsWith("Signature.xml", StringComparison.Ordinal) ? "Sign_0/Signature.xml" : OfdNames.FileOf(path) });
        Assert.That((await VerifyAsync(maker.Zip())).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));

        maker.Parts[rival] = [.. maker.Parts[Own + OfdNames.FileOf(rival)], 0];
        var judged = await VerifyAsync(maker.Zip());
        Assert.That((judged.Verdict.Indication, judged.HasUnprotectedContent), Is.EqualTo((Indication.Indeterminate, true)).Or.EqualTo((Indication.TotalFailed, true)), string.Join("\n", judged.Verdict.Faults));
    }

    [Test]
    public async Task Compares_a_reference_with_every_part_it_may_mean()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, new OfdStyle { Refer = path => path });
        maker.WriteList();
        var parts = maker.Parts.ToDictionary();
        foreach (var path in maker.Parts.Keys.Where(path => path != OfdMaker.List && !path.StartsWith(Own, StringComparison.Ordinal)))
        {
            parts[Own + path] = maker.Parts[path];
        }

        Assert.That((await VerifyAsync(OfdMaker.Pack(parts))).Signatures[0].Altered, Is.Empty);
        parts[Page] = "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content>支付九十万元</ofd:Content></ofd:Page>"u8.ToArray();

        var judged = await VerifyAsync(OfdMaker.Pack(parts));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((judged.Verdict.Indication, judged.Verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
            Assert.That(judged.Signatures[0].Altered, Is.EqualTo(new[] { Page }));
        }
    }

    // Some programs read percent signs, some do not.
    [Test]
    public async Task Compares_a_reference_with_percent_signs_with_both_parts_it_may_mean()
    {
        var maker = new OfdMaker();
        maker.Parts["Doc_0/Pages/Page%5F0/Content.xml"] = maker.Parts[Page];
        await maker.SealAsync(world, new OfdStyle { Protects = path => path != Page });
        Assert.That((await VerifyAsync(maker.Zip())).Verdict.Indication, Is.EqualTo(Indication.TotalPassed), "both are what was signed");

        maker.Parts[Page] = [.. maker.Parts[Page], (byte)' '];
        Assert.That((await VerifyAsync(maker.Zip())).Verdict.SubIndication, Is.EqualTo(SubIndication.HashFailure));
    }

    [TestCase("Doc_0/x/../Pages/Page_0/Content.xml", "OFD_HIDDEN_ENTRY")]
    [TestCase("Doc_0/./Pages/Page_0/Content.xml", "OFD_HIDDEN_ENTRY")]
    [TestCase("Doc_0//Pages/Page_0/Content.xml", "OFD_HIDDEN_ENTRY")]
    [TestCase("/Doc_0/Pages/Page_0/Content.xml", "OFD_NAME_DIFFERS")]
    [TestCase(@"Doc_0\Pages\Page_0\Content.xml", "OFD_NAME_DIFFERS")]
    [TestCase("Doc_0/Pages/Page_0/CONTENT.xml", "OFD_NAME_DIFFERS")]
    [TestCase("Doc_0/Pages/Page_0/Content.xml ", "OFD_NAME_DIFFERS")]
    [TestCase("Doc_0/Pages/Page_0/Content.xml\u3000", "OFD_NAME_DIFFERS")]
    [TestCase("\u00A0Doc_0/Pages/Page_0/Content.xml", "OFD_NAME_DIFFERS")]
    public async Task Leaves_open_a_name_that_programs_do_not_find_as_it_is_written(string name, string expected)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);

        var judged = await VerifyAsync(maker.Zip(path => path == Page ? name : path));
        Assert.That((judged.Verdict.Indication, string.Join(' ', judged.Verdict.Faults.Select(fault => fault.Code))), Is.EqualTo((Indication.Indeterminate, expected)), string.Join("\n", judged.Verdict.Faults));
    }

    // A maker's habit, or a file in which others find nothing at all.
    [TestCase("/")]
    [TestCase("\\")]
    [TestCase("a")]
    public async Task Passes_a_file_that_writes_all_names_in_another_way(string habit)
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);

        var judged = await VerifyAsync(maker.Zip(path => habit switch { "/" => "/" + path, "\\" => path.Replace('/', '\\'), _ => path.Replace("Doc_0", "DOC_0", StringComparison.Ordinal) }));
        Assert.That(judged.Verdict.Indication, Is.EqualTo(Indication.TotalPassed), string.Join("\n", judged.Verdict.Faults));
    }

    [Test]
    public async Task Leaves_open_a_PDF_far_into_the_file_where_no_signature_covers_it()
    {
        var maker = new OfdMaker { Compression = System.IO.Compression.CompressionLevel.NoCompression };
        maker.Parts["Doc_0/Attachs/signed.pdf"] = PdfMaker.Plain();
        await maker.SealAsync(world);
        maker.WriteList();
        var entries = maker.Parts.Select(part => new RawEntry(part.Key, part.Value)).ToList();
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(RawZip.Write(entries), "");
            await ExpectAsync(RawZip.Write(entries, comment: PdfMaker.Plain()), "OFD_HIDDEN_ENTRY");
            await ExpectAsync(RawZip.Write([.. entries, new RawEntry("Thumbs.db", PdfMaker.Plain())]), "OFD_HIDDEN_ENTRY");
            await ExpectAsync(RawZip.Write([.. entries, new RawEntry("Thumbs.db", [1, 2, 3])]), "");

            // Readers repair what has no header.
            byte[] update = [.. "4 0 obj\n<</Length 1>>stream\nq\nendstream\nendobj\nstartxref\n9\n%%EOF"u8];
            await ExpectAsync(RawZip.Write(entries, comment: update), "OFD_HIDDEN_ENTRY");
            await ExpectAsync(RawZip.Write([.. entries.SkipLast(1), entries[^1] with { LocalExtra = [0x4B, 0x44, (byte)update.Length, 0, .. update] }]), "OFD_HIDDEN_ENTRY");
            await ExpectAsync(RawZip.Write([.. entries.SkipLast(1), entries[^1] with { LocalExtra = [0x4B, 0x44, 3, 0, 1, 2, 3] }]), "");
        }
    }

    private async Task ExpectAsync(byte[] zip, string faults)
    {
        var judged = await VerifyAsync(zip);
        Assert.That(string.Join(' ', judged.Verdict.Faults.Select(fault => fault.Code)), Is.EqualTo(faults), string.Join("\n", judged.Verdict.Faults));
    }

    private Task<SignedDocument> VerifyAsync(byte[] zip) =>
        new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(zip), SealWorld.Sealed, CancellationToken.None);
}
