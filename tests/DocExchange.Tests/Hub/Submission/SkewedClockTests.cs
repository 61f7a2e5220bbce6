using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>A clock that is wrong refuses nothing.</summary>
public sealed class SkewedClockTests
{
    [TestCase(5, "")]
    [TestCase(8 * 60, "STATEMENT_CLOCK_SKEW CMS_SIGNING_TIME_LATER")]
    public async Task Takes_in_signed_and_sealed_documents_of_a_sender_whose_clock_is_ahead(int minutes, string remarks)
    {
        await using var hub = await HubUnderTest.StartAsync();
        var itsTime = hub.Clock.GetUtcNow().AddMinutes(minutes);
        var package = await TestPackage.MakeAsync(at: itsTime);
        var dispatched = await hub.SignAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document, each => each with { ClaimedAt = itsTime });
        await hub.PostAsync(dispatched);
        await hub.UploadAsync(package);
        var answer = await hub.WaitForAsync(logged => logged.Statement.Document == package.Document && logged.Statement.Type is StatementType.Accepted or StatementType.Rejected);
        var verdict = hub.Get<DirectoryKeeper>().Judge.Judge(dispatched, hub.Get<DirectoryKeeper>().Current, hub.Clock.GetUtcNow());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Statement.Body, Is.InstanceOf<AcceptedBody>(), answer.Statement.Body.ToString());
            Assert.That((verdict.Indication, Codes(verdict)), Is.EqualTo((Indication.TotalPassed, remarks)));
        }
    }

    // That the site has no revocation lists is said too.
    private static string Codes(Verdict verdict) =>
        string.Join(' ', verdict.Findings.Concat(verdict.Signatures.SelectMany(signature => signature.Findings)).Select(finding => finding.Code).Where(code => code != "CRL_MISSING"));
}
