using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>An OFD that other programs take for another file; and what other tools write into a ZIP without meaning harm.</summary>
public sealed class OfdOtherFileTests : SealedOfdTests
{
    [Test]
    public async Task Leaves_open_what_stands_before_the_first_entry_but_for_blanks()
    {
        var zip = OfdMaker.Pack(Maker.Parts);
        byte[][] shown = ["\u0089PNG\r\n\u001A\n"u8.ToArray(), "GIF89a"u8.ToArray(), "text"u8.ToArray(), [.. new byte[100_000], 1]];
        byte[][] blank = [new byte[512], " \r\n"u8.ToArray()];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (index, before) in shown.Index())
            {
                Expect(await JudgeAsync([.. before, .. zip]), "OFD_HIDDEN_ENTRY", $"{index}");
            }

            foreach (var before in blank)
            {
                var judged = await JudgeAsync([.. before, .. zip]);
                Assert.That((judged.Indication, judged.Findings.Any(finding => finding.Code == "OFD_STRAY_BYTES")), Is.EqualTo((Indication.TotalPassed, true)));
            }
        }
    }

    [Test]
    public async Task Leaves_open_a_comment_of_the_archive_but_for_blanks()
    {
        using (Assert.EnterMultipleScope())
        {
            Expect(await JudgeAsync(Commented("<p>支付九十万元")), "OFD_HIDDEN_ENTRY", "markup");
            Expect(await JudgeAsync(Commented("支付九十万元")), "OFD_HIDDEN_ENTRY", "text");
            Assert.That((await JudgeAsync(Commented(" \0\0"))).Faults, Is.Empty);
            Assert.That((await JudgeAsync(Commented(""))).Faults, Is.Empty);
        }
    }

    // A browser shows it wherever it stands.
    [Test]
    public async Task Leaves_open_a_web_page_between_entries_and_in_fields_of_the_directory()
    {
        var page = "<SCRIPT>document.body.textContent='支付九十万元'</script>"u8.ToArray();
        byte[] field = [0xFE, 0xCA, (byte)page.Length, 0, .. page];
        var first = Maker.Parts.First();
        byte[] With(Func<Containers.RawEntry, Containers.RawEntry> change) => Containers.RawZip.Write([.. Maker.Parts.Select(part => part.Key == first.Key ? change(new Containers.RawEntry(part.Key, part.Value)) : new Containers.RawEntry(part.Key, part.Value))]);
        using (Assert.EnterMultipleScope())
        {
            Expect(await JudgeAsync(With(entry => entry with { After = page })), "OFD_HIDDEN_ENTRY", "gap");
            Expect(await JudgeAsync(With(entry => entry with { LocalExtra = field })), "OFD_HIDDEN_ENTRY", "local field");
            Expect(await JudgeAsync(With(entry => entry with { CentralExtra = field })), "OFD_HIDDEN_ENTRY", "field of the directory");
            Expect(await JudgeAsync(With(entry => entry with { Comment = page })), "OFD_HIDDEN_ENTRY", "comment of an entry");
            Assert.That((await JudgeAsync(With(entry => entry with { After = "1 < 2"u8.ToArray() }))).Faults, Is.Empty);
        }
    }

    [TestCase("[Content_Types].xml")]
    [TestCase("[content_types].XML")]
    [TestCase("mimetype")]
    [TestCase("META-INF/manifest.xml")]
    [TestCase("META-INF/container.xml")]
    [TestCase("META-INF/MANIFEST.MF")]
    public async Task Leaves_open_an_Office_or_OpenDocument_file_beside_the_OFD(string part)
    {
        var parts = new Dictionary<string, byte[]>(Maker.Parts) { [part] = "application/vnd.oasis.opendocument.text"u8.ToArray() };

        Expect(await JudgeAsync(OfdMaker.Pack(parts)), "OFD_OTHER_FORMAT", part);
    }

    [Test]
    public async Task Passes_what_its_signer_has_signed_with_the_rest()
    {
        using var world = new SealWorld();
        var maker = new OfdMaker();
        maker.Put("mimetype", "application/ofd");
        await maker.SealAsync(world);

        var verifier = new DocExchange.Trust.Ofd.OfdVerifier(world.Trust, ValidationPolicy.Foreign);
        Assert.That((await verifier.VerifyAsync(new MemoryStream(maker.Zip()), SealWorld.Sealed, CancellationToken.None)).Verdict.Faults, Is.Empty);
    }

    // java.util.zip compresses the nothing in a folder to two bytes, others to five.
    [TestCase("0300", 0, false)]
    [TestCase("010000FFFF", 0, false)]
    [TestCase("", 0, false)]
    [TestCase("0300504B", 0, true)]
    [TestCase("0300", 4, true)]
    [TestCase("4B0400", 1, true)]
    public async Task Passes_folders_that_unpack_to_nothing(string packed, int size, bool isOpen)
    {
        var judged = await JudgeAsync(WithFolder(Convert.FromHexString(packed), size));
        if (isOpen)
        {
            Expect(judged, "OFD_HIDDEN_ENTRY", packed);
        }
        else
        {
            Assert.That((judged.Indication, judged.Findings.Any(finding => finding.Code == "OFD_STRAY_BYTES")), Is.EqualTo((Indication.TotalPassed, false)), string.Join("\n", judged.Faults));
        }
    }

    private static void Expect(Verdict judged, string code, string of) =>
        Assert.That((judged.Indication, string.Join(' ', judged.Faults.Select(fault => fault.Code))), Is.EqualTo((Indication.Indeterminate, code)), of);

    private byte[] Commented(string text)
    {
        var (zip, comment) = (OfdMaker.Pack(Maker.Parts), Encoding.UTF8.GetBytes(text));
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(zip.Length - 2), (ushort)comment.Length);
        return [.. zip, .. comment];
    }

    /// <summary>As java.util.zip writes one in front: deflated, its sizes behind the data.</summary>
    private byte[] WithFolder(byte[] packed, int size)
    {
        var zip = OfdMaker.Pack(Maker.Parts, compression: CompressionLevel.NoCompression);
        var end = zip.Length - 22;
        var name = "Doc_0/"u8;
        var directory = BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(end + 16));
        var crc = Crc32.Of(size == 1 ? "a"u8.ToArray() : []);
        byte[] sizes = [.. BitConverter.GetBytes(crc), .. BitConverter.GetBytes(packed.Length), .. BitConverter.GetBytes(size)];
        byte[] local = [.. "PK\u0003\u0004\u0014\0\u0008\0\u0008\0\0\0\u0021\0"u8, .. new byte[12], 6, 0, 0, 0, .. name, .. packed, .. "PK\u0007\u0008"u8, .. sizes];
        byte[] central = [.. "PK\u0001\u0002\u0014\0\u0014\0\u0008\0\u0008\0\0\0\u0021\0"u8, .. sizes, 6, 0, .. new byte[12], .. BitConverter.GetBytes(directory), .. name];
        byte[] file = [.. zip[..directory], .. local, .. zip[directory..end], .. central, .. zip[end..]];
        var count = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(end + 10)) + 1);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(file.Length - 14), count);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(file.Length - 12), count);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 10), end - directory + central.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 6), directory + local.Length);
        return file;
    }
}
