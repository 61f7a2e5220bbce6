namespace DocExchange.Core.Documents;

public enum RuleSeverity
{
    /// <summary>The rule says 原则上, or the machine cannot be sure: shown, never in the way.</summary>
    Warning,

    /// <summary>The rule has no exception: the document is not dispatched.</summary>
    Block,
}

/// <summary>A rule of writing that a document offends against. The code is stable.</summary>
public sealed record RuleFinding(RuleSeverity Severity, string Code, string Chinese, string English);

/// <summary>行文方向, seen from the issuer.</summary>
public enum Direction
{
    Unknown,
    Upward,
    Parallel,
    Downward,
}

/// <param name="IsMain">主送; otherwise 抄送.</param>
public sealed record Addressee(string OfficeId, Direction Direction, bool IsMain);

/// <summary>What the office directory knows about the parties. Without it fewer rules can be judged, none wrongly.</summary>
public sealed record WritingContext(IReadOnlyList<Addressee> Addressees)
{
    public static WritingContext Unknown { get; } = new([]);
}

/// <summary>
/// 行文规则 as far as a machine can judge them: 《党政机关公文处理工作条例》(中办发〔2012〕14号) 第三章 第四章. That a 请示 is about
/// one matter only (一文一事), and that no inner unit (内设机构) but a general office issues to the outside, is for people to see and is
/// not reported on: the office directory does not say who is one.
/// </summary>
public static partial class WritingRules
{
    /// <summary>A date of a document so far from today is more likely a slip than meant.</summary>
    private static readonly TimeSpan FarDate = TimeSpan.FromDays(366);

    /// <param name="now">When it is going to be dispatched, in the site's time zone.</param>
    /// <param name="isFrozen">It cannot be changed any more, so that a deadline that has passed meanwhile is only told.</param>
    public static IReadOnlyList<RuleFinding> Check(DocumentMetadata metadata, WritingContext context, DateTimeOffset now, bool isFrozen = false)
    {
        var findings = new List<RuleFinding>();
        CheckUpward(metadata, context, findings);
        CheckIssuers(metadata, findings);
        CheckHeading(metadata, findings);
        CheckTitle(metadata, findings);
        CheckDates(metadata, findings);
        CheckDeadlines(metadata, now, isFrozen, findings);
        findings.WarnIf(
            (metadata.Date.ToDateTime(TimeOnly.MinValue) - now.Date).Duration() > FarDate, "DATE_FAR",
            $"成文日期 {metadata.Date:yyyy-MM-dd} 与今天相差一年以上，请核对。", $"The date of the document, {metadata.Date:yyyy-MM-dd}, is more than a year from today; check it.");
        return findings;
    }

    /// <summary>Deadlines that passed before a seal is set: its keeper is told, and decides; nothing is in the way.</summary>
    /// <param name="now">In the site's time zone.</param>
    public static IReadOnlyList<RuleFinding> PassedBeforeSealing(DateTimeOffset? signBy, DateTimeOffset? replyBy, DateTimeOffset now) =>
    [
        .. Passed(signBy, replyBy, now).Select(passed => new RuleFinding(
            RuleSeverity.Warning, passed.Code, $"{passed.Chinese}；仍可签署用印，如须改期请退回拟稿单位。", $"{passed.English}; it can be signed and sealed all the same, or sent back for a later one.")),
    ];

    private static void CheckUpward(DocumentMetadata metadata, WritingContext context, List<RuleFinding> findings)
    {
        var main = context.Addressees.Where(addressee => addressee.IsMain).ToList();
        if (!metadata.Type.IsAlwaysUpward() && !main.Any(addressee => addressee.Direction == Direction.Upward))
        {
            return;
        }

        // 第九条(七): 上行文应当标注签发人姓名.
        findings.BlockIf(metadata.Signatories.Count == 0, "UPWARD_WITHOUT_SIGNATORY", "上行文应当标注签发人姓名。", "A document to a superior must name who signed it off (签发人).");
        findings.WarnIf(
            metadata.Signatories.Count > 0 && metadata.Signatories.Count < metadata.Issuers.Count, "UPWARD_SIGNATORY_PER_ISSUER",
            "联合上行文一般应标注每个发文机关的签发人。", "A joint document to a superior usually names one signatory for each issuer.");

        // 第十五条(一): 原则上主送一个上级机关 …… 不抄送下级机关.
        findings.WarnIf(main.Count > 1, "UPWARD_SEVERAL_RECIPIENTS", "上行文原则上主送一个上级机关。", "A document to a superior has in principle one main recipient (主送).");
        findings.BlockIf(
            context.Addressees.Any(addressee => addressee is { IsMain: false, Direction: Direction.Downward }), "UPWARD_COPIED_DOWN",
            "上行文不抄送下级机关。", "A document to a superior is not copied to subordinates.");

        // 第十五条(五): exceptions exist (负责人直接交办事项), so this can only warn.
        findings.WarnIf(
            IsAddressedToPerson(metadata.PrintedTo), "UPWARD_TO_PERSON",
            "除上级机关负责人直接交办事项外，不得以本机关名义向上级机关负责人报送公文。", "A document to a superior is addressed to the office, not to a leader in person.");
    }

