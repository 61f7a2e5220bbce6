using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>A file that one program opens as an OFD and another as a PDF.</summary>
public sealed class OfdAndPdfTests
{
    private SealWorld world = null!;

    [OneTimeSetUp]
    public void Open() => world = new SealWorld();

    [OneTimeTearDown]
    public void Close() => world.Dispose();

    [Test]
    public async Task Leaves_open_a_PDF_that_is_an_OFD_too()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        var seal = await world.MakeAsync();
        var file = await PdfMaker.SignAsync(
            [.. PdfMaker.Plain(), .. maker.Zip()], content => SealApplication.ApplyAsync(seal, world.Holder, content, "PDF", SealWorld.Sealed, CancellationToken.None), "GM.sm2seal");

        await ExpectTwoAsync(file, SignedFileKind.Pdf);
    }

    [Test]
    public async Task Leaves_open_an_OFD_that_has_the_header_of_a_PDF()
    {
        var maker = new OfdMaker { Compression = System.IO.Compression.CompressionLevel.NoCompression };
        maker.Put("OFD.xml", System.Text.Encoding.UTF8.GetString(maker.Parts["OFD.xml"]).Replace("<ofd:DocInfo>", "<!--%PDF-1.7--><ofd:DocInfo>", StringComparison.Ordinal));
        await maker.SealAsync(world);

        await ExpectTwoAsync(maker.Zip(), SignedFileKind.Ofd);
    }

    private async Task ExpectTwoAsync(byte[] file, SignedFileKind kind)
    {
        var judged = await FileVerifier.VerifyAsync(new MemoryStream(file), null, new FileDemands(world.Trust, ValidationPolicy.Foreign, PackageLimits.Default, SealWorld.Sealed), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((judged.Kind, judged.Verdict.Indication, judged.Verdict.SubIndication), Is.EqualTo((kind, Indication.Indeterminate, SubIndication.SigConstraintsFailure)));
            Assert.That(judged.Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "FILE_TWO_KINDS" }));
            Assert.That(judged.Facts!.Findings.Select(finding => finding.Code), Does.Contain("FILE_TWO_KINDS"));
        }
    }
}
