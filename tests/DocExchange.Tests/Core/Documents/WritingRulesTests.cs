using DocExchange.Core.Documents;

namespace DocExchange.Tests.Core.Documents;

public sealed class WritingRulesTests
{
    private static readonly DocumentMetadata Notice = SampleMetadata.Minimal with
    {
        Type = DocumentType.Notice,
        Title = "关于开展公文交换工作的通知（试行）",
        Number = DocumentNumber.Of("京政发", 2001, 2),
        PrintedTo = "各区、县人民政府",
    };

    private static readonly DocumentMetadata Request = Notice with
    {
        Type = DocumentType.Request,
        Title = "关于增加经费的请示",
        PrintedTo = "市人民政府",
        Signatories = ["张三"],
    };

    private static readonly DateTimeOffset Today = new(Notice.Date.AddDays(1), new TimeOnly(9, 0), TimeSpan.FromHours(8));

    private static readonly Addressee Superior = new("bj/gov", Direction.Upward, true);

    private static IEnumerable<TestCaseData> NumberedOffences() =>
        Offences().Select((data, place) => data.SetArgDisplayNames($"{data.Arguments[0]}", $"{data.Arguments[1]}", $"{place}"));

    private static IEnumerable<TestCaseData> Offences()
    {
        yield return Blocks("UPWARD_WITHOUT_SIGNATORY", Request with { Signatories = [] }, Superior);
        yield return Blocks("UPWARD_WITHOUT_SIGNATORY", Notice with { Type = DocumentType.Opinions, Title = "关于甲的意见" }, Superior);
        yield return Blocks("UPWARD_COPIED_DOWN", Request, Superior, new Addressee("bj/x", Direction.Downward, false));
        yield return Blocks("CLASSIFIED_WITHOUT_COPY_NUMBER", Notice with { Security = new SecurityMark(Classification.Secret, "10年") });
        yield return Blocks("CLASSIFIED_WITHOUT_PERIOD", Notice with { CopyNumber = "000001", Security = new SecurityMark(Classification.Secret, null) });
        yield return Warns("UPWARD_SEVERAL_RECIPIENTS", Request, Superior, Superior with { OfficeId = "bj/party" });
        yield return Warns("UPWARD_TO_PERSON", Request with { PrintedTo = "李四副市长：" }, Superior);
        yield return Warns("UPWARD_SIGNATORY_PER_ISSUER", Request with { Issuers = [.. Request.Issuers, new Issuer("bj/2", "市财政局", SealPlacement.Body)] }, Superior);
        yield return Warns("REPORT_CARRIES_REQUEST", Request with { Type = DocumentType.Report, Title = "关于经费的请示报告" }, Superior);
        yield return Warns("TITLE_WITHOUT_TYPE", Notice with { Title = "关于开展工作的函" });
        yield return Warns("SEAL_MISSING", Notice with { Issuers = [new Issuer("a", "甲", SealPlacement.None)] });
        yield return Warns("MINUTES_SEALED", Notice with { Type = DocumentType.Minutes, Title = "会议纪要" });
        yield return Warns("LEADER_SIGNATURE_MISSING", Notice with { Type = DocumentType.Order, Title = "北京市人民政府令" });
        yield return Warns("NUMBER_MISSING", Notice with { Number = null });
        yield return Warns("RECIPIENTS_NOT_PRINTED", Notice with { PrintedTo = null });
        yield return Warns("REPLY_TO_NOTHING", Notice with { Type = DocumentType.Reply, Title = "关于同意的批复" });
        yield return Warns("TELEGRAM_URGENCY", Notice with { Urgency = Urgency.Immediate });
        yield return Warns("NUMBER_YEAR", Notice with { Number = DocumentNumber.Of("京政发", 2000, 2) });
        yield return Warns("PRINTED_BEFORE_DATE", Notice with { PrintedOn = Notice.Date.AddDays(-1) });
        yield return Warns("REPLY_BEFORE_SIGNING", Notice with { SignBy = SampleMetadata.Full.ReplyBy, ReplyBy = SampleMetadata.Full.SignBy });
        yield return Blocks("SIGN_BY_PASSED", Notice with { SignBy = Today.AddMinutes(-1) });
        yield return Blocks("REPLY_BY_PASSED", Notice with { ReplyBy = Today.AddMinutes(-1) });
        yield return Warns("DATE_FAR", Notice with { Date = Notice.Date.AddYears(-1).AddDays(-1), Number = DocumentNumber.Of("京政发", Notice.Date.Year - 1, 2) });
        yield return Warns("DATE_FAR", Notice with { Date = Notice.Date.AddYears(1).AddDays(3), Number = DocumentNumber.Of("京政发", Notice.Date.Year + 1, 2) });
    }

