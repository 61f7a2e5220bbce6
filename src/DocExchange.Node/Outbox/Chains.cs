using System.Collections.Concurrent;
using System.Security.Cryptography;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Records;

namespace DocExchange.Node.Outbox;

/// <summary>The heads of this data folder's chains. Changes belong into a <see cref="NodeRecords.Write(Action)"/>.</summary>
internal sealed class Chains(NodeRecords records)
{
    // Asked of every entry that comes, most of them of others' chains. One whose write was undone does no harm here.
    private readonly ConcurrentDictionary<string, bool> known = new(records.Chains.FindAll().Select(row => KeyValuePair.Create(row.Id, true)));

    /// <summary>The open chain of a party; a new one, not yet kept, when it has none.</summary>
    public ChainRow OpenChainOf(PartyId party) =>
        records.Chains.Find(Field.Is(nameof(ChainRow.Party), party.ToString())).FirstOrDefault(row => row.IsOpen) ?? Draw(party, null);

    public ChainRow? Find(string chain) => known.ContainsKey(chain) ? records.Chains.FindById(chain) : null;

    /// <summary>A chain that continues another one, after a restore or a move.</summary>
    public static ChainRow Draw(PartyId party, string? continued) => new()
    {
        Id = $"{party}#{RandomNumberGenerator.GetHexString(16, lowercase: true)}",
        Party = party.ToString(),
        Head = continued,
    };

    public static ChainPosition NextOf(ChainRow chain) =>
        new(chain.Id, chain.Next, chain.Head is { } head ? StatementId.Parse(head) : null);

    public static void Advance(ChainRow chain, StatementId head)
    {
        chain.Next++;
        chain.Head = head.ToString();
    }

    public void Keep(ChainRow chain)
    {
        known[chain.Id] = true;
        records.Chains.Upsert(chain);
    }
}
