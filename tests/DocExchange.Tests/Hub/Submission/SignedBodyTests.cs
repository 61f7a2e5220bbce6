using System.Text;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>Packages whose body carries a signature of its own.</summary>
public sealed class SignedBodyTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Rejects_a_body_that_was_altered_after_it_was_signed_and_says_so()
    {
        var answer = await hub.DispatchAsync(await PackageAsync(isAltered: true));

        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Rejected));
        Assert.That(((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.Code), Is.EqualTo(new[] { "BODY_SIGNATURE_BROKEN" }));
    }

    [Test]
    public async Task Accepts_it_where_the_site_says_so()
    {
        hub.Get<HubSettings>().RefuseBrokenBodySignatures = false;

        Assert.That((await hub.DispatchAsync(await PackageAsync(isAltered: true))).Statement.Type, Is.EqualTo(StatementType.Accepted));
        Assert.That(hub.Log.Lines, Has.Some.Contains("BODY_SIGNATURE_BROKEN"));
    }

    [Test]
    public async Task Accepts_an_intact_one()
    {
        Assert.That((await hub.DispatchAsync(await PackageAsync(isAltered: false))).Statement.Type, Is.EqualTo(StatementType.Accepted));
        Assert.That(hub.Log.Lines, Has.Some.Contains("BODY_SIGNATURES_"));
    }

    [Test]
    public async Task Keeps_what_it_found_with_the_document_over_a_lost_catalogue()
    {
        var package = await PackageAsync(isAltered: false);
        await hub.DispatchAsync(package);
        await hub.RestartAsync(withoutCatalogue: true);

        var body = hub.Get<SiteStore>().FindBody(package.Document)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(body.Signatures.Select(signature => (signature.Seal, signature.Integrity)), Is.EqualTo(new[] { ((string?)null, "intact") }));
            Assert.That(body.Signatures[0].Signer, Is.EqualTo(hub.Site.Offices[ExchangeSite.Government].Key.Certificate.Subject));
            Assert.That(body.Remarks.Select(remark => remark.Code), Has.All.StartsWith("BODY_SIGNATURES_"));
        }
    }

    [Test]
    public async Task Keeps_nothing_of_what_it_rejects_and_of_bodies_without_signatures()
    {
        var (rejected, plain) = (await PackageAsync(isAltered: true), await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号")));
        await hub.DispatchAsync(rejected);
        await hub.DispatchAsync(plain);

        // It was kept before the rejection, and goes after it.
        await Waiting.UntilAsync("no record of a rejected body is kept", () => hub.Get<SiteStore>().FindBody(rejected.Document) is null);
        Assert.That(hub.Get<SiteStore>().FindBody(plain.Document), Is.Null);
    }

    [Test]
    public async Task Keeps_what_it_found_of_a_signature_that_no_longer_stands_where_it_says()
    {
        hub.Get<HubSettings>().RefuseBrokenBodySignatures = false;
        var package = await PackageAsync(isAltered: false, " ");
        await hub.DispatchAsync(package);

        var body = hub.Get<SiteStore>().FindBody(package.Document);

        Assert.That(body?.Signatures, Is.Empty);
        Assert.That(body!.Remarks.Select(remark => remark.Code), Is.EqualTo(new[] { "BODY_SIGNATURE_BROKEN" }));
    }

    [Test]
    public async Task Keeps_no_time_stamp_as_a_signature()
    {
        using var site = new StampingSite();
        var key = hub.Site.Offices[ExchangeSite.Government].Key;
        var signed = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, ExchangeSite.Start, CmsForm.Detached, CancellationToken.None));
        var (bare, both) = (await StampAsync(PdfMaker.Plain(), "京政发〔2026〕3号"), await StampAsync(signed, "京政发〔2026〕4号"));
        await hub.DispatchAsync(bare);
        await hub.DispatchAsync(both);

        Assert.That(hub.Get<SiteStore>().FindBody(bare.Document), Is.Null);
        Assert.That(hub.Get<SiteStore>().FindBody(both.Document)!.Signatures.Select(signature => signature.Signer), Is.EqualTo(new[] { key.Certificate.Subject }));

        async Task<TestPackage> StampAsync(byte[] pdf, string number) =>
            await TestPackage.MakeAsync(TestPackage.Metadata(number), body: ("正文.pdf", await PdfMaker.SignAsync(pdf, content => site.StampAsync(content), "ETSI.RFC3161")));
    }

    private async Task<TestPackage> PackageAsync(bool isAltered, string inserted = "")
    {
        var key = hub.Site.Offices[ExchangeSite.Government].Key;
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, ExchangeSite.Start, CmsForm.Detached, CancellationToken.None));
        if (isAltered)
        {
            pdf[30] ^= 1;
        }

        // The test's package writes the first line of a PDF itself.
        return await TestPackage.MakeAsync(text: inserted + Encoding.ASCII.GetString(pdf)["%PDF-1.7 ".Length..]);
    }
}
