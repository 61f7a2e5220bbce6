using DocExchange.Durability.Upgrades;

namespace DocExchange.Hub.Operations;

/// <summary>
/// The versions of a hub's data. Catalogue and full-text index say themselves how they were made, and are made anew where that
/// is another way; old forms of statements, entries and objects are read for ever.
/// </summary>
internal static class HubData
{
    public static readonly DataForm Form = new("DocExchange hub " + HubOverview.Version, []);
}
