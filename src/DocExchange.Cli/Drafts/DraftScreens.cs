using DocExchange.Core.Documents;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Drafts;

/// <summary>Drafts as they are printed.</summary>
internal static class DraftScreens
{
    public static object Value(DraftLine line) => new
    {
        draft = line.Draft,
        office = line.Office,
        title = line.Title,
        number = line.Number,
        documentType = line.DocumentType,
        urgency = line.Urgency,
        stage = line.Stage,
        changedBy = line.ChangedBy,
        changedAt = line.ChangedAt,
        sentBack = line.SentBack,
        replaces = line.Replaces,
        documentId = line.DocumentId,
        askedBy = line.AskedBy,
        askedAt = line.AskedAt,
        waitingFor = line.WaitingFor.Select(Value),
        warnings = line.Warnings.Select(Value),
    };

    public static object Value(DraftSheet sheet) => new
    {
        draft = sheet.Line.Draft,
        stage = sheet.Line.Stage,
        version = sheet.Version,
        documentId = sheet.Line.DocumentId,
        fields = Value(sheet.Fields),
        replaceReason = sheet.ReplaceReason,
        sentBack = sheet.Line.SentBack,
        files = sheet.Files.Select(file => new { number = file.Number, name = file.Name, size = file.Size, received = file.Received, isBody = file.IsBody }),
        remarks = sheet.Remarks.Select(Value),
        series = sheet.Series is null ? null : Value(sheet.Series),
        main = sheet.Main,
        copies = sheet.Copies,
        notEnrolled = sheet.NotEnrolled,
        parts = sheet.Parts.Select(part => new { path = part.Path, size = part.Size, sha256 = Convert.ToHexStringLower(part.Sha256.Span) }),
        steps = sheet.Steps.Select(Value),
        seal = sheet.Seal,
        isForeign = sheet.IsForeign,
    };

    public static object Value(NumberSeriesReply series) => new
    {
        series = series.Series,
        next = series.Next,
        nextNumber = series.NextNumber,
        gaps = series.Gaps,
        gapCount = series.GapCount,
        reserved = series.Reserved,
    };

    public static object Value(DraftRemark remark) => new { field = remark.Field, isInTheWay = remark.IsInTheWay, chinese = remark.Chinese, english = remark.English };

    public static string Line(Screen screen, DraftRemark remark) => (remark.IsInTheWay ? "✗ " : "! ") + screen.Say(remark.Chinese, remark.English);

    public static string Line(Screen screen, DraftLine line) => Join(
        line.Draft,
        Stage(screen, line),
        line.Urgency,
        $"{line.Number}《{Title(screen, line)}》",
        line.Replaces.Length > 0 ? screen.Say("更正重印", "corrects another") : "",
        line.ChangedBy,
        line.ChangedAt,
        line.SentBack.Length > 0 ? screen.Say($"已退回：{line.SentBack}", $"sent back: {line.SentBack}") : "");

    public static string Title(Screen screen, DraftLine line) => line.Title.Length > 0 ? line.Title : screen.Say("（无标题）", "(untitled)");

    public static IEnumerable<string> Lines(Screen screen, DraftSheet sheet)
    {
        yield return Line(screen, sheet.Line);
        foreach (var line in Facts(screen, sheet).Concat(Files(screen, sheet)).Concat(Steps(screen, sheet)))
        {
            yield return line;
        }

        if (sheet.Series is { } series)
        {
            yield return Line(screen, series);
        }

        foreach (var remark in sheet.Remarks)
        {
            yield return Line(screen, remark);
        }
    }

    public static string Line(Screen screen, NumberSeriesReply series)
    {
        var gaps = series.GapCount == 0
            ? screen.Say("无断号", "no gaps")
            : screen.Say("断号 ", "gaps ") + string.Join('、', series.Gaps) + (series.GapCount > series.Gaps.Count ? "…" : "");
        var reserved = series.Reserved.Count == 0 ? "" : screen.Say("，草稿预留 ", ", kept for drafts ") + string.Join('、', series.Reserved);
        return screen.Say($"下一个字号 {series.NextNumber}，{gaps}{reserved}", $"next number {series.NextNumber}, {gaps}{reserved}");
    }

    private static object Value(SealStep step) => new { office = step.Office, name = step.Name, needsSeal = step.NeedsSeal, isHere = step.IsHere, isDone = step.IsDone, approvals = step.Approvals };

