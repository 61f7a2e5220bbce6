using System.Buffers.Binary;
using System.IO.Compression;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>ZIP files in which one program finds another directory than the next.</summary>
public sealed class OfdTwoDirectoryTests : SealedOfdTests
{
    private const string Page = "Doc_0/Pages/Page_0/Content.xml";
    private const string Carrier = "other.bin";
    private const int EndSize = 22;

    [Test]
    public async Task Leaves_open_an_end_record_whose_offset_leads_to_another_directory()
    {
        var file = WithTwo();
        using (var zip = new ZipArchive(new MemoryStream(file)))
        using (var shown = new StreamReader(zip.GetEntry(Page)!.Open()))
        {
            Assert.That(shown.ReadToEnd(), Does.Contain("另一页"), "what programs show that go by the offset");
        }

        ExpectHidden(await JudgeAsync(file));
    }

    [Test]
    public async Task Passes_bytes_before_the_ZIP_that_shift_all_offsets_alike() =>
        Assert.That((await JudgeAsync([.. new byte[100], .. OfdMaker.Pack(Maker.Parts)])).Indication, Is.EqualTo(Indication.TotalPassed));

    [Test]
    public async Task Leaves_open_an_end_record_inside_the_comment_of_another()
    {
        var zip = OfdMaker.Pack(Maker.Parts);
        byte[] end = [.. zip.AsSpan(zip.Length - EndSize)];
        byte[] leadsNowhere = [.. end];
        BinaryPrimitives.WriteInt32LittleEndian(leadsNowhere.AsSpan(16), 7);
        BinaryPrimitives.WriteInt32LittleEndian(leadsNowhere.AsSpan(12), 7);
        foreach (var inner in new[] { end, leadsNowhere })
        {
            byte[] file = [.. zip, .. inner];
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(zip.Length - 2), EndSize);
            ExpectHidden(await JudgeAsync(file));
        }
    }

    [Test]
    public async Task Leaves_open_a_second_long_end_record()
    {
        var zip = OfdZips.Zip64(Maker.Parts);
        var record = zip.AsSpan().LastIndexOf("PK\u0006\u0006"u8);

        ExpectHidden(await JudgeAsync([.. zip.AsSpan(0, record + 56), .. zip.AsSpan(record)]));
    }

    /// <summary>The directory before the end record is that of the document, the one at its offset lies in a stored part and leads to another page.</summary>
    private byte[] WithTwo()
    {
        var shown = Maker.Parts.ToDictionary();
        shown[Page] = "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\">另一页</ofd:Page>"u8.ToArray();
        var other = OfdMaker.Pack(shown.Append(new(Carrier, [1])), compression: CompressionLevel.NoCompression);
        var otherDirectory = DirectoryOf(other);

        // Written twice: where the inner offsets lead to is known when the outer file has been written.
        byte[] Outer() => OfdMaker.Pack(Maker.Parts.Append(new(Carrier, [.. other.AsSpan(0, other.Length - EndSize), .. new byte[64]])), compression: CompressionLevel.NoCompression);
        var file = Outer();
        var inside = file.AsSpan().IndexOf(other.AsSpan(0, otherDirectory));
        var directory = DirectoryOf(file);
        var before = directory - inside - otherDirectory;
        Shift(other, otherDirectory, before + inside);
        file = Outer();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 6), before + inside + otherDirectory);
        return [.. new byte[before], .. file];
    }

    private static int DirectoryOf(byte[] zip) => BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(zip.Length - 6));

    private static void Shift(byte[] zip, int directory, int by)
    {
        for (var at = directory; zip.AsSpan(at).StartsWith("PK\u0001\u0002"u8); at += 46 + zip[at + 28] + zip[at + 30] + zip[at + 32])
        {
            BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(at + 42), BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(at + 42)) + by);
        }
    }

    private static void ExpectHidden(Verdict judged) =>
        Assert.That((judged.Indication, judged.SubIndication, judged.Faults.Select(fault => fault.Code).Distinct().Single()), Is.EqualTo((Indication.Indeterminate, SubIndication.SigConstraintsFailure, "OFD_HIDDEN_ENTRY")));
}
