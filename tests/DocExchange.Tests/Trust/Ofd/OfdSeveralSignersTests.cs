using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>An OFD that several have signed: each answers for what it covers itself, not for what another one covers.</summary>
public sealed class OfdSeveralSignersTests
{
    private const string Page = "Doc_0/Pages/Page_1/Content.xml";
    private const string Shown = "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content>支付九十万元</ofd:Content></ofd:Page>";

    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void Dispose() => world.Dispose();

    [Test]
    public async Task Passes_two_seals_over_the_same_content()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        await maker.SealAsync(world);

        Assert.That((await VerifyAsync(maker)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
    }

    // What was unpacked for one of them is kept for whoever reads it, and not kept again for the other.
    [Test]
    public async Task Passes_two_seals_that_hash_the_same_parts_each_in_its_own_way()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        await maker.SealAsync(world, new OfdStyle { CheckMethod = "SHA256", Hash = System.Security.Cryptography.SHA256.HashData });

        Assert.That((await VerifyAsync(maker)).Verdict.Faults, Is.Empty);
    }

    [Test]
    public async Task Leaves_the_first_open_where_the_second_covers_a_page_that_came_between()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.Put(Page, Shown);
        await maker.SealAsync(world);

        var judged = await VerifyAsync(maker);
        using (Assert.EnterMultipleScope())
        {
            ExpectOpen(judged.Signatures[0], Page);
            Assert.That(judged.Signatures[0].Integrity, Is.EqualTo(SignatureIntegrity.Intact));
            Assert.That(judged.Signatures[1].Verdict.Indication, Is.EqualTo(Indication.TotalPassed));
            Assert.That((judged.Verdict.Indication, judged.WasContinued, judged.HasUnprotectedContent), Is.EqualTo((Indication.Indeterminate, true, false)));
        }
    }

    // A stray file is no content though another signature covers it.
    [Test]
    public async Task Passes_both_where_the_second_covers_a_file_that_the_document_does_not_use()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world);
        maker.Parts["Thumbs.db"] = [1, 2, 3];
        await maker.SealAsync(world);

        Assert.That((await VerifyAsync(maker)).Verdict.Faults, Is.Empty);
    }

    [Test]
    public async Task Leaves_the_first_open_where_the_second_leads_the_file_to_another_document()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(world, new OfdStyle { Protects = path => path != "OFD.xml" });
        maker.Put("Doc_1/Document.xml", "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
        maker.Put("OFD.xml", System.Text.Encoding.UTF8.GetString(maker.Parts["OFD.xml"]).Replace("Doc_0/Document.xml", "Doc_1/Document.xml", StringComparison.Ordinal));
        await maker.SealAsync(world);

        var judged = await VerifyAsync(maker);
        ExpectOpen(judged.Signatures[0], "OFD.xml");
        ExpectOpen(judged.Signatures[0], "Doc_1/Document.xml");
    }

    // ofd.js and what is made of it look for every resource in the folder of the document.
    [Test]
    public async Task Takes_a_file_of_the_same_name_elsewhere_for_what_is_meant()
    {
        var maker = new OfdMaker();
        maker.Put("Doc_0/Pages/Page_0/PageRes.xml", "<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\"><ofd:MultiMedias><ofd:MultiMedia ID=\"9\"><ofd:MediaFile>scan.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>");
        maker.Put("Doc_0/Pages/Page_0/Content.xml", "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:PageRes>PageRes.xml</ofd:PageRes></ofd:Page>");
        maker.Parts["Doc_0/Pages/Page_0/Res/scan.png"] = [1, 2, 3];
        await maker.SealAsync(world);
        Assert.That((await VerifyAsync(maker)).Verdict.Indication, Is.EqualTo(Indication.TotalPassed));

        maker.Parts["Doc_0/Res/scan.png"] = [4, 5, 6];
        Assert.That((await VerifyAsync(maker)).Verdict.Faults.Select(fault => fault.Code), Is.EqualTo(new[] { "OFD_CONTENT_NOT_COVERED" }));
    }

    private static void ExpectOpen(DocumentSignature signature, string part)
    {
        var fault = signature.Verdict.Findings.Single(each => each.Code == "OFD_CONTENT_LEFT_TO_OTHERS");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((signature.Verdict.Indication, fault.SubIndication), Is.EqualTo((Indication.Indeterminate, SubIndication.SigConstraintsFailure)));
            Assert.That(fault.Chinese, Does.Contain(part));
            Assert.That(fault.English, Does.Contain(part));
        }
    }

    private Task<SignedDocument> VerifyAsync(OfdMaker maker) =>
        new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(new MemoryStream(maker.Zip()), SealWorld.Sealed, CancellationToken.None);
}
