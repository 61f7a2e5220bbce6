using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>What is to be said about a field of a draft.</summary>
/// <param name="Field">title, type, number, signer, recipients, issuers, seal, urgency, sign-by, reply-by, issued, files, paper, more; empty: the whole.</param>
/// <param name="IsInTheWay">The document cannot be frozen like this.</param>
public sealed record DraftNote(string Field, bool IsInTheWay, string Chinese, string English);

/// <summary>A draft seen as it would go out now.</summary>
/// <param name="Destination">Null while nobody is addressed.</param>
/// <param name="Metadata">With all that is derived; null where it cannot be made of what was typed.</param>
internal sealed record DraftView(
    Destination? Destination, IReadOnlyList<PartyId> NotEnrolled, IReadOnlyList<PartyId> Excluded, IReadOnlyList<DraftNote> Notes, NumberSeries? Series, DocumentMetadata? Metadata)
{
    /// <summary>Stands for the recipients as they are now; empty while nobody is addressed.</summary>
    public string RecipientsMark => Destination is { } to ? $"{to.Directory.Version}-{to.Recipients.Main.Count}-{to.Recipients.Copies.Count}" : "";

    /// <exception cref="RefusedException">It cannot be frozen like this, for all the reasons named.</exception>
    public void RequireNothingInTheWay()
    {
        var reasons = Notes.Where(note => note.IsInTheWay).Select(note => (note.Chinese, note.English)).Distinct().ToList();
        if (reasons.Count > 0)
        {
            throw new RefusedException(
                Refusal.WrongState, "定稿前请先处理：" + string.Join(" ", reasons.Select(reason => reason.Chinese)), "Before it can be frozen: " + string.Join(" ", reasons.Select(reason => reason.English)));
        }
    }

    /// <param name="mark">The <see cref="RecipientsMark"/> of what was shown.</param>
    /// <exception cref="RefusedException">The recipients are others by now, or nobody.</exception>
    public void RequireSameRecipients(string mark)
    {
        if (Destination is null || RecipientsMark != mark)
        {
            throw new RefusedException(Refusal.WrongState, "机构目录或收文单位刚有变化，请核对现在的收文单位后再发送。", "The directory or the recipients have just changed. Check them and send again.");
        }
    }
}