    private static object Value(Draft fields) => new
    {
        title = fields.Title,
        documentType = fields.DocumentType,
        number = fields.Number,
        agencyCode = fields.AgencyCode,
        issuers = fields.Issuers,
        urgency = fields.Urgency,
        signer = fields.Signer,
        main = fields.Addressing?.Main ?? [],
        copies = fields.Addressing?.Copies ?? [],
        exclude = fields.Addressing?.Exclude ?? [],
        signBy = fields.SignBy,
        replyBy = fields.ReplyBy,
        issuedOn = fields.IssuedOn,
        replaces = fields.Replaces,
        withoutSeal = fields.WithoutSeal,
        sealInBody = fields.SealInBody,
        physicalAttachments = fields.PhysicalAttachments,
        copiesPrinted = fields.CopiesPrinted,
    };

    private static IEnumerable<string> Facts(Screen screen, DraftSheet sheet)
    {
        if (sheet.Line.DocumentId.Length > 0)
        {
            yield return screen.Say($"系统标识 {sheet.Line.DocumentId}", $"Document id {sheet.Line.DocumentId}");
        }

        foreach (var (name, value) in Asked(screen, sheet.Fields))
        {
            yield return $"{name} {value}";
        }

        if (sheet.Main + sheet.Copies > 0)
        {
            yield return screen.Say($"主送 {sheet.Main}、抄送 {sheet.Copies} 个单位", $"{sheet.Main} main and {sheet.Copies} copy recipients");
        }

        if (sheet.NotEnrolled.Count > 0)
        {
            yield return screen.Say("尚未开通：", "Without a node: ") + string.Join(' ', sheet.NotEnrolled);
        }

        if (sheet.Seal.Length > 0)
        {
            yield return screen.Say($"将加盖 {sheet.Seal}", $"Would be sealed with {sheet.Seal}");
        }
    }

    // What was typed, where something was.
    private static IEnumerable<(string Name, string Value)> Asked(Screen screen, Draft fields)
    {
        (string, string)[] asked =
        [
            (screen.Say("文种", "Type"), TypeOf(screen, fields.DocumentType)),
            (screen.Say("发文机关", "Issuers"), string.Join(' ', fields.Issuers)),
            (screen.Say("签发人", "Signer"), fields.Signer),
            (screen.Say("主送", "To"), string.Join(' ', fields.Addressing?.Main ?? [])),
            (screen.Say("抄送", "Copies to"), string.Join(' ', fields.Addressing?.Copies ?? [])),
            (screen.Say("除外", "Left out"), string.Join(' ', fields.Addressing?.Exclude ?? [])),
            (screen.Say("签收期限", "To be signed for by"), fields.SignBy),
            (screen.Say("答复期限", "To be answered by"), fields.ReplyBy),
            (screen.Say("成文日期", "Date"), fields.IssuedOn),
        ];
        return asked.Where(each => each.Item2.Length > 0);
    }

    private static string TypeOf(Screen screen, string code) => DocumentTypes.TryFromCode(code, out var type) ? screen.Say(type.Chinese(), type.English()) : code;

    private static IEnumerable<string> Files(Screen screen, DraftSheet sheet) => sheet.Parts.Count > 0
        ? sheet.Parts.Select(part => $"  {part.Path}  {part.Size}  {Convert.ToHexStringLower(part.Sha256.Span)}")
        : sheet.Files.Select(file => $"  {file.Number}  {(file.IsBody ? screen.Say("正文", "body") : screen.Say("附件", "attachment"))}  {file.Name}  {file.Size}{(file.Received == file.Size ? "" : screen.Say("（未传完）", " (not complete)"))}");

    private static IEnumerable<string> Steps(Screen screen, DraftSheet sheet) => sheet.Steps.Select(step => "  " + Join(
        step.Name,
        step switch
        {
            { IsDone: true, NeedsSeal: true } => screen.Say("已用印", "signed and sealed"),
            { IsDone: true } => screen.Say("已签署", "signed"),
            { IsHere: true } => screen.Say("待签署", "to be signed here"),
            _ => screen.Say("待外单位签署", "to be signed at its own node"),
        },
        step is { IsDone: false, Approvals.Count: > 0 } ? screen.Say($"{string.Join('、', step.Approvals)} 已批准", $"approved by {string.Join(", ", step.Approvals)}") : ""));

    private static string Stage(Screen screen, DraftLine line) => line.Stage switch
    {
        "Editing" => screen.Say("拟稿", "draft"),
        "Ready" => screen.Say("可发送", "ready"),
        "Sealing" => screen.Say($"待{string.Join('、', line.WaitingFor.Select(step => step.Name))}签署", $"waits for {string.Join(", ", line.WaitingFor.Select(step => step.Office))}"),
        _ => line.Stage,
    };

    private static string Join(params IEnumerable<string> columns) => string.Join("  ", columns.Where(column => column.Length > 0));
}
