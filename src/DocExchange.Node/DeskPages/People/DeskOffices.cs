using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;

namespace DocExchange.Node.DeskPages.People;

/// <summary>The offices of this node, by the part of an address that names them.</summary>
internal sealed class DeskOffices(NodeFile node, DirectoryCopy directories)
{
    /// <returns>Its id, and its name as the directory has it.</returns>
    /// <exception cref="RefusedException">The office is not at this node.</exception>
    public (PartyId Id, string Name) Require(string local)
    {
        var id = PartyId.TryParse($"{node.Exchange}/{local}");
        return id is not null && node.Offices.Contains(id.ToString())
            ? (id, directories.FindNewest()?.Find(id)?.Name ?? local)
            : throw new RefusedException(Refusal.NotHosted, "该单位不在本节点。请从页首选择本节点的单位，或到该单位所在节点的收发台办理。", "That office is not at this node. Choose one of this node's offices at the head of the page, or go to the desk of its own node.");
    }
}
