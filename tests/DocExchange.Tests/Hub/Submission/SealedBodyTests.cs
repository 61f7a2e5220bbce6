using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>Packages whose metadata says that the seal is in the body: it must be there, intact, and the issuer's.</summary>
public sealed class SealedBodyTests
{
    private static readonly Issuer Government = new(ExchangeSite.Government.ToString(), "北京市人民政府", SealPlacement.Body);
    private static readonly Issuer District = new(ExchangeSite.Dongcheng.ToString(), "东城区人民政府", SealPlacement.Body);

    private HubUnderTest hub = null!;
    private SealWorld seals = null!;

    [SetUp]
    public async Task StartAsync() => (hub, seals) = (await HubUnderTest.StartAsync(), new SealWorld());

    [TearDown]
    public async Task StopAsync()
    {
        seals.Dispose();
        await hub.DisposeAsync();
    }

    [Test]
    public async Task Accepts_an_OFD_that_bears_the_issuers_seal_whoever_certified_it() =>
        Assert.That(await ReasonsAsync(("通知.ofd", await SealedOfdAsync())), Is.Empty);

    [Test]
    public async Task Accepts_a_PDF_that_the_issuer_signed() =>
        Assert.That(await ReasonsAsync(("通知.pdf", await SignedPdfAsync(ExchangeSite.Government))), Is.Empty);

    [Test]
    public async Task Rejects_a_body_without_a_seal()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonsAsync(("通知.pdf", PdfMaker.Plain())), Does.Contain("the body bears no seal"));
            Assert.That(await ReasonsAsync(("通知.ofd", new OfdMaker().Zip()), "京政发〔2026〕2号"), Does.Contain("the body bears no seal"));
        }
    }

    [Test]
    public async Task Rejects_a_signature_of_an_OFD_in_the_place_of_a_seal()
    {
        var maker = new OfdMaker();
        var key = hub.Site.Offices[ExchangeSite.Government].Key;
        await maker.SignAsync(new OfdStyle { Type = "Sign" }, file => CmsSigner.SignAsync(file, key, ExchangeSite.Start, CmsForm.Detached, CancellationToken.None));

        Assert.That(await ReasonsAsync(("通知.ofd", maker.Zip())), Does.Contain("the body bears no seal"));
    }

    [Test]
    public async Task Rejects_a_broken_seal_even_where_the_site_lets_broken_bodies_pass()
    {
        hub.Get<DocExchange.Hub.Operations.HubSettings>().RefuseBrokenBodySignatures = false;
        var pdf = await SignedPdfAsync(ExchangeSite.Government);
        pdf[30] ^= 1;

        Assert.That(await ReasonsAsync(("通知.pdf", pdf)), Does.Contain("no seal in the body is intact"));
    }

    [Test]
    public async Task Rejects_a_page_that_came_after_the_seal()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(seals);
        maker.Put("Doc_0/Pages/Page_1/Content.xml", "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");

        Assert.That(await ReasonsAsync(("通知.ofd", maker.Zip())), Does.Contain("content that no seal protects"));
    }

    [Test]
    public async Task Rejects_the_seal_of_another_office()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonsAsync(("通知.pdf", await SignedPdfAsync(ExchangeSite.Haidian))), Does.Contain("are those of others"));
            Assert.That(await ReasonsAsync(("通知.ofd", await SealedOfdAsync()), "东政发〔2026〕1号", District), Does.Contain("bj/dc").And.Contain("are those of others"));
        }
    }

    [Test]
    public async Task Accepts_a_PDF_that_all_its_issuers_signed_one_after_the_other_and_no_stranger()
    {
        var both = await SignedPdfAsync(ExchangeSite.Dongcheng, await SignedPdfAsync(ExchangeSite.Government));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReasonsAsync(("通知.pdf", both), "京政发〔2026〕1号", Government, District), Is.Empty);
            Assert.That(await ReasonsAsync(("通知.pdf", both), "京政发〔2026〕2号"), Does.Contain("bj/gov").And.Contain("not all signatures are intact and the issuers' own"));
        }
    }

    // The issuer's certificate is public; who adds to the file may put it into a signature that nobody can check.
    [Test]
    public async Task Rejects_a_PDF_continued_by_a_signature_that_names_the_issuer_and_cannot_be_checked()
    {
        var key = hub.Site.Offices[ExchangeSite.Government].Key;
        var continued = await PdfMaker.SignAsync(await SignedPdfAsync(ExchangeSite.Government), content =>
        {
            var forged = ForgedCms.Of(key, content) with { Content = null, SignatureAlgorithm = ForgedCms.Algorithm("1.2.3.4") };
            return Task.FromResult(forged.Encode());
        });

        Assert.That(await ReasonsAsync(("通知.pdf", continued)), Does.Contain("not all signatures are intact and the issuers' own"));
    }

    [Test]
    public async Task Rejects_an_OFD_to_which_a_stranger_added_something_that_he_signed()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(seals);
        maker.Put("Doc_0/Pages/Page_1/Content.xml", "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
        var key = hub.Site.Offices[ExchangeSite.Haidian].Key;
        await maker.SignAsync(new OfdStyle { Type = "Sign" }, file => CmsSigner.SignAsync(file, key, ExchangeSite.Start, CmsForm.Detached, CancellationToken.None));

        Assert.That(await ReasonsAsync(("通知.ofd", maker.Zip())), Does.Contain("not all signatures are intact and the issuers' own"));
    }

    [Test]
    public async Task Wants_the_seal_of_each_issuer_that_has_it_in_the_body()
    {
        var reasons = await ReasonsAsync(("通知.ofd", await SealedOfdAsync()), "京政发〔2026〕1号", Government, District);
        Assert.That(reasons, Does.Contain("The metadata says that the seal of the issuer bj/dc is in the body").And.Not.Contain("bj/gov"));
    }

    private async Task<byte[]> SealedOfdAsync()
    {
        var maker = new OfdMaker();
        await maker.SealAsync(seals);
        return maker.Zip();
    }

    private Task<byte[]> SignedPdfAsync(PartyId office, byte[]? pdf = null) => PdfMaker.SignAsync(
        pdf ?? PdfMaker.Plain(), content => CmsSigner.SignAsync(content, hub.Site.Offices[office].Key, ExchangeSite.Start, CmsForm.Detached, CancellationToken.None));

    private async Task<string> ReasonsAsync((string Name, byte[] Bytes) body, string number = "京政发〔2026〕1号", params Issuer[] issuers)
    {
        issuers = issuers.Length > 0 ? issuers : [Government];
        var metadata = TestPackage.Metadata(number) with { Issuers = [.. issuers] };
        var package = await TestPackage.MakeAsync(metadata, isSealed: false, body: body, signers: [.. issuers.Select(issuer => hub.Site.Offices[PartyId.Parse(issuer.OfficeId)].Key)]);
        var answer = await hub.DispatchAsync(package);
        return answer.Statement.Body is RejectedBody rejected ? string.Join(" ", rejected.Reasons.Select(reason => reason.English)) : "";
    }
}
