using System.Text;
using DocExchange.Tests.Trust.Containers;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>Names in the ZIP that programs read in several ways: in another code page, without their marks, or by rules of Windows or macOS.</summary>
public sealed class OfdReadNamesTests
{
    private const string Resources = "Doc_0/PublicRes.xml";

    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;
    private static readonly Encoding Oem = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void Dispose() => world.Dispose();

    // 图片 and 模 in GBK are UTF-8 by chance, 附件 is not; é in code page 437 is nothing in UTF-8.
    [TestCase("图片1.png", 936)]
    [TestCase("模.png", 936)]
    [TestCase("附件.png", 936)]
    [TestCase("图片1.png", 65001)]
    [TestCase("caf\u00E9.png", 437)]
    public async Task Finds_the_parts_of_a_maker_that_does_not_say_what_its_names_are_written_in(string name, int page)
    {
        var maker = await SealedAsync(name);
        var encoding = page == 936 ? Gbk : page == 437 ? Oem : Encoding.UTF8;
        var judged = await VerifyAsync(OfdZips.Raw(maker.Parts, encoding.GetBytes));
        Assert.That((judged.Verdict.Indication, judged.Uncovered.Count), Is.EqualTo((Indication.TotalPassed, 0)), string.Join("\n", judged.Verdict.Faults));
    }

    [TestCase("图片1.png", 936, true)]
    [TestCase("模.png", 936, true)]
    [TestCase("caf\u00E9.png", 437, true)]
    [TestCase("图片1.png", 936, false, Description = "it comes later")]
    public async Task Leaves_open_a_part_that_has_a_signed_name_in_another_code_page(string name, int page, bool isThere)
    {
        var maker = await SealedAsync(name, isThere);
        var judged = await VerifyAsync(RawZip.Write([.. Entries(maker), Unmarked("Doc_0/Res/" + name, page == 936 ? Gbk : Oem)]));
        Assert.That(Faults(judged), Is.EqualTo("OFD_CONTENT_NOT_COVERED OFD_TWIN_NAMES"));
    }

    [Test]
    public async Task Leaves_the_first_signer_open_where_the_second_covers_a_part_that_has_a_signed_name_in_another_code_page()
    {
        var maker = await SealedAsync("模.png");

        // As this product reads it.
        maker.Parts["Doc_0/Res/ģ.png"] = [4, 5, 6];
        await maker.SealAsync(world);
        maker.WriteList();
        var judged = await VerifyAsync(RawZip.Write([.. Entries(maker).Select(entry => entry.Name == "Doc_0/Res/ģ.png" ? entry with { Flags = 0 } : entry)]));
        Assert.That(judged.Signatures.Select(signature => signature.Verdict.Findings.Any(finding => finding.Code == "OFD_CONTENT_LEFT_TO_OTHERS")), Is.EqualTo(new[] { true, false }));
    }

    // Where others find the rest they find no part whose name alone is written otherwise.
    [Test]
    public async Task Leaves_open_a_signed_part_whose_name_alone_is_in_another_code_page()
    {
        var maker = await SealedAsync("图片1.png", further: "图片2.png");
        var judged = await VerifyAsync(RawZip.Write([.. Entries(maker).Select(entry => entry.Name.EndsWith("图片2.png", StringComparison.Ordinal) ? Unmarked(entry.Name, Gbk) with { Data = entry.Data } : entry)]));
        Assert.That(Faults(judged), Is.EqualTo("OFD_NAME_DIFFERS"));
    }

    // Nobody writes such names for what the document does not use, and who knows what some system takes them for.
    [TestCase("Doc_0/Res/IMAGE~1.PNG")]
    [TestCase("Doc_0/Res~1/BACKGR~1.PNG")]
    [TestCase("Doc_0/RE4F2A~1/image_1.txt")]
    [TestCase("Doc_0/Res/image?1.png")]
    [TestCase("Doc_0/Res/image*1.png")]
    [TestCase("Doc_0/Res/image|1.png")]
    [TestCase("Doc_0/Res/image\"1.png")]
    [TestCase("Doc_0/Res/image<1.png")]
    [TestCase("Doc_0/PublicRe\u017F.xml")]
    [TestCase("Doc_0/Res/o\uFB03ce.png")]
    [TestCase("Doc_0/Res/image\u200B_1.txt")]
    [TestCase("Doc_0/Res/Ｉmage.txt")]
    public async Task Leaves_open_a_further_file_whose_name_may_be_read_as_another(string name)
    {
        var maker = await SealedAsync("image_1.png");
        maker.Parts[name] = [4, 5, 6];
        Assert.That(Faults(await VerifyAsync(maker.Zip())).Split(' '), Does.Contain("OFD_TWIN_NAMES"));
    }

