using DocExchange.Durability.Upgrades;
using DocExchange.Node.Desk;

namespace DocExchange.Node.Records;

/// <summary>
/// The versions of a node's data. What no step names is read in its older forms too; the list of what was received says itself
/// how it was made, and is made anew where that is another way.
/// </summary>
internal static class NodeData
{
    public static readonly DataForm Form = new("DocExchange node " + NodeOverview.Version, [new PlacesOfSentDocuments()]);
}
