using System.Text;
using DocExchange.Core.Statements;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Trust.Pdf;
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

    private async Task<TestPackage> PackageAsync(bool isAltered)
    {
        var key = hub.Site.Offices[ExchangeSite.Government].Key;
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, ExchangeSite.Start, CmsForm.Detached, CancellationToken.None));
        if (isAltered)
        {
            pdf[30] ^= 1;
        }

        // The test's package writes the first line of a PDF itself.
        return await TestPackage.MakeAsync(text: Encoding.ASCII.GetString(pdf)["%PDF-1.7 ".Length..]);
    }
}
