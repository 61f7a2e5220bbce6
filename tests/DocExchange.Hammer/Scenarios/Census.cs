using System.Collections.Concurrent;
using DocExchange.Hammer.Exchange;
using DocExchange.Protocol.Local.V1;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using Grpc.Core;

namespace DocExchange.Hammer.Scenarios;

/// <summary>A document that a desk took, and the offices it is for.</summary>
internal sealed record SentDocument(string Document, string Package, IReadOnlyList<string> Offices);

/// <summary>
/// Every document that was sent, compared with what every recipient, the ledger and the archive hold. A document counts as
/// lost, or as duplicated, once, in however many places.
/// </summary>
internal sealed record Census(int Sent, int Lost, int Duplicated, IReadOnlyList<string> Problems)
{
    private const int ProblemsKept = 10;
    private const int AtATime = 4;

    public static readonly Census Nothing = new(0, 0, 0, []);

    public static Census operator +(Census one, Census other) =>
        new(one.Sent + other.Sent, one.Lost + other.Lost, one.Duplicated + other.Duplicated, [.. one.Problems, .. other.Problems]);

    /// <param name="isSignedFor">Whether every recipient has signed for every document.</param>
    /// <param name="earlier">Documents that were compared before and are left out now.</param>
    public static async Task<Census> TakeAsync(HammerSite site, IReadOnlyList<SentDocument> sent, bool isSignedFor, CancellationToken cancellation, IReadOnlySet<string>? earlier = null)
    {
        var (lost, duplicated) = (new ConcurrentDictionary<string, string>(), new ConcurrentDictionary<string, string>());
        await CountLinesAsync(site, sent, earlier ?? new HashSet<string>(), lost, duplicated, cancellation);
        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation }, async (document, _) =>
        {
            var missing = await MissingOfAsync(site, document, isSignedFor, cancellation);
            if (missing.Length > 0)
            {
                lost.TryAdd(document.Document, missing);
            }

            if (await TwiceOfAsync(site, document, cancellation) is { Length: > 0 } twice)
            {
                duplicated.TryAdd(document.Document, twice);
            }
        });
        return new Census(sent.Count, lost.Count, duplicated.Count, [.. lost.Concat(duplicated).Take(ProblemsKept).Select(each => $"{each.Key}: {each.Value}")]);
    }

    // One line for every document and office; no line of a document that nobody sent.
    private static async Task CountLinesAsync(
        HammerSite site,
        IReadOnlyList<SentDocument> sent,
        IReadOnlySet<string> earlier,
        ConcurrentDictionary<string, string> lost,
        ConcurrentDictionary<string, string> duplicated,
        CancellationToken cancellation)
    {
        var lines = new Dictionary<(string Document, string Office), int>();
        foreach (var node in site.Recipients)
        {
            foreach (var line in (await node.InboxAsync(cancellation)).Where(line => !earlier.Contains(line.Summary.DocumentId)))
            {
                var key = (line.Summary.DocumentId, line.Office[(line.Office.IndexOf('/', StringComparison.Ordinal) + 1)..]);
                lines[key] = lines.GetValueOrDefault(key) + 1;
            }
        }

        foreach (var (document, office) in sent.SelectMany(document => document.Offices.Select(office => (document.Document, office))))
        {
            lines.Remove((document, office), out var count);
            if (count == 0)
            {
                lost.TryAdd(document, $"not in the inbox of {office}");
            }
            else if (count > 1)
            {
                duplicated.TryAdd(document, $"{count} times in the inbox of {office}");
            }
        }

        foreach (var ((document, office), _) in lines)
        {
            duplicated.TryAdd(document, $"in the inbox of {office}, to which it was not sent");
        }
    }

    private static async Task<string> MissingOfAsync(HammerSite site, SentDocument document, bool isSignedFor, CancellationToken cancellation)
    {
        var nodes = site.Recipients.Where(node => node.Offices.Any(document.Offices.Contains)).ToList();
        foreach (var node in nodes)
        {
            if (await node.PackageDigestAsync(document.Document, cancellation) != document.Package)
            {
                return $"{node.Name} has not its package";
            }
        }

        if (await site.ArchivedDigestAsync(document.Document, cancellation) != document.Package)
        {
            return "the archive has not its package";
        }

        var held = await StatementsAsync(site.General, document, cancellation);
        var wanted = document.Offices.Count;
        return held.Count(each => each.Type == "Dispatched" && IsProven(each)) != 1 ? "the sender has no valid proof of its Dispatched"
            : held.All(each => each.Type != "Accepted") ? "the sender has no Accepted"
            : held.Count(each => each.Type == "Delivered") < wanted ? "the sender lacks a Delivered"
            : isSignedFor && held.Count(each => each.Type == "SignedFor") < wanted ? "the sender lacks a SignedFor"
            : "";
    }

    // In the ledger itself: each act once, whatever was retried on the way.
    private static async Task<string> TwiceOfAsync(HammerSite site, SentDocument document, CancellationToken cancellation)
    {
        using var call = site.Hub.GetStory(new GetDocumentRequest { DocumentId = document.Document }, cancellationToken: cancellation);
        var types = new Dictionary<string, int>();
        await foreach (var entry in call.ResponseStream.ReadAllAsync(cancellation))
        {
            types[entry.Type] = types.GetValueOrDefault(entry.Type) + 1;
        }

        return types.Where(each => each.Value > (each.Key is "Delivered" or "SignedFor" or "Returned" ? document.Offices.Count : 1))
            .Select(each => $"{each.Value} times {each.Key} in the ledger").FirstOrDefault("");
    }

    private static async Task<List<HeldStatement>> StatementsAsync(HammerNode node, SentDocument document, CancellationToken cancellation)
    {
        using var call = node.Desk.ListStatements(new ShowRequest { DocumentId = document.Document }, cancellationToken: cancellation);
        return await call.ResponseStream.ReadAllAsync(cancellation).ToListAsync(cancellation);
    }

    // Whose checkpoint it is, the node has checked; that the entry is under its root is checked here once more.
    private static bool IsProven(HeldStatement held)
    {
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(held.Checkpoint.Span).Text);
        return MerkleTree.VerifyInclusion(
            MerkleHash.Leaf(held.Entry.Span), (long)held.Index, checkpoint.Size, [.. held.InclusionProof.Select(hash => Digest.FromBytes(hash.Span))], checkpoint.Root);
    }
}
