using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>
/// 会签用印: the seal keeper of an issuer decides over the frozen bytes; only then are signature and seal made. One decision
/// at a time.
/// </summary>
internal sealed class Sealing(
    NodeRecords records, DraftBook drafts, DraftShelf shelf, Freezing freezing, Countersigning countersigning, DraftStandings standings,
    KeyRing keys, SealUses uses, IOptions<DeskOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>What waits for an issuer here, the oldest first.</summary>
    public IReadOnlyList<DraftRow> WaitingFor(PartyId issuer) =>
        [.. records.Drafts.Find(row => row.Stage == DraftStage.Frozen).Where(row => StepOf(row, issuer) is { IsDone: false, IsHere: true }).OrderBy(row => row.AskedAt)];

    /// <exception cref="RefusedException">Nothing of that id is asked of the issuer.</exception>
    public DraftRow AskedOf(PartyId issuer, string id) =>
        records.Drafts.FindById(id) is { Stage: DraftStage.Frozen } row && StepOf(row, issuer) is { IsHere: true }
            ? row
            : throw new RefusedException(Refusal.NotFound, "没有这件会签用印申请，可能已撤回或已发送。请回到“会签用印”查看待办。", "Nothing of this kind is waiting; it was taken back or sent. Go back to the queue and see what waits.");

    public static SealStepRow? StepOf(DraftRow row, PartyId issuer) => row.Steps.FirstOrDefault(step => step.Office == issuer.ToString());

    /// <summary>Whether nothing is missing any more and it may be sent.</summary>
    public static bool IsComplete(DraftRow row) => row.Stage == DraftStage.Frozen && row.Steps.All(step => step.IsDone);

    /// <summary>Deadlines of a frozen document that have passed: its keeper is told before the seal is set, and decides.</summary>
    public IReadOnlyList<RuleFinding> PassedDeadlinesOf(DraftRow row)
    {
        var (fields, now) = (DraftBook.FieldsOf(row), TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone));
        return WritingRules.PassedBeforeSealing(DeadlineText.Read(fields.SignBy, now.Offset), DeadlineText.Read(fields.ReplyBy, now.Offset), now);
    }

    /// <param name="document">Id of the document that was shown to the keeper.</param>
    /// <returns>True when it is signed and sealed; false when a second keeper must approve.</returns>
    public async Task<bool> ApproveAsync(PartyId issuer, string id, string document, Actor keeper, CancellationToken cancellation)
    {
        DeskPeople.RequireRole(keeper, "用印", [Roles.SealKeeper]);
        await gate.WaitAsync(cancellation);
        try
        {
            var (row, step) = Shown(issuer, id, document);
            // By account: whoever acts for somebody else as well is still one person.
            if (step.Approvals.Any(person => person.StartsWith(keeper.Id + " ", StringComparison.Ordinal)))
            {
                throw new RefusedException(Refusal.WrongState, "您已批准，须由另一名印章管理员再次批准。", "You have approved it. Another seal keeper must approve it as well.");
            }

            step.Approvals.Add($"{keeper.Id} {keeper.Name}");
            if (options.Value.TwoPersonSealing && step.NeedsSeal && step.Approvals.Count < 2)
            {
                records.Write(() =>
                {
                    RequireAsRead(row, row.Package);
                    records.Drafts.Update(row);
                });
                return false;
            }

            await SignAsync(row, step, issuer, keeper, cancellation);
            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The issuer does not agree: the draft goes back with the reason, and whoever signed must do so again.</summary>
    public async Task SendBackAsync(PartyId issuer, string id, string document, string reason, Actor keeper, CancellationToken cancellation)
    {
        DeskPeople.RequireRole(keeper, "用印", [Roles.SealKeeper]);
        reason = reason.Trim();
        if (reason.Length is 0 or > PlainBody.MaxReason)
        {
            throw new RefusedException(Refusal.ReasonMissing, $"请填写退回理由（不超过 {PlainBody.MaxReason} 个字符）。", $"Give a reason of 1 to {PlainBody.MaxReason} characters.");
        }

        await gate.WaitAsync(cancellation);
        try
        {
            var (row, step) = Shown(issuer, id, document);
            if (row.IsForeign)
            {
                drafts.Discard(PartyId.Parse(row.Office), id);
                return;
            }

            freezing.Reopen(PartyId.Parse(row.Office), id, $"{step.Name} {keeper.Name}：{reason}");
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes the package back from an issuer elsewhere, with what it added; the manifest must be the same.</summary>
    /// <param name="path">The file handed in; it is taken.</param>
    public async Task TakeInAsync(PartyId office, string id, string path, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var row = drafts.Find(office, id);
            var standing = await standings.JudgeAsync(path, cancellation);
            var isSame = row.Stage == DraftStage.Frozen && standing.Manifest.DocumentId.ToString() == row.Document;
            var lost = row.Steps.FirstOrDefault(step => step.IsDone && !standing.Issuers.Any(issuer => issuer.Issuer.OfficeId == step.Office && issuer.IsComplete));
            if (!isSame || lost is not null)
            {
                throw new RefusedException(
                    Refusal.Disagreement,
                    isSame ? $"该公文包缺少{lost!.Name}已有的签署，请在最新的公文包上会签。" : "该公文包不是本次定稿的公文，或已重新定稿。",
                    isSame ? $"The package lacks what {lost!.Office} has signed already. Have the newest one countersigned." : "This is not the package of this draft as it is frozen now.");
            }

            Replace(row, path, standing, _ => { });
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes in a joint document of another node, for an issuer here to sign.</summary>
    public async Task<DraftRow> TakeForeignAsync(PartyId issuer, string path, Actor person, CancellationToken cancellation)
    {
        var standing = await standings.JudgeAsync(path, cancellation);
        if (standing.Issuers.FirstOrDefault(each => each.Office == issuer) is null)
        {
            throw new RefusedException(Refusal.NotEntitled, "本单位不是该公文的署名机关，不能会签。", "This office is no issuer of the document and cannot sign it.");
        }

        var name = Freezing.NewPackageName();
        var row = drafts.Open(issuer, person, (draft, fields) =>
        {
            (draft.IsForeign, draft.Stage, draft.Package, draft.Document) = (true, DraftStage.Frozen, name, standing.Manifest.DocumentId.ToString());
            (draft.Parts, draft.Steps) = (Freezing.PartsOf(standing.Manifest), StepsOf(standing));
            (draft.AskedBy, draft.AskedAt) = (person.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
            Describe(fields, standing.Metadata);
            shelf.Create(draft.Id);
            DurableFile.Publish(path, shelf.PathOf(draft.Id, name));
        });
        return row;
    }

    /// <summary>Puts away a joint document of another node once it is signed here; others stay.</summary>
    /// <exception cref="RefusedException">It is none of those, or not signed yet.</exception>
    public void Close(PartyId issuer, string id)
    {
        var row = AskedOf(issuer, id);
        if (!row.IsForeign || row.Office != issuer.ToString() || !StepOf(row, issuer)!.IsDone)
        {
            throw new RefusedException(Refusal.WrongState, "只有外单位送来、已由本单位会签的联合发文可以结束。请先会签，或退回来文单位。", "Only a joint document of another node that is signed here can be put away. Sign it first, or refuse it.");
        }

        drafts.Discard(issuer, id);
    }

    public void Dispose() => gate.Dispose();

    /// <exception cref="RefusedException">The draft as it is frozen now is another document than the one that was looked at.</exception>
    public static void RequireShown(DraftRow row, string document)
    {
        if (row.Document != document)
        {
            throw new RefusedException(
                Refusal.WrongState,
                $"系统标识 {document} 不是该公文现在的标识：公文已重新定稿，或标识有误。请重新查看公文，再按其现在的标识办理。",
                $"{document} is not the id of the document as it is frozen now: it was frozen anew, or the id is wrong. Look at it again and name the id it has now.");
        }
    }

    private (DraftRow Row, SealStepRow Step) Shown(PartyId issuer, string id, string document)
    {
        var row = AskedOf(issuer, id);
        var step = StepOf(row, issuer)!;
        RequireShown(row, document);
        return step.IsDone ? throw new RefusedException(Refusal.WrongState, $"{step.Name}已签署该公文，无须再次办理。", $"{step.Office} has signed the document already; nothing is left to do.") : (row, step);
    }

    private async Task SignAsync(DraftRow row, SealStepRow step, PartyId issuer, Actor keeper, CancellationToken cancellation)
    {
        var aside = shelf.PathOf(row.Id, Freezing.NewPackageName() + ".new");
        try
        {
            var standing = await countersigning.SignAsync(issuer, keeper, shelf.PathOf(row.Id, row.Package!), aside, cancellation);
            var approvedBy = string.Join("、", step.Approvals.Select(person => person[(person.IndexOf(' ') + 1)..]));
            Replace(row, aside, standing, document => uses.Record(document, standing.Metadata, [issuer], row.AskedBy, approvedBy));
        }
        catch (FileNotFoundException) when (!IsAsRead(row, row.Package))
        {
            throw TakenBack();
        }
        finally
        {
            File.Delete(aside);
        }
    }

    // The new package is on disk before the row names it, and the old one goes after that.
    private void Replace(DraftRow row, string path, DraftStanding standing, Action<DocumentId> alongside)
    {
        var (old, name) = (row.Package!, Freezing.NewPackageName());
        DurableFile.Publish(path, shelf.PathOf(row.Id, name));
        foreach (var step in row.Steps)
        {
            step.IsDone = standing.Issuers.Any(issuer => issuer.Issuer.OfficeId == step.Office && issuer.IsComplete);
        }

        try
        {
            records.Write(() =>
            {
                RequireAsRead(row, old);
                row.Package = name;
                records.Drafts.Update(row);
                alongside(new DocumentId(standing.Manifest.DocumentId));
            });
        }
        catch (RefusedException)
        {
            File.Delete(shelf.PathOf(row.Id, name));
            throw;
        }

        File.Delete(shelf.PathOf(row.Id, old));
    }

    // Signing may take its time; meanwhile the dispatcher may have taken the draft back. Inside a write.
    private void RequireAsRead(DraftRow row, string? package)
    {
        if (!IsAsRead(row, package))
        {
            throw TakenBack();
        }
    }

    private bool IsAsRead(DraftRow row, string? package) =>
        records.Drafts.FindById(row.Id) is { Stage: DraftStage.Frozen } stored && (stored.Version, stored.Document, stored.Package) == (row.Version, row.Document, package);

    private static RefusedException TakenBack() => new(
        Refusal.WrongState, "该公文在此期间已被撤回或重新定稿，未用印。请重新查看。", "The draft was taken back or frozen anew meanwhile; nothing was sealed. Look at it again.");

    private List<SealStepRow> StepsOf(DraftStanding standing) =>
    [
        .. standing.Issuers.Select(each => new SealStepRow
        {
            Office = each.Issuer.OfficeId,
            Name = each.Issuer.PrintedName,
            NeedsSeal = each.Issuer.Seal == SealPlacement.Container,
            IsHere = each.Office is { } office && keys.Holds(office),
            IsDone = each.IsComplete,
        }),
    ];

    private static void Describe(Local.Draft fields, DocumentMetadata metadata)
    {
        (fields.Title, fields.Number, fields.DocumentType) = (metadata.Title, metadata.Number?.ToString() ?? metadata.PrintedNumber ?? "", metadata.Type.Code() ?? metadata.Type.Chinese());
        (fields.SignBy, fields.ReplyBy) = ($"{metadata.SignBy:yyyy-MM-dd'T'HH:mm:ssK}", $"{metadata.ReplyBy:yyyy-MM-dd'T'HH:mm:ssK}");
        fields.Issuers.AddRange(metadata.Issuers.Select(issuer => issuer.OfficeId));
    }
}