    [TestCaseSource(nameof(NumberedOffences))]
    public void Finds_just_this_offence(RuleSeverity severity, string code, DocumentMetadata metadata, WritingContext context)
    {
        Assert.That(metadata.Validate(), Is.Empty, "the sample itself is well-formed");
        Assert.That(WritingRules.Check(metadata, context, Today).Select(finding => (finding.Severity, finding.Code)), Is.EqualTo(new[] { (severity, code) }));
    }

    [Test]
    public void Finds_nothing_in_documents_that_keep_the_rules()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(WritingRules.Check(Notice, new WritingContext([new Addressee("bj/1", Direction.Downward, true), new Addressee("bj/2", Direction.Downward, true)]), Today), Is.Empty);
            Assert.That(WritingRules.Check(Request, new WritingContext([Superior]), Today), Is.Empty);
            Assert.That(WritingRules.Check(Notice with { Type = DocumentType.Internal, Title = "值班表", Number = null, PrintedTo = null }, WritingContext.Unknown, Today), Is.Empty);
        }
    }

    [Test]
    public void Only_tells_of_a_deadline_that_passed_after_the_document_was_final()
    {
        var late = Notice with { SignBy = Today.AddMinutes(-2), ReplyBy = Today.AddMinutes(-1) };
        var findings = WritingRules.Check(late, WritingContext.Unknown, Today, isFrozen: true);

        Assert.That(findings.Select(finding => (finding.Severity, finding.Code)), Is.EqualTo(new[] { (RuleSeverity.Warning, "SIGN_BY_PASSED"), (RuleSeverity.Warning, "REPLY_BY_PASSED") }));
        Assert.That(findings[0].Chinese, Is.EqualTo($"签收期限 {late.SignBy:yyyy-MM-dd HH:mm} 已过；公文已定稿，照原件发出，请告知收文单位。"));
    }

    [Test]
    public void Tells_the_keeper_of_a_seal_which_deadline_has_passed_and_when_it_was()
    {
        var (signBy, replyBy) = (Today.AddMinutes(-2).ToOffset(TimeSpan.Zero), Today.AddMinutes(1));
        var passed = WritingRules.PassedBeforeSealing(signBy, replyBy, Today);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passed.Select(finding => (finding.Severity, finding.Code)), Is.EqualTo(new[] { (RuleSeverity.Warning, "SIGN_BY_PASSED") }));
            Assert.That(passed[0].Chinese, Is.EqualTo($"签收期限 {Today.AddMinutes(-2):yyyy-MM-dd HH:mm} 已过；仍可签署用印，如须改期请退回拟稿单位。"));
            Assert.That(passed[0].English, Does.StartWith($"The time to sign for it, {Today.AddMinutes(-2):yyyy-MM-dd HH:mm}, has passed"));
            Assert.That(WritingRules.PassedBeforeSealing(null, Today.AddMinutes(-1), Today).Select(finding => finding.Code), Is.EqualTo(new[] { "REPLY_BY_PASSED" }));
            Assert.That(WritingRules.PassedBeforeSealing(null, null, Today), Is.Empty);
        }
    }

    [Test]
    public void A_deadline_is_told_in_the_time_of_the_site()
    {
        var late = Notice with { SignBy = Today.AddMinutes(-2).ToOffset(TimeSpan.Zero) };

        var finding = WritingRules.Check(late, WritingContext.Unknown, Today).Single();

        Assert.That(finding.Chinese, Does.Contain($"{Today.AddMinutes(-2):yyyy-MM-dd HH:mm} 已过"));
        Assert.That(finding.English, Does.Contain($"{Today.AddMinutes(-2):yyyy-MM-dd HH:mm}, has passed"));
    }

    [Test]
    public void Does_not_take_a_report_on_a_request_for_a_request() => Assert.That(
        WritingRules.Check(Request with { Type = DocumentType.Report, Title = "关于市教委请示办理情况的报告" }, WritingContext.Unknown, Today), Is.Empty);

    private static TestCaseData Blocks(string code, DocumentMetadata metadata, params Addressee[] addressees) =>
        new(RuleSeverity.Block, code, metadata, new WritingContext(addressees));

    private static TestCaseData Warns(string code, DocumentMetadata metadata, params Addressee[] addressees) =>
        new(RuleSeverity.Warning, code, metadata, new WritingContext(addressees));
}
