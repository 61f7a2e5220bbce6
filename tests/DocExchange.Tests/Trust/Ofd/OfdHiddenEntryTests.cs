using System.Buffers.Binary;
using System.Text;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What lies in an OFD that its directory does not name.</summary>
public sealed class OfdHiddenEntryTests
{
    private SealWorld world = null!;
    private byte[] zip = null!;

    [OneTimeSetUp]
    public async Task SealAsync()
    {
        world = new SealWorld();
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        zip = maker.Zip();
    }

    [OneTimeTearDown]
    public void Close() => world.Dispose();

    [Test]
    public async Task Leaves_open_an_entry_that_only_its_own_header_names()
    {
        var behind = await JudgeAsync(With(Local("Doc_0/Pages/Page_0/Content.xml", "另一页")));
        var before = await JudgeAsync([.. Local("Doc_0/Pages/Page_0/Content.xml", "另一页"), .. zip]);
        var afterwards = await JudgeAsync([.. zip, .. Local("Doc_0/Pages/Page_0/Content.xml", "另一页")]);
        using (Assert.EnterMultipleScope())
        {
            foreach (var judged in new[] { behind, before, afterwards })
            {
                Assert.That((judged.Indication, judged.Faults.Single().Code, judged.SubIndication), Is.EqualTo((Indication.Indeterminate, "OFD_HIDDEN_ENTRY", SubIndication.SigConstraintsFailure)));
                Assert.That(judged.Faults.Single().Chinese, Does.Contain("Doc_0/Pages/Page_0/Content.xml"));
            }
        }
    }

    [Test]
    public async Task Leaves_open_an_entry_whose_own_header_names_it_otherwise()
    {
        var renamed = zip.ToArray();
        var name = renamed.AsSpan().IndexOf("Doc_0/Document.xml"u8);
        "Doc_1"u8.CopyTo(renamed.AsSpan(name));
        var resized = zip.ToArray();
        resized[name - 12]++;

        foreach (var altered in new[] { renamed, resized })
        {
            var judged = await JudgeAsync(altered);
            Assert.That(judged.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY" }));
        }
    }

    [Test]
    public async Task Finds_a_header_across_the_pieces_that_are_read_and_stops_where_there_is_too_much()
    {
        var far = await JudgeAsync(With([.. new byte[(64 * 1024) - 2], .. Local("x", "y")]));
        var more = await JudgeAsync(With(new byte[(16 << 20) + 1]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(far.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY" }));
            Assert.That(more.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_HIDDEN_ENTRY" }));
        }
    }

    [Test]
    public async Task Remarks_upon_bytes_that_are_no_entry()
    {
        var judged = await JudgeAsync(With(new byte[40]));
        Assert.That((judged.Indication, judged.Findings.Any(finding => finding is { Code: "OFD_STRAY_BYTES", Indication: Indication.TotalPassed } && finding.English.StartsWith("40 bytes", StringComparison.Ordinal))), Is.EqualTo((Indication.TotalPassed, true)));
    }

    [Test]
    public async Task Says_nothing_of_sizes_behind_the_data_and_of_large_sizes()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.WriteList();
        foreach (var other in new[] { zip, OfdZips.Streamed(maker.Parts), OfdZips.Zip64(maker.Parts) })
        {
            var judged = await JudgeAsync(other);
            Assert.That((judged.Indication, judged.Findings.Count(finding => finding.Code is "OFD_STRAY_BYTES" or "OFD_HIDDEN_ENTRY")), Is.EqualTo((Indication.TotalPassed, 0)));
        }
    }

    /// <summary>Between the last entry and the directory, which the end record follows.</summary>
    private byte[] With(byte[] more)
    {
        var end = zip.Length - 22;
        var directory = BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(end + 16));
        byte[] file = [.. zip[..directory], .. more, .. zip[directory..]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 6), directory + more.Length);
        return file;
    }

    private static byte[] Local(string name, string text)
    {
        var (path, data) = (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(text));
        var header = new byte[30];
        "PK\u0003\u0004\u0014"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22), data.Length);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(26), (short)path.Length);
        return [.. header, .. path, .. data];
    }

    private async Task<Verdict> JudgeAsync(byte[] file) =>
        (await new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(file), SealWorld.Sealed, CancellationToken.None)).Verdict;
}
