using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>Makes a document of a draft and its files, with the keys of its issuers, all of them here, and lets it leave.</summary>
internal sealed class Sending(
    DeskPeople people, DirectoryCopy directories, Drafting drafting, DraftStandings standings, Issuing issuing, PackageShelf shelf, Departure departure, SealUses uses,
    IOptions<DeskOptions> options, TimeProvider time)
{
    public async Task<Local.SendReply> SendAsync(IAsyncStreamReader<Local.SendRequest> requests, CancellationToken cancellation)
    {
        var draft = await DraftMetadata.FirstOfAsync(requests, cancellation);
        var sender = people.Hosted(draft.Office);
        var actor = DeskPeople.Actor(draft.Person, "发文", Roles.For(StatementType.Dispatched));
        var destination = departure.Address(directories.Newest(), draft.Addressing, sender, options.Value.MaxNames);
        Departure.RequireEnrolled(destination);
        issuing.RequireBound(sender);
        var issuers = IssuersOf(draft, destination.Directory, sender);

        using var files = await DraftFiles.ReceiveAsync(requests, draft, shelf, options.Value, cancellation);
        return await drafting.MakeAsync(
            new DraftOrder(draft, sender, destination, issuers, issuers),
            files,
            async (package, warnings, turn) =>
            {
                if (draft.SealInBody)
                {
                    await standings.JudgeAsync(package.DraftPath, cancellation);
                }

                var reply = await departure.LeaveAsync(package, destination, sender, actor, left => uses.Record(left.Document, left.Metadata, issuers, actor.Name, actor.Name), turn, cancellation);
                reply.Warnings.AddRange(WritingContexts.Say(warnings, isEnglish: false));
                reply.WarningsEnglish.AddRange(WritingContexts.Say(warnings, isEnglish: true));
                return reply;
            },
            cancellation);
    }

    private IReadOnlyList<PartyId> IssuersOf(Local.Draft draft, OfficeDirectory directory, PartyId sender)
    {
        issuing.RequireOnePersonMay(!draft.WithoutSeal && !draft.SealInBody);
        var issuers = people.Issuers(draft, sender);
        foreach (var issuer in issuers)
        {
            if (directory.Find(issuer) is null || !directory.MayActFor(sender, issuer, time.GetUtcNow()))
            {
                throw DeskPeople.NotEntitled(directory, sender, issuer.ToString());
            }

            issuing.RequireMeans(issuer, !draft.WithoutSeal && !draft.SealInBody);
        }

        return issuers;
    }
}
