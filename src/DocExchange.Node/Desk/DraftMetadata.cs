using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>Makes metadata.xml's contents of what was typed at the desk.</summary>
internal static class DraftMetadata
{
    private const int MaxPrinted = MetadataLimits.Printed;

    /// <exception cref="RefusedException">The stream does not begin with a draft, or it is 涉密.</exception>
    public static async Task<Local.Draft> FirstOfAsync(IAsyncStreamReader<Local.SendRequest> requests, CancellationToken cancellation)
    {
        var draft = await requests.MoveNext(cancellation) && requests.Current.Draft is { } first
            ? first
            : throw new RefusedException(Refusal.FormatFailure, "首条消息应为公文草稿。", "The first message must be the draft.");
        RefuseClassified(draft);
        return draft;
    }

    /// <exception cref="RefusedException">涉密, whatever else is right or wrong with the draft.</exception>
    public static void RefuseClassified(Local.Draft draft)
    {
        if (draft.Classification.Length > 0 && !(Names.TryParse(draft.Classification, out Classification known) && known == Classification.None))
        {
            throw new RefusedException(
                Refusal.Classified,
                $"涉密公文（{draft.Classification}）不得通过本系统传输。请按保密规定办理。",
                $"Classified documents ({draft.Classification}) do not travel on this system. Follow the rules for classified documents.");
        }
    }

    /// <exception cref="RefusedException">A field cannot be read; the message says which.</exception>
    public static DocumentMetadata Compose(
        Local.Draft draft, OfficeDirectory directory, PartyId sender, IReadOnlyList<PartyId> issuers, RecipientList recipients, DocumentNumber? number, DateTimeOffset now) => new()
        {
            Type = TypeOf(draft.DocumentType),
            Urgency = UrgencyOf(draft.Urgency),
            Number = number,
            Signatories = [.. draft.Signer.Split('、', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Title = draft.Title,
            PrintedTo = Printed(directory, draft.Addressing?.Main, recipients.Main),
            PrintedCc = Printed(directory, draft.Addressing?.Copies.Except(draft.Addressing.Main), recipients.Copies),
            AttachmentTitles = [.. draft.Files.Skip(1).Select(file => Path.GetFileNameWithoutExtension(file.Name))],
            Issuers = [.. issuers.Select(issuer => new Issuer(
            issuer.ToString(), directory.Find(issuer)!.Name, SealOf(draft)))],
            Date = DateOf(draft.IssuedOn, now),
            DispatchedBy = sender.ToString(),
            Relations = draft.Replaces.Length > 0 ? [new DocumentRelation(RelationKind.Replaces, DocumentIdOf(draft.Replaces), number?.ToString())] : [],
            SignBy = TimeOf(draft.SignBy, "签收期限", "sign_by", now.Offset),
            ReplyBy = TimeOf(draft.ReplyBy, "反馈期限", "reply_by", now.Offset),
            Copies = draft.CopiesPrinted > 0 ? (int)draft.CopiesPrinted : null,
            PhysicalAttachments = [.. draft.PhysicalAttachments.Select(name => new PhysicalAttachment(name, 1))],
        };

    private static SealPlacement SealOf(Local.Draft draft) => draft switch
    {
        { WithoutSeal: true, SealInBody: true } => throw new RefusedException(
            Refusal.FormatFailure, "“不盖章”与“印章在正文中”不能同时选择。", "A document is without a seal or has it in its body, not both."),
        { WithoutSeal: true } => SealPlacement.None,
        { SealInBody: true } => SealPlacement.Body,
        _ => SealPlacement.Container,
    };

    /// <exception cref="RefusedException">The text is neither empty nor a number.</exception>
    public static DocumentNumber? NumberOf(string text) =>
        text.Length == 0 ? null : DocumentNumber.TryParse(text, out var number) ? number : throw Unreadable("发文字号", "number", text, "京政发〔2001〕1号");

    public static DateOnly DateOf(string text, DateTimeOffset now) =>
        text.Length == 0 ? DateOnly.FromDateTime(now.DateTime)
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
        : throw Unreadable("成文日期", "issued_on", text, "2026-01-31");

    public static DocumentId DocumentIdOf(string text) =>
        DocumentId.TryParse(text, out var id) ? id : throw Unreadable("系统标识", "document_id", text, "64 位十六进制数", "64 hexadecimal digits");

    private static DocumentType TypeOf(string text) =>
        DocumentTypes.TryFromCode(text, out var type) || Names.TryParse(text, out type) ? type : throw Unreadable("文种", "document_type", text, "08 / 通知");

    private static Urgency UrgencyOf(string text) =>
        text.Length == 0 ? Urgency.None : Names.TryParse(text, out Urgency urgency) ? urgency : throw Unreadable("紧急程度", "urgency", text, "特急 / 加急");

    private static DateTimeOffset? TimeOf(string text, string chinese, string english, TimeSpan offset) =>
        text.Length == 0 ? null : DeadlineText.Read(text, offset) ?? throw Unreadable(chinese, english, text, "2026-01-31 / 2026-01-31 18:00 / 2026-01-31T18:00:00+08:00");

    // 主送机关 as printed says groups by their names, as people write it: 各区、县人民政府.
    private static string? Printed(OfficeDirectory directory, IEnumerable<string>? names, IReadOnlyList<PartyId> expanded)
    {
        var printed = (names ?? []).Select(name =>
            directory.Groups.FirstOrDefault(group => group.Id == name || group.Name == name)?.Name
            ?? (PartyId.TryParse(name.Contains('/') ? name : $"{directory.Exchange}/{name}") is { } id ? directory.Find(id)?.Name : null)
            ?? name).Distinct().ToList();
        if (printed.Count == 0 || expanded.Count == 0)
        {
            return null;
        }

        var text = string.Join("，", printed);
        return text.Length <= MaxPrinted ? text : $"{directory.Find(expanded[0])!.Name}等{expanded.Count}个单位";
    }

    /// <summary>What to say of a field that cannot be read.</summary>
    /// <param name="chinese">The name of the field.</param>
    /// <param name="english">The same as programs give it.</param>
    /// <param name="form">How it should look; in English too where <paramref name="formEnglish"/> is not given.</param>
    public static RefusedException Unreadable(string chinese, string english, string text, string form, string? formEnglish = null)
    {
        var shown = text.Length <= 80 ? text : text[..80] + "…";
        return new RefusedException(Refusal.FormatFailure, $"{chinese}“{shown}”无法识别，形式应如：{form}。", $"The field {english}, '{shown}', cannot be read; the form is {formEnglish ?? form}.");
    }
}
