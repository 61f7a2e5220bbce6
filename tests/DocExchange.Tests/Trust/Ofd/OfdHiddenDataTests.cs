using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What lies in the data of an entry behind its end, and what its own header says otherwise than the directory.</summary>
public sealed class OfdHiddenDataTests : SealedOfdTests
{
    private const string Page = "Doc_0/Pages/Page_0/Content.xml";
    private const ushort Descriptor = 8;

    [Test]
    public async Task Leaves_open_an_entry_inside_the_data_of_another()
    {
        var hidden = Header(new Entry("Doc_0/Hidden.xml", "另一页"u8.ToArray()));
        var bothDescribed = await JudgeAsync(entry => entry with { Flags = Descriptor, LocalFlags = Descriptor, IsSizedBehind = true, After = [.. DescriptorOf(entry), .. hidden] });
        var describedInDirectory = await JudgeAsync(entry => entry with { Flags = Descriptor, After = hidden });
        var sizesAgree = await JudgeAsync(entry => entry with { After = hidden });
        var otherLargeSizes = await JudgeAsync(entry => entry with { LocalSizes = (uint.MaxValue, uint.MaxValue), Extra = Large(entry.Data.Length, entry.Deflated.Length), After = hidden });
        using (Assert.EnterMultipleScope())
        {
            foreach (var judged in new[] { bothDescribed, describedInDirectory, sizesAgree, otherLargeSizes })
            {
                Assert.That((judged.Indication, judged.Faults.First().Code), Is.EqualTo((Indication.Indeterminate, "OFD_HIDDEN_ENTRY")));
            }

            Assert.That(bothDescribed.Faults.First().Chinese, Does.Contain("Doc_0/Hidden.xml"));
            Assert.That(sizesAgree.Faults.Single().Chinese, Does.Contain("Doc_0/Hidden.xml"));
        }
    }

    [Test]
    public async Task Leaves_open_what_the_header_says_otherwise_than_the_directory()
    {
        byte[] other = [.. "\x75\x70"u8, 15, 0, 1, 0, 0, 0, 0, .. "Other.xml\0"u8];
        Func<Entry, Entry>[] changes =
        [
            entry => entry with { LocalMethod = 0 },
            entry => entry with { LocalFlags = 1 },
            entry => entry with { LocalCrc = 1 },
            entry => entry with { LocalName = "Doc_0/Other.xml" },
            entry => entry with { Extra = other },
            entry => entry with { DirectoryExtra = other },
            entry => entry with { Extra = [.. Large(entry.Data.Length, entry.Deflated.Length), .. Large(0, 0)] },
            entry => entry with { DirectoryExtra = [.. Large(entry.Data.Length, entry.Deflated.Length), .. Large(0, 0)] },
            entry => entry with { Extra = [0xFE, 0xCA, 40, 0, .. new byte[36], .. "PK\x03\x04"u8] },
            entry => entry with { Flags = Descriptor, LocalFlags = Descriptor, IsSizedBehind = true, Behind = [.. DescriptorOf(entry)[..8], 1, 0, 0, 0, .. DescriptorOf(entry)[12..]] },
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (index, change) in changes.Index())
            {
                Assert.That((await JudgeAsync(change)).Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY" }), $"{index}");
            }
        }
    }