    [TestCase("Thumbs.db")]
    [TestCase("__MACOSX/Doc_0/._OFD.xml")]
    [TestCase("Doc_0/Res/a (1) [b] {c} ~d, e&f=g+h;i!@#$%^'`.tmp")]
    public async Task Passes_a_further_file_with_a_plain_name(string name)
    {
        var maker = await SealedAsync("image_1.png");
        maker.Parts[name] = [4, 5, 6];
        Assert.That(Faults(await VerifyAsync(maker.Zip())), Is.Empty);
    }

    [TestCase("Doc_0/Res/IMAGE_~1.PNG")]
    [TestCase("Doc_0/RES~1/image_1.txt")]
    [TestCase("Doc_0/Res/image?1.png")]
    [TestCase("Doc_0/Res/image_1.PNG")]
    [TestCase("Doc_0/Res/image_1\u200B.png")]
    [TestCase("Doc_0/PublicRe\u017F.xml")]
    public async Task Leaves_open_a_name_that_replaces_what_one_signed_though_another_covers_it(string name)
    {
        var maker = await SealedAsync("image_1.png");
        maker.Parts[name] = [4, 5, 6];
        await maker.SealAsync(world);
        Assert.That((await VerifyAsync(maker.Zip())).Verdict.Indication, Is.Not.EqualTo(Indication.TotalPassed));
    }

    // Unpacked, the first is there and the other is not.
    [TestCase("Doc_0/PublicRes.xml/")]
    [TestCase("DOC_0/PUBLICRES.XML/")]
    [TestCase("Doc_0/PublicRes.xml/x")]
    [TestCase("Doc_0")]
    [TestCase("Doc_0/Res.")]
    public async Task Leaves_open_a_folder_that_is_called_as_a_file(string name)
    {
        var maker = await SealedAsync("image_1.png");
        var judged = await VerifyAsync(RawZip.Write([new RawEntry(name, []), .. Entries(maker)]));
        Assert.That(Faults(judged).Split(' '), Does.Contain("OFD_TWIN_NAMES"));
        Assert.That(Faults(await VerifyAsync(RawZip.Write([new RawEntry("Doc_0/", []), new RawEntry("Doc_0/Res/", []), new RawEntry("Doc_0/R", [1]), .. Entries(maker)]))), Is.Empty);
    }

    // Programs leave out what is no file, and do not read what they do not know.
    [TestCase(0x10u, null, TestName = "A_folder_of_DOS")]
    [TestCase(0x08u, null, TestName = "A_volume_label")]
    [TestCase(0x41ED0000u, null, TestName = "A_folder_of_Unix")]
    [TestCase(0x21A40000u, null, TestName = "A_device")]
    [TestCase(0x11A40000u, null, TestName = "A_pipe")]
    [TestCase(0x80000000u, null, TestName = "A_file_that_nobody_may_read")]
    [TestCase(0x00240000u, null, TestName = "One_that_its_owner_may_not_read")]
    [TestCase(0x20u, 0x20, TestName = "Patched_data")]
    [TestCase(0x20u, 0x40, TestName = "Strong_encryption")]
    [TestCase(0x20u, 0x2000, TestName = "Masked_headers")]
    public async Task Leaves_open_a_signed_part_that_is_marked_as(uint attributes, int? flags)
    {
        var maker = await SealedAsync("image_1.png");
        var marked = RawZip.Write([.. Entries(maker).Select(entry => entry.Name == Resources ? entry with { ExternalAttributes = attributes, Flags = (ushort?)flags } : entry)]);
        Assert.That(Faults(await VerifyAsync(marked)), Is.EqualTo("OFD_HIDDEN_ENTRY"));
        Assert.That(Faults(await VerifyAsync(RawZip.Write([.. Entries(maker).Select(entry => entry with { MadeBy = 10, ExternalAttributes = 0x20 })]))), Is.Empty);

        // Python writes no mode where it is not told one, and says that it is Unix.
        Assert.That(Faults(await VerifyAsync(RawZip.Write([.. Entries(maker).Select(entry => entry with { ExternalAttributes = 0 })]))), Is.Empty);
    }

