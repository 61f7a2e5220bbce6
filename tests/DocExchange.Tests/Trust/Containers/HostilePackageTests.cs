using System.Buffers.Binary;
using System.IO.Compression;
using DocExchange.Trust.Containers;

namespace DocExchange.Tests.Trust.Containers;

public sealed class HostilePackageTests
{
    private const int BodyIndex = 2;
    private const int ManifestIndex = 5;

    private List<RawEntry> entries = [];

    [SetUp]
    public async Task TakeAnIntactPackageApart() => entries = await RawZip.EntriesAsync(await SamplePackage.BytesAsync());

    [TestCase("../../etc/passwd", PackageFaults.EntryName)]
    [TestCase("body/../../evil.pdf", PackageFaults.EntryName)]
    [TestCase("/etc/passwd", PackageFaults.EntryName)]
    [TestCase("body/a\\b.pdf", PackageFaults.EntryName)]
    [TestCase("C:/windows/x.pdf", PackageFaults.EntryName)]
    [TestCase("body/", PackageFaults.EntryName)]
    [TestCase("body/.hidden", PackageFaults.EntryName)]
    [TestCase("body/x\u0000.pdf", PackageFaults.EntryName)]
    [TestCase("body/fdp.\u202Eexe", PackageFaults.EntryName)]
    [TestCase("body/NUL.pdf", PackageFaults.EntryName)]
    [TestCase("body/sub/x.pdf", PackageFaults.EntryName)]
    [TestCase("elsewhere/x.pdf", PackageFaults.EntryUnlisted)]
    [TestCase("body/other.pdf", PackageFaults.EntryUnlisted)]
    public async Task Refuses_a_body_named(string name, string code)
    {
        entries[BodyIndex] = entries[BodyIndex] with { Name = name };

        Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries)), Is.EqualTo(code));
    }

    [Test]
    public async Task Refuses_names_that_are_not_UTF8_or_too_long()
    {
        var notUtf8 = entries.ToList();
        notUtf8[BodyIndex] = notUtf8[BodyIndex] with { NameBytes = [.. "body/"u8, 0xC0, 0xAF] };
        var tooLong = entries.ToList();
        tooLong[BodyIndex] = tooLong[BodyIndex] with { Name = "body/" + new string('x', 201) };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(notUtf8)), Is.EqualTo(PackageFaults.EntryName));
            Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(tooLong)), Is.EqualTo(PackageFaults.EntryName));
        }
    }

    [Test]
    public async Task Refuses_a_link() =>
        await RefuseAsync(entry => entry with { ExternalAttributes = 0xA1FF0000 }, PackageFaults.ZipNotCanonical);

    [Test]
    public async Task Refuses_DOS_attributes() =>
        await RefuseAsync(entry => entry with { MadeBy = 10, ExternalAttributes = 0x10 }, PackageFaults.ZipNotCanonical);

    [Test]
    public async Task Refuses_a_data_descriptor() =>
        await RefuseAsync(entry => entry with { Flags = 0x808, After = new byte[16] }, PackageFaults.ZipNotCanonical);

    [Test]
    public async Task Refuses_encryption() => await RefuseAsync(entry => entry with { Flags = 0x801 }, PackageFaults.ZipNotCanonical);

    [Test]
    public async Task Refuses_a_deflated_entry() =>
        await RefuseAsync(entry => entry with { Method = 8, Data = Deflate(entry.Data), DeclaredSize = (uint)entry.Data.Length }, PackageFaults.ZipNotCanonical);

    [Test]
    [NonParallelizable]
    public async Task Refuses_a_bomb_before_anything_is_allocated()
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await RefuseAsync(entry => entry with { Method = 8, DeclaredSize = uint.MaxValue }, PackageFaults.SizeLimit);

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(4 << 20));
    }

    [Test]
    public async Task Refuses_a_stored_size_beyond_the_file() =>
        await RefuseAsync(entry => entry with { DeclaredSize = 0x7FFF_FFFF }, PackageFaults.ZipNotCanonical);

    [Test]
    public async Task Refuses_extra_fields()
    {
        await RefuseAsync(entry => entry with { LocalExtra = [1, 0, 0, 0] }, PackageFaults.ZipNotCanonical);
        await RefuseAsync(entry => entry with { CentralExtra = [1, 0, 0, 0] }, PackageFaults.ZipNotCanonical);
    }

    [Test]
    public async Task Refuses_comments_leading_and_trailing_bytes()
    {
        await RefuseAsync(entry => entry with { Comment = [65] }, PackageFaults.ZipNotCanonical);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries, comment: "hello"u8.ToArray())), Is.EqualTo(PackageFaults.ZipNotCanonical));
            Assert.That(await SamplePackage.FaultOfAsync([.. RawZip.Write(entries), 0]), Is.EqualTo(PackageFaults.ZipNotCanonical));
            Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries, before: "MZ"u8.ToArray())), Is.EqualTo(PackageFaults.ZipNotCanonical));
        }
    }

    [Test]
    public async Task Refuses_gaps_and_hidden_entries()
    {
        await RefuseAsync(entry => entry with { After = [0] }, PackageFaults.ZipNotCanonical);
        entries.Insert(BodyIndex, new RawEntry("body/hidden.pdf", [1, 2, 3]) { InDirectory = false });
        Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries)), Is.EqualTo(PackageFaults.ZipNotCanonical));
    }

    [Test]
    public async Task Refuses_a_second_directory_wherever_the_end_record_leads()
    {
        var package = RawZip.Write(entries);
        var end = package.Length - 22;
        var directory = BinaryPrimitives.ReadInt32LittleEndian(package.AsSpan(end + 16));
        var size = end - directory;
        byte[] doubled = [.. package.AsSpan(0, end), .. package.AsSpan(directory)];
        foreach (var (offset, length) in new[] { (directory, size), (directory + size, size), (directory, 2 * size) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(doubled.AsSpan(doubled.Length - 6), offset);
            BinaryPrimitives.WriteInt32LittleEndian(doubled.AsSpan(doubled.Length - 10), length);
            Assert.That(await SamplePackage.FaultOfAsync(doubled), Is.EqualTo(PackageFaults.ZipNotCanonical), $"{offset} {length}");
        }
    }

    [Test]
    public async Task Refuses_overlapping_entries() =>
        await RefuseAsync(entry => entry with { DeclaredOffset = 5 }, PackageFaults.ZipNotCanonical);

    [Test]
    public async Task Refuses_a_name_twice()
    {
        entries.Insert(BodyIndex, entries[BodyIndex]);

        Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries)), Is.EqualTo(PackageFaults.EntryDuplicate));
    }

    [Test]
    public async Task Refuses_a_second_body()
    {
        entries.Insert(BodyIndex, new RawEntry("body/second.pdf", [1]));

        Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries)), Is.EqualTo(PackageFaults.EntryDuplicate));
    }

    [TestCase("attachments/003-more.txt", ManifestIndex)]
    [TestCase("META-INF/other.p7s", 7)]
    [TestCase("META-INF/container.xml", ManifestIndex)]
    public async Task Refuses_an_entry_that_is_not_listed(string name, int index)
    {
        entries.Insert(index, new RawEntry(name, [1]));

        Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries)), Is.EqualTo(PackageFaults.EntryUnlisted));
    }

    [Test]
    public async Task Refuses_a_package_that_lacks_an_entry([Range(0, 6)] int index)
    {
        entries.RemoveAt(index);

        // Without its predecessor, attachment 002 is out of order before anyone looks at the manifest.
        Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries)), Is.EqualTo(index == 3 ? PackageFaults.EntryOrder : PackageFaults.EntryMissing));
    }

    [Test]
    public async Task Refuses_every_other_order_of_entries([Range(0, 6)] int index)
    {
        (entries[index], entries[index + 1]) = (entries[index + 1], entries[index]);

        Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(entries)), Is.Not.Null);
    }

    [Test]
    public async Task Refuses_another_mimetype_and_an_empty_signature()
    {
        var other = entries.ToList();
        other[0] = other[0] with { Data = "application/vnd.etsi.asic-s+zip"u8.ToArray() };
        var empty = entries.ToList();
        empty[6] = empty[6] with { Data = [] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(other)), Is.EqualTo(PackageFaults.Mimetype));
            Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(empty), new PackageLimits { AllowUnsigned = true }), Is.EqualTo(PackageFaults.EntryMissing));
        }
    }

    [Test]
    public async Task Names_entry_field_and_offset_in_both_languages()
    {
        entries[BodyIndex] = entries[BodyIndex] with { Method = 8 };
        var package = RawZip.Write(entries);

        var fault = await Assert.ThrowsAsync<PackageFormatException>(() => SamplePackage.OpenAsync(package));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault!.English, Does.Contain("body/关于做好工作的意见.pdf").And.Contain("field method").And.Contain("byte "));
            Assert.That(fault.Chinese, Does.Contain("body/关于做好工作的意见.pdf").And.Contain("字段 method"));
            Assert.That(fault.ToFinding().Code, Is.EqualTo(PackageFaults.ZipNotCanonical));
        }
    }

    [Test]
    public async Task Keeps_to_its_limits()
    {
        var package = await SamplePackage.BytesAsync(seals: 3);
        (PackageLimits Limits, string Code)[] cases =
        [
            (new() { MaxPackageSize = package.Length - 1 }, PackageFaults.SizeLimit),
            (new() { MaxEntries = 9 }, PackageFaults.EntryCount),
            (new() { MaxMetadataSize = SamplePackage.Metadata.Length - 1 }, PackageFaults.SizeLimit),
            (new() { MaxManifestSize = 1000 }, PackageFaults.SizeLimit),
            (new() { MaxSignatureSize = SamplePackage.Signature.Length - 1 }, PackageFaults.SizeLimit),
            (new() { MaxSealSize = SamplePackage.Seal.Length - 1 }, PackageFaults.SizeLimit),
            (new() { MaxSeals = 2 }, PackageFaults.EntryCount),
            (new() { MaxNameLength = 30 }, PackageFaults.EntryName),
        ];

        using (Assert.EnterMultipleScope())
        {
            foreach (var (limits, code) in cases)
            {
                Assert.That(await SamplePackage.FaultOfAsync(package, limits), Is.EqualTo(code), limits.ToString());
            }

            var exact = new PackageLimits { MaxPackageSize = package.Length, MaxEntries = 10, MaxSeals = 3, MaxMetadataSize = SamplePackage.Metadata.Length, MaxNameLength = 31 };
            Assert.That(await SamplePackage.FaultOfAsync(package, exact), Is.Null);
        }
    }

    [Test]
    public async Task The_stream_of_a_refused_package_is_closed()
    {
        var stream = new MemoryStream([1, 2, 3]);

        await Assert.ThrowsAsync<PackageFormatException>(() => PackageReader.OpenAsync(stream, PackageLimits.Default, CancellationToken.None));

        Assert.That(stream.CanRead, Is.False);
    }

    private async Task RefuseAsync(Func<RawEntry, RawEntry> alter, string code)
    {
        for (var index = 0; index < entries.Count; index++)
        {
            var altered = entries.ToList();
            altered[index] = alter(altered[index]);
            Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(altered)), Is.EqualTo(code).Or.EqualTo(PackageFaults.SizeLimit), altered[index].Name);
            if (index is BodyIndex)
            {
                Assert.That(await SamplePackage.FaultOfAsync(RawZip.Write(altered)), Is.EqualTo(code));
            }
        }
    }

    private static byte[] Deflate(byte[] data)
    {
        var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal))
        {
            deflate.Write(data);
        }

        return output.ToArray();
    }
}
