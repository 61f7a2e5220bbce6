using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// Makes a joint document (联合发文) and hands it back as a draft package. Those issuers sign at once whose keys are here
/// and for whom the dispatcher may act; every other one countersigns for itself, also at this node.
/// </summary>
internal sealed class Composing(
    DeskPeople people,
    DirectoryCopy directories,
    KeyRing keys,
    NodeRecords records,
    NumberRegister numbers,
    IdentifierRegister identifiers,
    Drafting drafting,
    DraftStandings standings,
    Issuing issuing,
    PackageShelf shelf,
    Departure departure,
    SealUses uses,
    IOptions<DeskOptions> options,
    TimeProvider time)
{
    public async Task ComposeAsync(IAsyncStreamReader<Local.SendRequest> requests, IServerStreamWriter<Local.DraftPackage> replies, CancellationToken cancellation)
    {
        var draft = await DraftMetadata.FirstOfAsync(requests, cancellation);
        var sender = people.Hosted(draft.Office);
        var actor = DeskPeople.Actor(draft.Person, "发文", Roles.For(StatementType.Dispatched));
        var destination = departure.Address(directories.Newest(), draft.Addressing, sender, options.Value.MaxNames);
        var issuers = IssuersOf(draft, destination.Directory, sender);
        var signers = SignersOf(draft, destination.Directory, sender, issuers);

        using var files = await DraftFiles.ReceiveAsync(requests, draft, shelf, options.Value, cancellation);
        var (package, warnings) = await drafting.MakeAsync(
            new DraftOrder(draft, sender, destination, issuers, signers), files, async (package, warnings, turn) =>
            {
                await turn.ComeLastAsync(cancellation);
                return (Reserve(package, signers, actor), warnings);
            }, cancellation);
        try
        {
            var judged = await standings.JudgeAsync(package.DraftPath, cancellation);
            var standing = judged.ToWire();
            standing.Warnings.AddRange(WritingContexts.Say(warnings, isEnglish: false));
            standing.WarningsEnglish.AddRange(WritingContexts.Say(warnings, isEnglish: true));
            await DraftStandings.HandOutAsync(standing, package.DraftPath, replies, cancellation);
        }
        finally
        {
            File.Delete(package.DraftPath);
        }
    }

    /// <summary>The issuers a draft names, host first.</summary>
    /// <exception cref="RefusedException">The directory does not know one, or does not let the sender dispatch for the host.</exception>
    public IReadOnlyList<PartyId> IssuersOf(Local.Draft draft, OfficeDirectory directory, PartyId sender)
    {
        var issuers = people.Issuers(draft, sender);
        if (issuers.FirstOrDefault(issuer => directory.Find(issuer) is null) is { } unknown)
        {
            throw new RefusedException(
                Refusal.NotFound, $"机构目录第 {directory.Version} 版中没有发文机关 {unknown}。", $"Directory version {directory.Version} has no issuer {unknown}.");
        }

        return directory.MayActFor(sender, issuers[0], time.GetUtcNow()) ? issuers : throw DeskPeople.NotEntitled(directory, sender, issuers[0].ToString());
    }

    private List<PartyId> SignersOf(Local.Draft draft, OfficeDirectory directory, PartyId sender, IReadOnlyList<PartyId> issuers)
    {
        var signers = issuers.Where(issuer => keys.Holds(issuer) && directory.MayActFor(sender, issuer, time.GetUtcNow())).ToList();
        var isSealed = !draft.WithoutSeal && !draft.SealInBody;
        issuing.RequireOnePersonMay(signers.Count > 0 && isSealed);
        signers.ForEach(issuer => issuing.RequireMeans(issuer, isSealed));
        return signers;
    }

    private FinishedPackage Reserve(FinishedPackage package, IReadOnlyList<PartyId> signers, Actor actor)
    {
        var (number, identifier) = (package.Metadata.Number, package.Metadata.Identifier);
        if (number is not null)
        {
            numbers.RequireFree(number, package.Document, Departure.ReplacedBy(package.Metadata));
        }

        if (identifier is not null)
        {
            identifiers.RequireFree(identifier, package.Document);
        }

        records.Write(() =>
        {
            uses.Record(package.Document, package.Metadata, signers, actor.Name, actor.Name);
            if (number is not null)
            {
                numbers.Reserve(number, package.Document);
            }

            if (identifier is not null)
            {
                identifiers.Reserve(identifier, package.Document);
            }
        });
        return package;
    }
}
