using DocExchange.Trust.Containers;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>A file with what a time-stamp authority answered (.tsr, RFC 3161 §2.4.2).</summary>
public sealed class ResponseFileTests
{
    [Test]
    public async Task Is_judged_by_its_token()
    {
        using var site = new StampingSite();
        var token = await site.StampAsync();
        var demands = DemandsOf(site);
        var alone = await VerifyAsync(token, StampingSite.Content, demands);
        var answered = await VerifyAsync(TimestampResponse.Granted(token).Encode(), StampingSite.Content, demands);
        var modified = await VerifyAsync((TimestampResponse.Granted(token) with { Status = TimestampStatus.GrantedWithMods }).Encode(), StampingSite.Content, demands);
        var other = await VerifyAsync(TimestampResponse.Granted(token).Encode(), "other"u8.ToArray(), demands);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((alone.Verdict.Indication, answered.Verdict.Indication), Is.EqualTo((Indication.TotalPassed, Indication.TotalPassed)));
            Assert.That(answered.Verdict.Signatures.Single().Kind, Is.EqualTo(SignatureKind.Timestamp));
            Assert.That(modified.Verdict.Findings.Select(finding => (finding.Code, finding.Indication)), Is.EqualTo(new[] { ("TSR_GRANTED_WITH_MODS", Indication.TotalPassed) }));
            Assert.That((other.Verdict.Indication, other.Verdict.SubIndication), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
            Assert.That(CodesOf(Again(modified)), Is.EqualTo(new[] { "TSR_GRANTED_WITH_MODS" }));
            Assert.That((alone.Kind, answered.Kind), Is.EqualTo((SignedFileKind.Timestamp, SignedFileKind.Timestamp)));
            Assert.That(FactsJudge.Judge(FactsText.Read(FactsText.Write(answered.Facts!)), ValidationPolicy.Foreign, demands.At, demands.Store).Indication, Is.EqualTo(Indication.TotalPassed));
        }
    }

    [Test]
    public async Task Says_that_no_time_stamp_was_given()
    {
        using var site = new StampingSite();
        var judged = await VerifyAsync(TimestampResponse.Rejected(TimestampFailure.BadAlgorithm, "no\u001B[2J\u202Ehere\n").Encode(), null, DemandsOf(site));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                judged.Verdict.Findings.Select(finding => (finding.Code, finding.Indication, finding.SubIndication)),
                Is.EqualTo(new[] { ("TSR_NOT_GRANTED", Indication.Indeterminate, SubIndication.SignedDataNotFound) }));
            Assert.That(judged.Verdict.Findings.Single().English, Does.Contain("BadAlgorithm, 'no [2J here '"));
            Assert.That(judged.Verdict.Findings.Single().Chinese, Does.Contain("原因 BadAlgorithm：“no [2J here ”"));
            Assert.That((judged.Kind, CodesOf(Again(judged)).Single()), Is.EqualTo((SignedFileKind.Timestamp, "TSR_NOT_GRANTED")));
        }
    }

    [Test]
    public async Task Remarks_upon_a_failure_beside_a_time_stamp()
    {
        using var site = new StampingSite();
        var granted = TimestampResponse.Granted(await site.StampAsync()) with { Failures = [TimestampFailure.BadRequest] };
        var judged = await VerifyAsync(granted.Encode(), StampingSite.Content, DemandsOf(site));
        Assert.That((judged.Verdict.Indication, CodesOf(judged.Verdict).Single()), Is.EqualTo((Indication.TotalPassed, "TSR_FAILURE_STATED")));
    }

    private static IEnumerable<string> CodesOf(Verdict verdict) => verdict.Findings.Select(finding => finding.Code);

    /// <summary>From the facts alone.</summary>
    private static Verdict Again(FileVerdict judged) =>
        FactsJudge.Judge(FactsText.Read(FactsText.Write(judged.Facts!)), ValidationPolicy.Foreign, judged.Facts!.GatheredAt, judged.Facts.Trust);

    private static FileDemands DemandsOf(StampingSite site) => new(site.StoreWith(), ValidationPolicy.Foreign, PackageLimits.Default, site.Clock.GetUtcNow().AddMinutes(1));

    private static Task<FileVerdict> VerifyAsync(byte[] file, byte[]? content, FileDemands demands) =>
        FileVerifier.VerifyAsync(new MemoryStream(file), content is null ? null : new MemoryStream(content), demands, CancellationToken.None);
}
