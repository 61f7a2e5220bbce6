using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hammer.Past;
using DocExchange.Node;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Hammer.Pages;

/// <summary>
/// A node that does not run, whose registers are written by its own parts: it takes entries as if they came through the mailbox, but does not
/// judge them. Its chains go on behind what was written in its offices' names.
/// </summary>
internal sealed class PastDesk : IAsyncDisposable
{
    private readonly SingleProcess only;
    private readonly WebApplication node;
    private readonly NodeRecords records;
    private readonly EntryBook book;
    private readonly Chains chains;
    private readonly Dictionary<PartyId, ChainRow> written = [];
    private readonly Dictionary<int, int> serials = [];

    /// <param name="office">The local id of the one whose registers are filled.</param>
    public PastDesk(string folder, string office)
    {
        var data = new DataFolder(folder);
        var file = NodeFile.Read(data);
        only = data.Claim();
        node = NodeApplication.Build(data, file, new PagesSettings());
        records = node.Services.GetRequiredService<NodeRecords>();
        book = node.Services.GetRequiredService<EntryBook>();
        Keys = node.Services.GetRequiredService<KeyRing>();
        chains = new Chains(records);
        Machine = file.Id;
        Office = file.Offices.Select(PartyId.Parse).Single(each => each.Local == office);
    }

    public PartyId Machine { get; }

    public PartyId Office { get; }

    public KeyRing Keys { get; }

    public string ChainOf(PartyId party) => ChainRowOf(party).Id;

    /// <summary>Entries of the ledger that concern its office, the next ones in order.</summary>
    /// <param name="sent">Those of its own documents among them, with what the register of sent documents says beside.</param>
    /// <param name="received">The packages of those it received: sound, and never fetched again.</param>
    public void Take(IReadOnlyList<(long Index, ReadOnlyMemory<byte> Bytes)> entries, IReadOnlyList<(DateTimeOffset At, SentRow Row)> sent, IReadOnlyList<PackageRow> received)
    {
        if (entries.Count > 0)
        {
            book.Keep([.. entries.Select(entry => book.Read(entry.Index, entry.Bytes))], _ =>
            {
                foreach (var (at, row) in sent)
                {
                    row.Serial = serials[at.Year] = serials.GetValueOrDefault(at.Year) + 1;
                    records.Sent.Upsert(row);
                }

                foreach (var row in received)
                {
                    records.Packages.Upsert(row);
                }
            });
        }
    }

    /// <summary>Its chains continue where the past has left them.</summary>
    public void Continue(PastChains past)
    {
        records.Write(() =>
        {
            // Nothing is to be done any more: the packages were fetched, read and put away long ago.
            records.Set(EntryBook.FollowedName, book.Cursor);
            foreach (var row in written.Values)
            {
                if (past.HeadOf(row.Id) is (var number, { } last))
                {
                    (row.Next, row.Head) = (number + 1, last.ToString());
                    chains.Keep(row);
                }
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        only.Dispose();
    }

    private ChainRow ChainRowOf(PartyId party) => written.TryGetValue(party, out var row) ? row : written[party] = chains.OpenChainOf(party);
}