    // FILE_ATTRIBUTE_PINNED, _UNPINNED and _RECALL_ON_DATA_ACCESS are what files in a folder of a cloud have.
    [TestCase(0x00080020u, 0x000A, "")]
    [TestCase(0x00500020u, 0x0A0A, "")]
    [TestCase(0x80000020u, 0x000A, "")]
    [TestCase(0x80240020u, 0x000A, "OFD_HIDDEN_ENTRY")]
    [TestCase(0x80240020u, 0x130A, "OFD_HIDDEN_ENTRY")]
    [TestCase(0x00240000u, 0x130A, "OFD_HIDDEN_ENTRY")]
    [TestCase(0x80000000u, 0x020A, "OFD_HIDDEN_ENTRY", Description = "VMS")]
    [TestCase(0x80000000u, 0x050A, "OFD_HIDDEN_ENTRY", Description = "Atari")]
    [TestCase(0x80000000u, 0x100A, "OFD_HIDDEN_ENTRY", Description = "BeOS")]
    [TestCase(0x80000000u, 0x110A, "OFD_HIDDEN_ENTRY", Description = "Tandem")]
    public async Task Takes_attributes_of_Windows_for_no_mode(uint attributes, int madeBy, string faults)
    {
        var maker = await SealedAsync("image_1.png");
        var marked = RawZip.Write([.. Entries(maker).Select(entry => entry.Name == Resources ? entry with { ExternalAttributes = attributes, MadeBy = (ushort)madeBy } : entry)]);
        Assert.That(Faults(await VerifyAsync(marked)), Is.EqualTo(faults));
    }

    // Info-ZIP, WinRAR and 7-Zip write the name in UTF-8 beside that in the code page.
    [TestCase("图片1.png")]
    [TestCase("附件.png")]
    public async Task Passes_names_in_a_code_page_with_the_same_in_UTF8_beside_them(string name)
    {
        var maker = await SealedAsync(name);
        var judged = await VerifyAsync(RawZip.Write([.. Entries(maker).Select(entry => Ascii.IsValid(entry.Name) ? entry : WithUnicodePath(Unmarked(entry.Name, Gbk) with { Data = entry.Data }))]));
        Assert.That(Faults(judged), Is.Empty);

        static RawEntry WithUnicodePath(RawEntry entry)
        {
            var other = Encoding.UTF8.GetBytes(entry.Name);
            byte[] field = [0x75, 0x70, (byte)(other.Length + 5), 0, 1, .. BitConverter.GetBytes(DocExchange.Trust.Containers.Crc32.Of(entry.NameBytes!)), .. other];
            return entry with { LocalExtra = field, CentralExtra = field };
        }
    }

    // Below the folder of the description nobody looks for what all others are found without.
    [Test]
    public async Task Leaves_open_a_signed_part_that_is_moved_to_where_only_some_programs_look()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, new OfdStyle { Refer = path => path });
        Assert.That(Faults(await VerifyAsync(maker.Zip())), Is.Empty);

        var judged = await VerifyAsync(maker.Zip(path => path == Resources ? "Doc_0/Signs/Sign_0/" + path : path));
        Assert.That(Faults(judged), Is.EqualTo("OFD_NAME_DIFFERS"));
    }

    /// <summary>A picture in the resources, signed with all the rest.</summary>
    private async Task<OfdMaker> SealedAsync(string picture, bool isThere = true, string? further = null)
    {
        var maker = new OfdMaker();
        maker.Put(Resources, $"<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\"><ofd:MediaFile>{picture}</ofd:MediaFile><ofd:MediaFile>{further}</ofd:MediaFile></ofd:Res>");
        foreach (var name in new[] { isThere ? picture : null, further }.OfType<string>())
        {
            maker.Parts["Doc_0/Res/" + name] = [1, 2, 3];
        }

        await maker.SealAsync(world);
        maker.WriteList();
        return maker;
    }

    private static IEnumerable<RawEntry> Entries(OfdMaker maker) => maker.Parts.Select(part => new RawEntry(part.Key, part.Value));

    private static RawEntry Unmarked(string path, Encoding encoding) => new(path, [4, 5, 6]) { NameBytes = encoding.GetBytes(path), Flags = 0 };

    private static string Faults(SignedDocument judged) => string.Join(' ', judged.Verdict.Faults.Select(fault => fault.Code).Order(StringComparer.Ordinal));

    private Task<SignedDocument> VerifyAsync(byte[] zip) =>
        new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(zip), SealWorld.Sealed, CancellationToken.None);
}
