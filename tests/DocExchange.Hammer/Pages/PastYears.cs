using DocExchange.Core.Documents;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hammer.Past;
using DocExchange.Node.Records;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Hammer.Pages;

/// <summary>
/// Writes the years behind a hub and two desks, one that has sent and one that has received what stands in their registers; all else
/// went from one office of the past to the others in turns. Every statement is signed and chained; each document had one recipient.
/// </summary>
internal sealed class PastYears(PastPlan plan, PastHub hub, PastDesk sender, PastDesk recipient, PastOffices past, PastChains chains, long directoryVersion)
{
    private const int DocumentsAtOnce = 1_024;
    /// <summary>More than one page looks through.</summary>
    private const int MostLinesOfTrail = 40_000;

    private const int PackageSize = 100_000;

    /// <param name="mayGoOn">Told how many documents are written; false where that is enough.</param>
    /// <returns>How many there are.</returns>
    public async Task<int> WriteAsync(Func<int, bool> mayGoOn, CancellationToken cancellation)
    {
        var written = 0;
        foreach (var numbers in Enumerable.Range(1, plan.Count).Chunk(DocumentsAtOnce))
        {
            var due = new List<DueStatement>(numbers.Length * 5);
            foreach (var number in numbers)
            {
                AddStory(number, due);
                if (hub.Size + due.Count != plan.PlaceOf(number) + plan.EntriesOf(number))
                {
                    throw new InvalidOperationException($"The entries of document {number} are not where the plan says.");
                }
            }

            var (entries, logged) = await SignAsync(due, hub.Size, cancellation);
            await hub.AppendAsync(entries, cancellation);
            var ofNumber = numbers.ToDictionary(PastPlan.IdOf);
            var desks = Task.Run(() => Register(numbers, due, logged, entries), cancellation);
            var documents = await hub.ProjectAsync(logged, id => plan.At(ofNumber[id]).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture), cancellation);
            hub.Put(documents, id => [string.Join(' ', PastText.LinesOf(ofNumber[id])), "附件.dat"]);
            await desks;
            written = numbers[^1];
            if (!mayGoOn(written))
            {
                break;
            }
        }

        hub.FillTrail(Math.Min(MostLinesOfTrail, written / 10));
        hub.Finish();
        sender.Continue(chains);
        recipient.Continue(chains);
        return written;
    }

    private void AddStory(int number, List<DueStatement> due)
    {
        var (at, answered, isRegistered) = (plan.At(number), plan.AnsweredAt(number), plan.IsRegistered(number));
        var (from, to, node) = (plan.SenderOf(number), plan.RecipientOf(number), past.Recipients[number % past.Recipients.Count].Node);
        var (fromKey, toKey) = isRegistered ? (sender.Keys.SigningKeyOf(from), recipient.Keys.SigningKeyOf(to)) : (past.SenderNode.Keys.SigningKeyOf(from), node.Keys.SigningKeyOf(to));
        var (fromNode, toNode) = isRegistered ? (sender.Machine, recipient.Machine) : (past.SenderNode.Id, node.Id);
        var nodeKey = isRegistered ? recipient.Keys.SigningKeyOf(toNode) : node.Keys.SigningKeyOf(toNode);
        var package = PastPlan.PackageOf(number);

        var dispatched = Add(StatementType.Dispatched, from, DispatchOf(number, from, to, package), fromKey, fromNode, at);
        Add(StatementType.Accepted, hub.Identity.Id, new AcceptedBody(package, PackageSize), hub.Identity.Key, hub.Identity.Id, PastPlan.AcceptedAt(at), dispatched);
        Add(StatementType.Delivered, toNode, new DeliveredBody(to, package), nodeKey, toNode, at.AddSeconds(4));
        switch (plan.EndOf(number))
        {
            case PastEnd.SignedFor:
                Add(StatementType.SignedFor, to, new PlainBody(), toKey, toNode, answered);
                break;
            case PastEnd.Opened:
                Add(StatementType.Opened, to, new PlainBody(), toKey, toNode, answered);
                break;
            case PastEnd.Returned:
                Add(StatementType.Returned, to, new PlainBody("不属本单位职责。"), toKey, toNode, answered);
                break;
        }

        if (isRegistered && plan.EndOf(number) == PastEnd.SignedFor)
        {
            Add(StatementType.Registered, to, new RegisteredBody(plan.RegisterNumberOf(number)), toKey, toNode, answered);
        }

        StatementId Add(StatementType type, PartyId issuer, StatementBody body, ISigningKey key, PartyId relayedBy, DateTimeOffset when, StatementId? subject = null)
        {
            var (statement, id) = chains.Next(type, issuer, ChainOf(issuer), body, PastPlan.IdOf(number), when, subject);
            due.Add(new DueStatement(number, statement, key, relayedBy, when));
            return id;
        }
    }

    private DispatchBody DispatchOf(int number, PartyId from, PartyId to, PackageId package) => new()
    {
        Package = package,
        PackageSize = PackageSize,
        Title = PastText.TitleOf(number),
        Number = plan.NumberOf(number),
        DocumentType = PastText.TypeOf(number).Code()!,
        SignBy = plan.SignBy(number),
        DirectoryVersion = directoryVersion,
        Issuers = [from],
        Recipients = new RecipientList([to], []),
    };

    private string ChainOf(PartyId issuer) =>
        issuer.IsHub ? hub.Identity.ChainId
        : issuer == sender.Office ? sender.ChainOf(issuer)
        : issuer == recipient.Office || issuer == recipient.Machine ? recipient.ChainOf(issuer)
        : $"{issuer}#1";

    private async Task<(ReadOnlyMemory<byte>[] Entries, LoggedStatement[] Logged)> SignAsync(List<DueStatement> due, long first, CancellationToken cancellation)
    {
        var (entries, logged) = (new ReadOnlyMemory<byte>[due.Count], new LoggedStatement[due.Count]);
        await Parallel.ForEachAsync(Enumerable.Range(0, due.Count), cancellation, async (place, _) =>
        {
            var each = due[place];
            var signed = await SignedStatement.SignAsync(each.Statement, each.Key, cancellation);
            entries[place] = LedgerEntry.Of(each.At, each.RelayedBy, signed.Cms).Bytes;
            logged[place] = new LoggedStatement(first + place, each.At, signed.Id, each.Statement);
        });
        return (entries, logged);
    }

    private void Register(int[] numbers, List<DueStatement> due, LoggedStatement[] logged, ReadOnlyMemory<byte>[] entries)
    {
        List<(long Index, ReadOnlyMemory<byte> Bytes)> registered = [.. Enumerable.Range(0, due.Count).Where(place => plan.IsRegistered(due[place].Number)).Select(place => (logged[place].Index, entries[place]))];
        List<(DateTimeOffset At, SentRow Row)> sent = [.. numbers.Where(plan.IsRegistered).Select(number => (plan.At(number), new SentRow
        {
            Id = PastPlan.IdOf(number).ToString(), Signers = "王建国", To = "历年主送机关", Copied = "", Copies = 1, By = "发文员",
        }))];
        sender.Take(registered, sent, []);
        recipient.Take(registered, [], [.. numbers.Where(plan.IsRegistered).Select(number => new PackageRow
        {
            Id = PastPlan.IdOf(number).ToString(), Package = PastPlan.PackageOf(number).ToString(), Size = PackageSize, State = PackageState.Verified, Indication = Indication.TotalPassed.ToEtsi(),
        })]);
    }

    private sealed record DueStatement(int Number, Statement Statement, ISigningKey Key, PartyId RelayedBy, DateTimeOffset At);
}