/// <summary>
/// Looks at a draft without changing it: whom it would go to, what the 行文规则 say, which number it would get. Never refuses;
/// what would be refused is a note beside its field.
/// </summary>
internal sealed class DraftChecks(
    DirectoryCopy directories, Departure departure, DeskPeople people, NumberRegister numbers, DraftElements elements, KeyRing keys, DraftShelf shelf, IOptions<DeskOptions> options, TimeProvider time)
{
    private static readonly Dictionary<string, string> FieldOfRule = new()
    {
        ["UPWARD_WITHOUT_SIGNATORY"] = "signer",
        ["UPWARD_SIGNATORY_PER_ISSUER"] = "signer",
        ["UPWARD_SEVERAL_RECIPIENTS"] = "recipients",
        ["UPWARD_COPIED_DOWN"] = "recipients",
        ["UPWARD_TO_PERSON"] = "recipients",
        ["SEAL_MISSING"] = "seal",
        ["MINUTES_SEALED"] = "seal",
        ["LEADER_SIGNATURE_MISSING"] = "more",
        ["PRINTED_BEFORE_DATE"] = "more",
        ["NUMBER_MISSING"] = "number",
        ["NUMBER_YEAR"] = "number",
        ["RECIPIENTS_NOT_PRINTED"] = "recipients",
        ["REPLY_TO_NOTHING"] = "more",
        ["TELEGRAM_URGENCY"] = "urgency",
        ["REPLY_BEFORE_SIGNING"] = "reply-by",
        ["SIGN_BY_PASSED"] = "sign-by",
        ["REPLY_BY_PASSED"] = "reply-by",
        ["DATE_FAR"] = "issued",
        ["TITLE_WITHOUT_TYPE"] = "title",
        ["REPORT_CARRIES_REQUEST"] = "title",
    };

    private static readonly Dictionary<string, string> FieldOfElement = new()
    {
        ["title"] = "title",
        ["type"] = "type",
        ["signatory"] = "signer",
        ["issuer"] = "issuers",
        ["signBy"] = "sign-by",
        ["replyBy"] = "reply-by",
        ["copies"] = "paper",
        ["physicalAttachment"] = "paper",
        ["attachmentTitle"] = "files",
        ["date"] = "issued",
        ["identifier"] = "more",
        ["copyNumber"] = "more",
        ["masthead"] = "more",
        ["printedNumber"] = "more",
        ["leaderSignature"] = "more",
        ["notes"] = "more",
        ["printedBy"] = "more",
        ["printedOn"] = "more",
        ["releaseLevel"] = "more",
        ["relation"] = "more",
    };

    public DraftView Look(DraftRow row)
    {
        var (draft, office, directory) = (DraftBook.FieldsOf(row), PartyId.Parse(row.Office), directories.Newest());
        var notes = new List<DraftNote>();
        NoteFiles(row, notes);
        var issuers = Try("issuers", notes, () => people.Issuers(draft, office)) ?? [office];
        NoteIssuers(issuers, draft, office, directory, notes);
        var destination = HasRecipients(draft) ? Try("recipients", notes, () => departure.Address(directory, draft.Addressing, office, options.Value.MaxNames)) : null;
        if (destination is null && !notes.Any(note => note.Field == "recipients"))
        {
            notes.Add(new DraftNote("recipients", true, "尚未选择主送单位。", "Nobody is addressed yet."));
        }

        IReadOnlyList<PartyId> missing = destination is null ? [] : [.. destination.Recipients.All.Where(id => directory.Find(id)?.HostedBy is null)];
        if (missing.Count > 0)
        {
            notes.Add(new DraftNote("recipients", true, $"{missing.Count} 个单位尚未开通，须先除外（待开通后补发或改送纸质）。", $"{missing.Count} offices have no node yet; leave them out and resend later, or send paper."));
        }

        var series = NoteNumber(row, draft, directory, issuers, notes);
        var metadata = NoteRules(row, draft, directory, issuers, destination, notes);
        return new DraftView(destination, missing, Excluded(draft, directory), notes, series, metadata);
    }

    /// <summary>The field of a draft that a rule of writing speaks of; empty for the whole.</summary>
    public static string FieldOf(RuleFinding finding) => FieldOfRule.GetValueOrDefault(finding.Code, "");

    private static bool HasRecipients(Local.Draft draft) => draft.Addressing is { Main.Count: > 0 };

    private List<PartyId> Excluded(Local.Draft draft, OfficeDirectory directory) =>
        [.. (draft.Addressing?.Exclude ?? []).Select(people.Office).Where(id => directory.Find(id) is not null)];

    private void NoteFiles(DraftRow row, List<DraftNote> notes)
    {
        if (!row.Files.Any(file => file.IsBody))
        {
            notes.Add(new DraftNote("files", true, "尚未上传正文。", "There is no body yet."));
        }

        foreach (var file in row.Files.Where(file => shelf.Received(row.Id, file.Number) != file.Size))
        {
            notes.Add(new DraftNote("files", true, $"“{file.Name}”尚未传完。", $"'{file.Name}' is not complete."));
        }

        if (row.Files.FirstOrDefault(file => file.IsBody) is { } body && (options.Value.Bodies.FaultOf(body.Name) ?? shelf.FaultOf(row.Id, body)) is { } fault)
        {
            notes.Add(new DraftNote("files", true, fault.Chinese, fault.English));
        }
    }

    private void NoteIssuers(IReadOnlyList<PartyId> issuers, Local.Draft draft, PartyId office, OfficeDirectory directory, List<DraftNote> notes)
    {
        if (!directory.MayActFor(office, issuers[0], time.GetUtcNow()))
        {
            notes.Add(new DraftNote("issuers", true, "机构目录未授权本单位代该机关发文。", "The directory does not let this office dispatch for that issuer."));
        }

        foreach (var issuer in issuers)
        {
            var name = directory.Find(issuer)?.Name ?? issuer.ToString();
            if (keys.Holds(issuer) && draft is { WithoutSeal: false, SealInBody: false } && !keys.HasSeal(issuer))
            {
                notes.Add(new DraftNote("seal", true, $"本节点没有{name}的电子印章。", $"This node has no seal of {issuer}."));
            }
            else if (!keys.Holds(issuer))
            {
                notes.Add(new DraftNote("issuers", false, $"{name}不在本节点：定稿后下载公文包交其会签，再传回。", $"{issuer} is at another node: download the package when it is frozen, have it countersigned there, and upload it again."));
            }
        }
    }

    private NumberSeries? NoteNumber(DraftRow row, Local.Draft draft, OfficeDirectory directory, IReadOnlyList<PartyId> issuers, List<DraftNote> notes)
    {
        var number = Try("number", notes, () => DraftMetadata.NumberOf(draft.Number));
        var code = number?.AgencyCode ?? draft.AgencyCode;
        var year = number?.Year ?? Try("issued", notes, () => (DateOnly?)DraftMetadata.DateOf(draft.IssuedOn, Now))?.Year ?? Now.Year;
        if (number is not null)
        {
            foreach (var reason in Core.Routing.PackageAgreement.CheckNumber(number, issuers, directory))
            {
                notes.Add(new DraftNote("number", true, reason.Chinese, reason.English));
            }

            var (isTaken, isReserved, document) = numbers.StandingOf(number);
            if (document != row.Document && document != draft.Replaces && (isTaken || isReserved))
            {
                notes.Add(new DraftNote(
                    "number", isTaken, isTaken ? $"{number} 已被另一公文使用。" : $"{number} 已留给另一份草稿，先发者得。", isTaken ? $"{number} is used by another document." : $"{number} is kept for another draft; whoever sends first has it."));
            }
        }

        return code.Length == 0 ? null : Try("number", notes, () => numbers.SeriesOf(code, year));
    }

    private DocumentMetadata? NoteRules(DraftRow row, Local.Draft draft, OfficeDirectory directory, IReadOnlyList<PartyId> issuers, Destination? destination, List<DraftNote> notes)
    {
        var (office, now) = (PartyId.Parse(row.Office), Now);
        var known = issuers.Where(issuer => directory.Find(issuer) is not null).ToList();
        var recipients = destination?.Recipients ?? new RecipientList([], []);
        var number = DocumentNumber.TryParse(draft.Number, out var typed) ? typed
            : draft.Number.Length == 0 && draft.AgencyCode.Length > 0 ? DocumentNumber.TryParse($"{draft.AgencyCode}〔{now.Year}〕1号", out var next) ? next : null : null;
        if (known.Count == 0 || Try("", notes, () => DraftMetadata.Compose(draft, directory, office, known, recipients, number, now)) is not { } composed)
        {
            return null;
        }

        var kept = DocumentIdentifier.TryParse(row.Identifier, out var identifier) ? identifier : null;
        var complete = Try("more", notes, () => elements.Complete(composed, draft.Elements, directory, kept, DateOnly.FromDateTime(now.DateTime)));
        var metadata = complete ?? composed;

        foreach (var problem in metadata.Validate())
        {
            var field = FieldOfElement.GetValueOrDefault(problem.Element, "");
            notes.Add(new DraftNote(field, true, problem.Element == "title" ? problem.Chinese.Replace("元素 title ", "标题", StringComparison.Ordinal) : problem.Chinese, problem.English));
        }

        foreach (var finding in WritingContexts.Find(metadata, new Destination(directory, recipients), known, now, row.Stage == DraftStage.Frozen))
        {
            var field = FieldOf(finding);
            if (field != "recipients" || destination is not null)
            {
                notes.Add(new DraftNote(field, finding.Severity == RuleSeverity.Block, finding.Chinese, finding.English));
            }
        }

        return complete;
    }

    private DateTimeOffset Now => TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone);

    private static T? Try<T>(string field, List<DraftNote> notes, Func<T?> look)
    {
        try
        {
            return look();
        }
        catch (Exception fault) when (RefusalInterceptor.AsRefusal(fault) is { } refused)
        {
            notes.Add(new DraftNote(field, true, refused.Message, refused.English));
            return default;
        }
    }
}
