using DocExchange.Core.Ledger;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.HubLink;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>
/// The Post of a hub on a Unix socket: it demands the order of chains, gives real proofs, and fails on demand. What it
/// would never do by itself, such as lose an answer, a test asks of it.
/// </summary>
internal sealed class FakeHub(NoteSigner ledger) : Wire.Exchange.ExchangeBase, IAsyncDisposable
{
    private readonly Dictionary<string, SignedStatement> heads = [];
    private readonly List<LedgerEntry> entries = [];
    private WebApplication application = null!;

    /// <summary>What is in the ledger, in order.</summary>
    public IReadOnlyList<SignedStatement> Ledger => [.. entries.Select(entry => SignedStatement.Parse(entry.Statement, _ => null))];

    /// <summary>Numbers that came twice with different content.</summary>
    public int Equivocations { get; private set; }

    /// <summary>Null where a statement is fine.</summary>
    public Func<SignedStatement, RefusedException?> Refuse { get; set; } = _ => null;

    /// <summary>Breaks the connection after the entry is written and before it is answered.</summary>
    public Func<SignedStatement, bool> LoseAnswer { get; set; } = _ => false;

    /// <summary>Gives a proof of something else.</summary>
    public Func<SignedStatement, bool> Cheat { get; set; } = _ => false;

    /// <summary>Forgets its ledger from that index on, as after a restore.</summary>
    public void ForgetFrom(int index)
    {
        entries.RemoveRange(index, entries.Count - index);
        heads.Clear();
        foreach (var signed in Ledger)
        {
            heads[signed.Statement.Chain.ChainId] = signed;
        }
    }

    public async Task<HubChannel> StartAsync()
    {
        (application, var channel) = await HubSocket.ServeAsync(this);
        return channel;
    }

    public override async Task Post(IAsyncStreamReader<Wire.PostRequest> requestStream, IServerStreamWriter<Wire.PostReply> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var signed = SignedStatement.Parse(request.Statement.Memory, _ => null);
            var reply = new Wire.PostReply { StatementId = signed.Id.Value.ToWire() };
            try
            {
                reply.Logged = Log(signed);
            }
            catch (RefusedException refused)
            {
                reply.Refused = refused.ToWire();
            }

            if (reply.Logged is not null && LoseAnswer(signed))
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "The connection broke."));
            }

            await responseStream.WriteAsync(reply, context.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (application is not null)
        {
            await application.DisposeAsync();
        }
    }

    private Wire.Logged Log(SignedStatement signed)
    {
        lock (entries)
        {
            var known = entries.FindIndex(entry => SignedStatement.Parse(entry.Statement, _ => null).Id == signed.Id);
            if (known >= 0)
            {
                return Answer(known, signed);
            }

            if (Refuse(signed) is { } refused)
            {
                throw refused;
            }

            CheckIsNext(signed);
            heads[signed.Statement.Chain.ChainId] = signed;
            entries.Add(LedgerEntry.Of(NodeSite.Now, NodeSite.NodeId, signed.Cms));
            return Answer(entries.Count - 1, signed);
        }
    }

    private void CheckIsNext(SignedStatement signed)
    {
        var chain = signed.Statement.Chain;
        var head = heads.GetValueOrDefault(chain.ChainId);
        Equivocations += head is not null && chain.Number <= head.Statement.Chain.Number ? 1 : 0;
        if (head is null ? chain.Number != 1 : chain.Number != head.Statement.Chain.Number + 1 || chain.Previous != head.Id)
        {
            var details = new Dictionary<string, string>
            {
                ["expected_number"] = $"{(head?.Statement.Chain.Number ?? 0) + 1}",
                ["expected_previous"] = head?.Id.ToString() ?? "",
            };
            throw new RefusedException(Refusal.OutOfSequence, "序号不符", "Out of sequence.", details);
        }
    }

    private Wire.Logged Answer(int index, SignedStatement signed)
    {
        var leaves = entries.Select(entry => MerkleHash.Leaf(entry.Bytes.Span)).ToList();
        var source = new Leaves(leaves);
        var checkpoint = new Checkpoint("demo/ledger", entries.Count, MerkleTree.Root(entries.Count, source));
        var proof = MerkleTree.InclusionProof(index, entries.Count, source).Select(hash => hash.ToWire()).ToList();
        return new Wire.Logged
        {
            Index = (ulong)index,
            Entry = ByteString.CopyFrom(entries[index].Bytes.Span),
            Checkpoint = ByteString.CopyFrom((Cheat(signed) ? new Checkpoint("demo/ledger", entries.Count, Digest.Of("other"u8)) : checkpoint).SignedBy(ledger).ToBytes()),
            InclusionProof = { proof },
            Effective = true,
        };
    }

    private sealed class Leaves(IReadOnlyList<Digest> leaves) : IHashSource
    {
        public Digest Hash(int level, long index) => level == 0 ? leaves[(int)index] : MerkleHash.Node(Hash(level - 1, 2 * index), Hash(level - 1, 2 * index + 1));
    }
}