    [Test]
    public async Task Leaves_open_a_signed_part_with_a_careless_header_and_remarks_upon_them_where_all_are()
    {
        Func<Entry, Entry>[] changes =
        [
            entry => entry with { LocalCrc = 0, LocalSizes = (0, 0) },
            entry => entry with { LocalCrc = 0, LocalSizes = (0, 0), Flags = Descriptor, LocalFlags = Descriptor },
            entry => entry with { LocalName = "/" + entry.Name },
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (index, change) in changes.Index())
            {
                // Programs that go from header to header find the page by none of these (APPNOTE §4.4.4, §4.4.7 to §4.4.9).
                var judged = await JudgeAsync(change);
                Assert.That((judged.Indication, judged.SubIndication, judged.Faults.Single().Code), Is.EqualTo((Indication.Indeterminate, SubIndication.SigConstraintsFailure, "OFD_HEADER_LACKING")), $"{index}");
                Assert.That(judged.Faults.Single().Chinese, Does.Contain(Page).And.Contain("内容未被篡改"), $"{index}");

                var unsigned = await JudgeAsync(entry => entry, others: entry => entry.Name.EndsWith("Signature.xml", StringComparison.Ordinal) ? change(entry) : entry);
                foreach (var other in new[] { await JudgeAsync(change, others: change), unsigned })
                {
                    Assert.That((other.Indication, other.Findings.Count(finding => finding.Code == "OFD_LOOSE_ENTRY")), Is.EqualTo((Indication.TotalPassed, 1)), $"{index}");
                }
            }
        }
    }

    // Programs that compare it leave the page out; the digest that was signed says that it is the page.
    [Test]
    public async Task Leaves_open_a_signed_part_with_a_wrong_checksum_unless_all_have_one()
    {
        var judged = await JudgeAsync(entry => entry with { LocalCrc = 1, Crc = 1 });
        var all = await JudgeAsync(entry => entry with { LocalCrc = 0, Crc = 0 }, others: entry => entry with { LocalCrc = 0, Crc = 0 });
        var unsigned = await JudgeAsync(entry => entry, others: entry => entry.Name.EndsWith("Signature.xml", StringComparison.Ordinal) ? entry with { LocalCrc = 1, Crc = 1 } : entry);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((judged.Indication, judged.SubIndication, judged.Faults.Single().Code), Is.EqualTo((Indication.Indeterminate, SubIndication.SigConstraintsFailure, "OFD_CHECKSUM_DIFFERS")));
            Assert.That(judged.Faults.Single().Chinese, Does.Contain(Page).And.Contain("内容未被篡改"));
            foreach (var other in new[] { all, unsigned })
            {
                Assert.That((other.Indication, other.Findings.Count(finding => finding.Code == "OFD_LOOSE_ENTRY")), Is.EqualTo((Indication.TotalPassed, 1)));
            }
        }
    }

    [Test]
    public async Task Says_nothing_of_what_fits()
    {
        Func<Entry, Entry>[] changes =
        [
            entry => entry,
            entry => entry with { Flags = Descriptor, LocalFlags = Descriptor, IsSizedBehind = true, Behind = DescriptorOf(entry) },
            entry => entry with { Flags = Descriptor, LocalFlags = Descriptor, IsSizedBehind = true, Behind = DescriptorOf(entry)[4..] },
            entry => entry with { Extra = [.. "\x75\x70"u8, (byte)(entry.Name.Length + 5), 0, 1, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(entry.Name)] },
            entry => entry with { LocalSizes = (uint.MaxValue, uint.MaxValue), Extra = Large(entry.Data.Length, entry.Deflated.Length) },
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (index, change) in changes.Index())
            {
                var judged = await JudgeAsync(change);
                Assert.That((judged.Indication, judged.Findings.Count(finding => finding.Code is "OFD_STRAY_BYTES" or "OFD_LOOSE_ENTRY")), Is.EqualTo((Indication.TotalPassed, 0)), $"{index}");
            }
        }
    }

    [Test]
    public async Task Leaves_open_an_entry_in_the_comment_of_the_archive()
    {
        var hidden = Header(new Entry(Page, "另一页"u8.ToArray()));
        var judged = await JudgeAsync(entry => entry, hidden);
        Assert.That((judged.Indication, judged.Faults.Single().Code), Is.EqualTo((Indication.Indeterminate, "OFD_HIDDEN_ENTRY")));
    }

    [Test]
    public async Task Leaves_open_another_directory_beside_the_one_that_is_counted()
    {
        var other = Central(new Entry(Page, "另一页"u8.ToArray()), 0);
        using (Assert.EnterMultipleScope())
        {
            foreach (var judged in new[] { await JudgeAsync(entry => entry, uncounted: other), await JudgeAsync(entry => entry, behind: other), await JudgeAsync(entry => entry, comment: "PK"u8.ToArray(), trailing: "\x03\x04 and more than thirty bytes of it"u8.ToArray()) })
            {
                Assert.That((judged.Indication, judged.Faults.Single().Code), Is.EqualTo((Indication.Indeterminate, "OFD_HIDDEN_ENTRY")));
            }
        }
    }

    [Test]
    public async Task Leaves_open_entries_that_overlap()
    {
        // Another entry of the directory lies in the data of the page.
        var inner = new Entry("Doc_0/Inner.xml", "里面"u8.ToArray());
        var judged = await JudgeAsync(entry => entry with { After = Header(inner) }, inside: inner);
        Assert.That(judged.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY" }));
        Assert.That(judged.Faults.Single().Chinese, Does.Contain("@"));
    }

    [Test]
    public async Task Does_not_unpack_data_that_several_entries_claim()
    {
        // Both entries together claim more than there is in the file: the one at which that shows is named, not read.
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        var inner = new Entry("Doc_0/Inner.bin", noise);
        var judged = await JudgeAsync(entry => entry with { After = Header(inner) }, inside: inner);
        Assert.That(judged.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY" }));
        Assert.That(judged.Faults.Single().Chinese, Does.Contain(Page).And.Contain("@"));
    }

    [Test]
    public async Task Unpacks_a_part_once_for_its_digest_what_its_data_hides_and_what_it_names()
    {
        var noise = new byte[1_000_000];
        new Random(1).NextBytes(noise);
        var read = 0L;
        var judged = await JudgeAsync(entry => new Entry(entry.Name, noise), count: bytes => read = bytes);
        Assert.That(judged.Indication, Is.EqualTo(Indication.TotalFailed), "the page is not the one that was sealed");
        Assert.That(read, Is.InRange(noise.Length, noise.Length * 3 / 2));
    }

    [Test]
    public async Task Does_not_read_names_that_are_too_long_to_be_the_entrys()
    {
        const int Name = 60_000;
        var read = 0L;
        var judged = await JudgeAsync(entry => entry with { LocalName = new string('x', Name), Repeats = 2_000 }, count: bytes => read = bytes);
        Assert.That(judged.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY" }));
        Assert.That(read, Is.InRange(Name, 20 * Name), "the directory and the parts, and not the name for each of its entries");
    }

    [Test]
    public async Task Leaves_open_a_folder_with_content()
    {
        var judged = await JudgeAsync(entry => entry, further: new Entry(Page + "/", "另一页"u8.ToArray()));
        Assert.That(judged.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY", "OFD_TWIN_NAMES" }));
    }

    [TestCase("doc_0/pages/Page_0/content.xml")]
    [TestCase("Doc_0/Pages/Page_0/Content.xml.")]
    [TestCase("Doc_0/Pages/Page_0./Content.xml ")]
    [TestCase("Doc_0/Pages/Page_0/Content.xml::$DATA")]
    public async Task Leaves_open_two_names_that_are_one_elsewhere(string twin)
    {
        var judged = await JudgeAsync(entry => entry, further: new Entry(twin, "另一页"u8.ToArray()));
        Assert.That(judged.Indication, Is.EqualTo(Indication.Indeterminate));
        Assert.That(judged.Faults.Select(fault => fault.Code).Except(["OFD_CONTENT_NOT_COVERED"]), Is.EqualTo(new[] { "OFD_TWIN_NAMES" }), "and nobody signed it");
    }

    /// <summary>The page is changed, all other entries fit.</summary>
    /// <param name="uncounted">Within the size of the directory, behind the entries it counts.</param>
    /// <param name="behind">Between the directory and the end record.</param>
    /// <param name="trailing">Behind the end of the archive.</param>
    /// <param name="count">Told how many bytes of the file were read.</param>
    /// <param name="further">An entry more.</param>
    /// <param name="others">Changes the entries that are not the page.</param>
    /// <param name="inside">An entry whose header and data are the last bytes of the page's data.</param>
    private async Task<Verdict> JudgeAsync(
        Func<Entry, Entry> change, byte[]? comment = null, byte[]? uncounted = null, byte[]? behind = null, byte[]? trailing = null, Entry? further = null, Entry? inside = null, Action<long>? count = null, Func<Entry, Entry>? others = null)
    {
        using var zip = new MemoryStream();
        using var directory = new MemoryStream();
        ushort entries = 0;
        foreach (var plain in Maker.Parts.Select(part => new Entry(part.Key, part.Value)).Concat(further is null ? [] : [further]))
        {
            var name = plain.Name;
            var entry = name == Page ? change(plain) : others?.Invoke(plain) ?? plain;
            var offset = (uint)zip.Position;
            zip.Write(Header(entry));
            if (name == Page && inside is not null)
            {
                directory.Write(Central(inside, (uint)(zip.Position - Header(inside).Length)));
                entries++;
            }

            for (var index = 0; index <= entry.Repeats; index++)
            {
                directory.Write(Central(index == 0 ? entry : entry with { Name = $"{name}.{index}" }, offset));
                entries++;
            }
        }

        var start = (uint)zip.Position;
        directory.Write(uncounted ?? []);
        zip.Write(directory.ToArray());
        zip.Write(behind ?? []);
        zip.Write([.. "PK\x05\x06"u8, 0, 0, 0, 0, .. Short(entries), .. Short(entries), .. Long((uint)directory.Length), .. Long(start), .. Short((ushort)(comment?.Length ?? 0)), .. comment ?? [], .. trailing ?? []]);
        using var file = new Counted(zip.ToArray());
        var judged = await JudgeAsync(file);
        count?.Invoke(file.Passed);
        return judged;
    }

    private static byte[] Header(Entry entry)
    {
        var name = Encoding.UTF8.GetBytes(entry.LocalName ?? entry.Name);
        var sizes = entry.IsSizedBehind ? (0, 0) : entry.LocalSizes ?? ((uint)entry.Packed.Length, (uint)entry.Data.Length);
        return
        [
            .. "PK\x03\x04"u8, 20, 0, .. Short(entry.LocalFlags), .. Short(entry.LocalMethod), 0, 0, 0, 0, .. Long(entry.IsSizedBehind ? 0 : entry.LocalCrc ?? entry.Crc),
            .. Long(sizes.Item1), .. Long(sizes.Item2), .. Short((ushort)name.Length), .. Short((ushort)entry.Extra.Length), .. name, .. entry.Extra, .. entry.Packed, .. entry.Behind,
        ];
    }

    private static byte[] Central(Entry entry, uint offset) =>
    [
        .. "PK\x01\x02"u8, 20, 0, 20, 0, .. Short(entry.Flags), 8, 0, 0, 0, 0, 0, .. Long(entry.Crc), .. Long((uint)entry.Packed.Length), .. Long((uint)entry.Data.Length),
        .. Short((ushort)Encoding.UTF8.GetByteCount(entry.Name)), .. Short((ushort)entry.DirectoryExtra.Length), .. new byte[10], .. Long(offset), .. Encoding.UTF8.GetBytes(entry.Name), .. entry.DirectoryExtra,
    ];

    private static byte[] DescriptorOf(Entry entry) => [.. "PK\x07\x08"u8, .. Long(entry.Crc), .. Long((uint)entry.Deflated.Length), .. Long((uint)entry.Data.Length)];

    private static byte[] Large(long size, long packed)
    {
        var field = new byte[20];
        field[0] = 1;
        field[2] = 16;
        BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(4), size);
        BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(12), packed);
        return field;
    }

    private static byte[] Short(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Long(uint value) => [.. Short((ushort)value), .. Short((ushort)(value >> 16))];

    private static byte[] Deflate(byte[] data)
    {
        using var output = new MemoryStream();
        using (var packed = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            packed.Write(data);
        }

        return output.ToArray();
    }

    private sealed class Counted(byte[] bytes) : MemoryStream(bytes)
    {
        public long Passed { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            Passed += read;
            return read;
        }
    }

    private sealed record Entry(string Name, byte[] Data)
    {
        public byte[] Deflated { get; } = Deflate(Data);

        public uint Crc { get; init; } = Crc32.Of(Data);

        public ushort Flags { get; init; }

        public ushort LocalFlags { get; init; }

        public ushort LocalMethod { get; init; } = 8;

        public uint? LocalCrc { get; init; }

        public string? LocalName { get; init; }

        /// <summary>Packed and unpacked; those of the directory where null.</summary>
        public (uint, uint)? LocalSizes { get; init; }

        public bool IsSizedBehind { get; init; }

        public byte[] Extra { get; init; } = [];

        public byte[] DirectoryExtra { get; init; } = [];

        /// <summary>Inside the packed size, behind the end of the deflated data.</summary>
        public byte[] After { get; init; } = [];

        public byte[] Behind { get; init; } = [];

        public int Repeats { get; init; }

        public byte[] Packed => [.. Deflated, .. After];
    }
}
