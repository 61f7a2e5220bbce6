using System.Security.Cryptography;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Drafts;

/// <summary>
/// 定稿: makes the package of a draft, numbered, its manifest frozen, and asks its issuers for signature and seal. What they
/// are asked for is exactly these bytes; a change means a new package and asking anew.
/// </summary>
internal sealed class Freezing(
    NodeRecords records, DraftBook drafts, DraftShelf shelf, Composing composing, Departure departure, DirectoryCopy directories,
    Drafting drafting, DraftStandings standings, Issuing issuing, KeyRing keys, NumberRegister numbers, IdentifierRegister identifiers, IOptions<DeskOptions> options, TimeProvider time)
{
    /// <exception cref="RefusedException">It is incomplete or offends against a rule, or a key or seal of an issuer here is missing.</exception>
    public async Task<DraftRow> FreezeAsync(PartyId office, string id, Actor actor, CancellationToken cancellation)
    {
        DeskPeople.RequireRole(actor, "发文", [Roles.Dispatcher]);
        var row = drafts.Find(office, id);
        DraftBook.RequireEditing(row);
        var draft = CompleteOf(row);
        DraftMetadata.RefuseClassified(draft);
        var destination = departure.Address(directories.Newest(), draft.Addressing, office, options.Value.MaxNames);
        Departure.RequireEnrolled(destination);
        var issuers = composing.IssuersOf(draft, destination.Directory, office);
        foreach (var issuer in issuers.Where(keys.Holds))
        {
            issuing.RequireMeans(issuer, !draft.WithoutSeal && !draft.SealInBody);
        }

        // Without a seal to keep, whoever dispatches for its own office decides alone.
        var signers = issuers.Where(issuer => draft.WithoutSeal && issuer == office).ToList();
        using var files = DraftFiles.At(draft, [.. row.Files.Select(file => shelf.PathOf(id, file.Number))], options.Value);
        return await drafting.MakeAsync(
            new DraftOrder(draft, office, destination, issuers, signers, DocumentIdentifier.TryParse(row.Identifier, out var kept) ? kept : null), files, (package, _, turn) => KeepAsync(row, draft, package, signers, actor, turn, cancellation), cancellation);
    }

    /// <summary>Makes it a draft again: on the dispatcher's word, or because an issuer sent it back.</summary>
    /// <param name="reason">The issuer's; empty where the dispatcher takes it back.</param>
    public void Reopen(PartyId office, string id, string reason)
    {
        string? package = null;
        records.Write(() =>
        {
            var row = drafts.Find(office, id);
            if (row.Stage != DraftStage.Frozen || row.IsForeign)
            {
                throw new RefusedException(Refusal.WrongState, "公文尚未定稿。请先在草稿中定稿。", "The draft is not frozen. Freeze it first.");
            }

            package = row.Package;
            (row.Stage, row.Package, row.Parts, row.Steps, row.SentBack) = (DraftStage.Editing, null, [], [], reason);
            row.Version++;
            records.Drafts.Update(row);
        });
        File.Delete(shelf.PathOf(id, package!));
    }

    public static string NewPackageName() => "package-" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    private Local.Draft CompleteOf(DraftRow row)
    {
        var missing = row.Files.FirstOrDefault(file => shelf.Received(row.Id, file.Number) != file.Size);
        if (missing is not null || row.Files is not [{ IsBody: true }, ..])
        {
            throw new RefusedException(
                Refusal.WrongState,
                missing is null ? "请先上传正文。" : $"“{missing.Name}”尚未传完，请续传或删除。",
                missing is null ? "Upload the body first." : $"'{missing.Name}' is not complete. Finish the upload or remove it.");
        }

        var draft = DraftBook.FieldsOf(row);
        draft.Files.Clear();
        draft.Files.AddRange(row.Files.Select(file => new Local.FileName { Name = file.Name, Size = (ulong)file.Size }));
        return draft;
    }

    private async Task<DraftRow> KeepAsync(DraftRow shown, Local.Draft draft, FinishedPackage package, List<PartyId> signers, Actor actor, DraftTurn turn, CancellationToken cancellation)
    {
        if (draft.SealInBody)
        {
            // The seals in the body must be there, intact and the issuers'.
            await standings.JudgeAsync(package.DraftPath, cancellation);
        }

        var parts = await PartsOf(package.DraftPath, cancellation);
        await turn.ComeLastAsync(cancellation);
        var (number, identifier) = (package.Metadata.Number, package.Metadata.Identifier);
        if (number is not null)
        {
            numbers.RequireFree(number, package.Document, Departure.ReplacedBy(package.Metadata));
        }

        if (identifier is not null)
        {
            identifiers.RequireFree(identifier, package.Document);
            identifiers.RequireNotKept(identifier, package.Document, shown.Document);
        }

        var name = NewPackageName();
        DurableFile.Publish(package.DraftPath, shelf.PathOf(shown.Id, name));
        return records.Write(() =>
        {
            var row = drafts.Find(PartyId.Parse(shown.Office), shown.Id);
            RequireUnchanged(row, shown);
            drafts.ReleaseNumber(row);
            (row.Reserved, row.Identifier, row.Document, row.Package) = (number?.ToString(), identifier?.ToString(), package.Document.ToString(), name);
            if (identifier is not null)
            {
                identifiers.Reserve(identifier, package.Document);
            }

            if (number is not null)
            {
                numbers.Reserve(number, package.Document);
                draft.Number = number.ToString();
            }

            (row.Stage, row.Parts, row.Steps, row.SentBack) = (DraftStage.Frozen, parts, StepsOf(package.Metadata, signers), "");
            (row.AskedBy, row.AskedAt) = (actor.Name, time.GetUtcNow().ToUnixTimeMilliseconds());
            drafts.Stamp(row, draft, actor);
            records.Drafts.Update(row);
            return row;
        });
    }

    private static void RequireUnchanged(DraftRow row, DraftRow shown)
    {
        DraftBook.RequireEditing(row);
        if (row.Version != shown.Version)
        {
            throw new RefusedException(Refusal.WrongState, "定稿期间草稿被改动，请核对后重新定稿。", "The draft was changed meanwhile. Check it and freeze it again.");
        }
    }

    private List<SealStepRow> StepsOf(DocumentMetadata metadata, List<PartyId> signers) =>
    [
        .. metadata.Issuers.Select(issuer => new SealStepRow
        {
            Office = issuer.OfficeId,
            Name = issuer.PrintedName,
            NeedsSeal = issuer.Seal == SealPlacement.Container,
            IsHere = keys.Holds(PartyId.Parse(issuer.OfficeId)),
            IsDone = signers.Contains(PartyId.Parse(issuer.OfficeId)),
        }),
    ];

    private static async Task<List<DraftPartRow>> PartsOf(string path, CancellationToken cancellation)
    {
        using var reader = await PackageReader.OpenAsync(File.OpenRead(path), DraftStandings.Limits, cancellation);
        return PartsOf(reader.Manifest);
    }

    /// <summary>What a manifest freezes.</summary>
    public static List<DraftPartRow> PartsOf(PackageManifest manifest) =>
    [
        .. manifest.Entries.Select(entry => new DraftPartRow
        {
            Path = entry.Path, MediaType = entry.MediaType, Size = entry.Size ?? 0, Sha256 = Convert.ToHexStringLower(entry.Sha256.Span),
        }),
    ];
}