    private static void CheckIssuers(DocumentMetadata metadata, List<RuleFinding> findings)
    {
        var mayBeUnsealed = metadata.Type is DocumentType.Minutes or DocumentType.Internal;
        findings.WarnIf(
            !mayBeUnsealed && metadata.Issuers.Any(issuer => issuer.Seal == SealPlacement.None), "SEAL_MISSING",
            "公文中有发文机关署名的，应当加盖发文机关印章。", "A document that an office puts its name to carries the seal of that office.");
        findings.WarnIf(
            metadata.Type == DocumentType.Minutes && metadata.Issuers.Any(issuer => issuer.Seal != SealPlacement.None), "MINUTES_SEALED",
            "纪要不加盖印章。", "Minutes (纪要) carry no seal.");
        findings.WarnIf(
            metadata.Type is DocumentType.Order or DocumentType.Proposal && metadata.LeaderSignature is null, "LEADER_SIGNATURE_MISSING",
            "命令（令）、议案一般由负责人署名。", "An order or a proposal is usually signed by the head of the office.");
    }

    private static void CheckHeading(DocumentMetadata metadata, List<RuleFinding> findings)
    {
        // 第九条(一)(二): 涉密公文应当标注份号 …… 密级和保密期限.
        findings.BlockIf(metadata.Security.IsClassified && metadata.CopyNumber is null, "CLASSIFIED_WITHOUT_COPY_NUMBER", "涉密公文应当标注份号。", "A classified document must carry a copy number (份号).");
        findings.BlockIf(metadata.Security.IsClassified && metadata.Security.Period is null, "CLASSIFIED_WITHOUT_PERIOD", "涉密公文应当标注保密期限。", "A classified document must state its period of secrecy.");

        var mayBeUnnumbered = metadata.Type is DocumentType.Minutes or DocumentType.Internal or DocumentType.Communique or DocumentType.Announcement
            or DocumentType.PublicNotice or DocumentType.Resolution;
        findings.WarnIf(!mayBeUnnumbered && metadata.Number is null && metadata.PrintedNumber is null, "NUMBER_MISSING", "缺少发文字号。", "There is no document number (发文字号).");

        var isForThePublic = mayBeUnnumbered || metadata.Type is DocumentType.Order or DocumentType.Decision;
        findings.WarnIf(!isForThePublic && metadata.PrintedTo is null, "RECIPIENTS_NOT_PRINTED", "正文未标注主送机关。", "No main recipients (主送机关) are printed.");
        findings.WarnIf(
            metadata.Type == DocumentType.Reply && metadata.Relations.All(relation => relation.Kind != RelationKind.RepliesTo), "REPLY_TO_NOTHING",
            "批复未注明所答复的请示。", "A reply (批复) does not say which request it answers.");
        findings.WarnIf(
            metadata.Urgency is Urgency.Prompt or Urgency.Immediate, "TELEGRAM_URGENCY",
            "特提、平急仅用于电报；公文的紧急程度为特急、加急。", "特提 and 平急 are for telegrams; documents are 特急 or 加急.");
    }

    private static void CheckDates(DocumentMetadata metadata, List<RuleFinding> findings)
    {
        findings.WarnIf(metadata.Number is { } number && number.Year != metadata.Date.Year, "NUMBER_YEAR", "发文字号的年份与成文日期不一致。", "The year of the document number is not that of the date.");
        findings.WarnIf(metadata.PrintedOn < metadata.Date, "PRINTED_BEFORE_DATE", "印发日期早于成文日期。", "The document was printed before its date.");
        findings.WarnIf(metadata.ReplyBy < metadata.SignBy, "REPLY_BEFORE_SIGNING", "反馈期限早于签收期限。", "The reply is due before the receipt.");
    }

    private static void CheckDeadlines(DocumentMetadata metadata, DateTimeOffset now, bool isFrozen, List<RuleFinding> findings)
    {
        foreach (var (code, chinese, english) in Passed(metadata.SignBy, metadata.ReplyBy, now))
        {
            findings.WarnIf(isFrozen, code, $"{chinese}；公文已定稿，照原件发出，请告知收文单位。", $"{english}; the document is final and goes as it is. Tell the recipients.");
            findings.BlockIf(!isFrozen, code, $"{chinese}，请改为今后的时间。", $"{english}; give a later one.");
        }
    }

    private static IEnumerable<(string Code, string Chinese, string English)> Passed(DateTimeOffset? signBy, DateTimeOffset? replyBy, DateTimeOffset now)
    {
        (string Code, DateTimeOffset? Time, string Chinese, string English)[] deadlines =
            [("SIGN_BY_PASSED", signBy, "签收期限", "to sign for it"), ("REPLY_BY_PASSED", replyBy, "反馈期限", "to answer it")];
        return deadlines.Where(deadline => deadline.Time < now).Select(deadline =>
        {
            var here = deadline.Time!.Value.ToOffset(now.Offset);
            return (deadline.Code, $"{deadline.Chinese} {here:yyyy-MM-dd HH:mm} 已过", $"The time {deadline.English}, {here:yyyy-MM-dd HH:mm}, has passed");
        });
    }

    private static void BlockIf(this List<RuleFinding> findings, bool offends, string code, string chinese, string english)
    {
        if (offends)
        {
            findings.Add(new RuleFinding(RuleSeverity.Block, code, chinese, english));
        }
    }

    private static void WarnIf(this List<RuleFinding> findings, bool offends, string code, string chinese, string english)
    {
        if (offends)
        {
            findings.Add(new RuleFinding(RuleSeverity.Warning, code, chinese, english));
        }
    }
}
