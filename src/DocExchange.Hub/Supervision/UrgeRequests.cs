using System.Globalization;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Supervision;

/// <summary>A supervisor asks a document's sender to urge those who have not signed for it.</summary>
/// <param name="Id">Names this one request to the node.</param>
/// <param name="AskedBy">The supervisor's name.</param>
/// <param name="At">By the hub's clock.</param>
/// <param name="IsKept">The sender's node has said that it is on its disk.</param>
internal sealed record UrgeRequest(Digest Id, DocumentId Document, PartyId Sender, string AskedBy, DateTimeOffset At, bool IsKept);

/// <summary>
/// Urging is a statement that the sender signs, so the hub only passes the wish on: with the answer to the next report of
/// the sender's node, again and again until that says it has it. A request is on disk when Ask returns. Safe for concurrent use.
/// </summary>
internal sealed class UrgeRequests(SiteStore site, ICatalogue catalogue, DirectoryKeeper directories, TimeProvider clock)
{
    /// <summary>With one answer.</summary>
    public const int MostAtOnce = 100;

    private static readonly TimeSpan Between = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>The last one for the document; null: nobody has asked.</summary>
    public UrgeRequest? Last(DocumentId document) => site.FindUrgeRequest(document);

    /// <summary>Whether nobody has within the hour.</summary>
    public bool MayAsk(DocumentId document) => !(site.FindUrgeRequest(document) is { } last && clock.GetUtcNow() - last.At < Between);

    /// <param name="person">The supervisor's name.</param>
    /// <exception cref="RefusedException">Nobody is left to be urged, somebody asked within the hour, or no node acts for the sender.</exception>
    public UrgeRequest Ask(DocumentId document, string person)
    {
        var now = clock.GetUtcNow();
        if (catalogue.Find(document) is not { } found)
        {
            throw new RefusedException(Refusal.UnknownDocument, "中心没有这件公文。请从“督查”或“档案”中选取；刚发出的公文请稍后再试。", "The hub has no such document. Choose one under supervision or in the archive; if it was sent just now, try again in a moment.");
        }

        var sender = PartyId.Parse(found.Sender);
        if (found.Phase != DocumentPhase.Accepted || found.IsFinal)
        {
            throw new RefusedException(Refusal.WrongState, "该公文已无未签收单位，不必催办。请刷新页面查看。", "Nobody is left who has not signed for the document, so there is nobody to urge. Load the page again.");
        }

        if (!MayAsk(document))
        {
            var last = site.FindUrgeRequest(document)!;
            throw new RefusedException(
                Refusal.WrongState,
                $"{last.AskedBy}不到一小时前已请发文单位催办，请稍后再提或电话联系。",
                $"{last.AskedBy} asked the sender less than an hour ago. Wait, or telephone.");
        }

        if (directories.Current.Find(sender)?.HostedBy is null)
        {
            throw new RefusedException(Refusal.WrongState, "发文单位现在没有节点，请电话联系。", "The sender has no node now. Telephone.");
        }

        var id = Digest.Of([.. document.Value.Span, .. BitConverter.GetBytes(now.ToUnixTimeMilliseconds())]);
        var request = new UrgeRequest(id, document, sender, person, now, IsKept: false);
        site.Save(request, now - Kept);
        return request;
    }

    /// <summary>What the node is to be told: at most <see cref="MostAtOnce"/>, the newest first: what a node never confirms holds up nothing.</summary>
    public IEnumerable<Wire.UrgeRequest> For(PartyId node) => site.UrgeRequestsOnTheWay()
        .Where(request => IsAt(node, request)).OrderByDescending(request => request.At).Take(MostAtOnce)
        .Select(request => new Wire.UrgeRequest
        {
            RequestId = request.Id.ToWire(),
            DocumentId = request.Document.Value.ToWire(),
            AskedBy = request.AskedBy,
            AskedAt = request.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        });

    /// <summary>The node has these on its disk; what it was never asked counts for nothing.</summary>
    public void Confirm(PartyId node, IEnumerable<ByteString> requests)
    {
        var said = requests.Take(MostAtOnce).Where(each => each.Length == Digest.Size).Select(each => Digest.FromBytes(each.Span)).ToHashSet();
        if (said.Count > 0)
        {
            foreach (var request in site.UrgeRequestsOnTheWay().Where(request => said.Contains(request.Id) && IsAt(node, request)))
            {
                site.ConfirmUrgeRequest(request.Document, request.Id);
            }
        }
    }

    private bool IsAt(PartyId node, UrgeRequest request) => directories.Current.Find(request.Sender)?.HostedBy == node;
}
