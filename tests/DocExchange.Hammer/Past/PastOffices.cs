using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hammer.Exchange;

namespace DocExchange.Hammer.Past;

/// <summary>
/// An office that has dispatched and offices that have received, at nodes that never run: what is written in their names
/// comes into no mailbox that anybody follows, and into no chain that anybody continues.
/// </summary>
internal sealed class PastOffices : IDisposable
{
    public const string AgencyCode = "历发";
    public const string SenderName = "历年发文机关";

    public const string SenderId = "past";
    private const int MostOfficesOfANode = 200;

    private PastOffices(PastNode sender, IReadOnlyList<PastNode> recipients)
    {
        SenderNode = sender;
        RecipientNodes = recipients;
        Recipients = [.. recipients.SelectMany(node => node.Offices.Select(office => (node, office)))];
        Addressed = new RecipientList([.. Recipients.Select(each => each.Office)], []);
    }

    public PastNode SenderNode { get; }

    public PartyId Sender => SenderNode.Offices[0];

    public IReadOnlyList<PastNode> RecipientNodes { get; }

    public IReadOnlyList<(PastNode Node, PartyId Office)> Recipients { get; }

    /// <summary>All of them, to whom every document of the past went.</summary>
    public RecipientList Addressed { get; }

    public static async Task<PastOffices> EnrolAsync(HammerSite site, int count, CancellationToken cancellation)
    {
        var csv = new StringBuilder($"office,{SenderId},{SenderName},,,{AgencyCode},110000,,,,\n");
        var recipients = Enumerable.Range(1, count).Select(RecipientId).ToList();
        recipients.ForEach(id => csv.Append($"office,{id},历年收文机关{id},,,,110000,,,,\n"));
        await site.AddOfficesAsync(csv.ToString(), cancellation);
        var sender = await site.EnrolAsync(SenderId, [SenderId], cancellation);
        var nodes = new List<PastNode>();
        foreach (var hosted in recipients.Chunk(MostOfficesOfANode))
        {
            nodes.Add(new PastNode(await site.EnrolAsync($"{SenderId}-n{nodes.Count + 1}", hosted, cancellation)));
        }

        return new PastOffices(new PastNode(sender), nodes);
    }

    /// <param name="number">1 for the first.</param>
    public static string RecipientId(int number) => $"{SenderId}-{number}";

    public void Dispose()
    {
        SenderNode.Dispose();
        foreach (var node in RecipientNodes)
        {
            node.Dispose();
        }
    }
}
