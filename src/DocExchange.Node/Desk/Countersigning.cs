using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// An issuer of a joint document (联合发文) adds its signature and its seal to the package as it is: the manifest, and with
/// it the document's id, stay the same. What is handed out has been judged as a whole once more.
/// </summary>
internal sealed partial class Countersigning(
    DeskPeople people, Issuing issuing, DraftStandings standings, PackageShelf shelf, NodeRecords records, SealUses uses, IOptions<DeskOptions> options, TimeProvider time, ILogger<Countersigning> logger)
{
    public async Task CountersignAsync(
        IAsyncStreamReader<Local.CountersignRequest> requests, IServerStreamWriter<Local.DraftPackage> replies, CancellationToken cancellation)
    {
        var order = await requests.MoveNext(cancellation) && requests.Current.Order is { } first ? first : throw NoOrder();
        var office = people.Hosted(order.Office);
        var actor = DeskPeople.Actor(order.Person, "联合发文签署", Roles.For(StatementType.Dispatched));

        var (given, signed) = (shelf.NewDraftPath(), shelf.NewDraftPath());
        try
        {
            await FileChunks.SaveAsync(ChunksOf(requests, cancellation), given, options.Value.MaxSize, cancellation);
            var draft = await standings.JudgeAsync(given, cancellation);
            var own = draft.Issuers.FirstOrDefault(standing => standing.Office == office) ?? throw NoIssuer(office, draft);
            if (order.InspectOnly)
            {
                await replies.WriteAsync(new Local.DraftPackage { Standing = Told(draft) }, cancellation);
                return;
            }

            issuing.RequireOnePersonMay(own.LacksSeal);
            var standing = await SignAsync(own, office, actor, given, signed, cancellation);
            records.Write(() => uses.Record(new DocumentId(standing.Manifest.DocumentId), standing.Metadata, [office], actor.Name, actor.Name));
            await DraftStandings.HandOutAsync(Told(standing), signed, replies, cancellation);
        }
        finally
        {
            File.Delete(given);
            File.Delete(signed);
        }
    }

    /// <summary>Adds what the issuer has not given yet: the signature, the seal where the document carries one.</summary>
    /// <param name="given">The package as it is.</param>
    /// <param name="signed">Where the new one is written.</param>
    /// <returns>The new one, judged.</returns>
    public async Task<DraftStanding> SignAsync(PartyId office, Actor actor, string given, string signed, CancellationToken cancellation)
    {
        DeskPeople.RequireRole(actor, "联合发文签署", Roles.For(StatementType.Dispatched));
        var draft = await standings.JudgeAsync(given, cancellation);
        var own = draft.Issuers.FirstOrDefault(standing => standing.Office == office) ?? throw NoIssuer(office, draft);
        return await SignAsync(own, office, actor, given, signed, cancellation);
    }

    private async Task<DraftStanding> SignAsync(IssuerStanding own, PartyId office, Actor actor, string given, string signed, CancellationToken cancellation)
    {
        if (own.IsComplete)
        {
            throw new RefusedException(Refusal.WrongState, $"{own.Issuer.PrintedName}已签署该公文。", $"{office} has signed this document before.");
        }

        issuing.RequireMeans(office, own.LacksSeal);
        using var reader = await PackageReader.OpenAsync(File.OpenRead(given), DraftStandings.Limits, cancellation);
        var manifest = reader.Manifest.Bytes;
        var issued = new Issued(reader.Signature, reader.Seals);
        issued = own.HasSigned ? issued : await issuing.SignAsync(manifest, issued, office, cancellation);
        issued = own.LacksSeal ? await issuing.SealAsync(manifest, issued, office, cancellation) : issued;
        await using (var file = DurableFile.Create(signed))
        {
            await PackageWriter.RewriteAsync(reader, file, issued.Signature, issued.Seals, cancellation);
        }

        var standing = await standings.JudgeAsync(signed, cancellation);
        LogCountersigned(reader.DocumentId.ToString(), office.ToString(), actor.Id, actor.Name);
        return standing;
    }

    private Local.DraftStanding Told(DraftStanding standing)
    {
        var (wire, now) = (standing.ToWire(), TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone));
        var passed = WritingRules.PassedBeforeSealing(standing.Metadata.SignBy, standing.Metadata.ReplyBy, now);
        wire.Warnings.AddRange(WritingContexts.Say(passed, isEnglish: false));
        wire.WarningsEnglish.AddRange(WritingContexts.Say(passed, isEnglish: true));
        return wire;
    }

    private static async IAsyncEnumerable<Google.Protobuf.ByteString> ChunksOf(
        IAsyncStreamReader<Local.CountersignRequest> requests, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await requests.MoveNext(cancellation))
        {
            yield return requests.Current.Chunk;
        }
    }

    private static RefusedException NoIssuer(PartyId office, DraftStanding draft)
    {
        var issuers = draft.Issuers.Select(standing => standing.Issuer).ToList();
        return new RefusedException(
            Refusal.NotEntitled,
            $"{office} 不是该公文的署名机关（{string.Join("、", issuers.Select(issuer => issuer.PrintedName))}），不能签署。",
            $"{office} is no issuer of this document ({string.Join(", ", issuers.Select(issuer => issuer.OfficeId))}) and cannot sign it.");
    }

    private static RefusedException NoOrder() => new(Refusal.FormatFailure, "首条消息应为签署要求。", "The first message must be the order.");

    [LoggerMessage(Level = LogLevel.Information, Message = "Countersigned the draft {Document} for {Office}, by {PersonId} {Person}")]
    private partial void LogCountersigned(string document, string office, string personId, string person);
}
