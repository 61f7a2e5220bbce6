using DocExchange.Core.Offices;

namespace DocExchange.Hub.ConsolePages.Offices;

/// <param name="Depth">Offices above it.</param>
internal sealed record OfficeRow(Office Office, int Depth);

/// <summary>The offices in the order of a tree: each below its parent, in the order of the directory.</summary>
internal static class OfficeTree
{
    private const int Deepest = 20;

    /// <param name="words">Part of id, name or agency code; where given, the offices that match, without the tree.</param>
    /// <param name="group">Only its members; empty for all.</param>
    public static IReadOnlyList<OfficeRow> Of(OfficeDirectory directory, string words, string group, bool withEnded, DateTimeOffset now)
    {
        var offices = directory.Offices.Where(office => withEnded || office.Period.Contains(now)).ToList();
        if (words.Length > 0 || group.Length > 0)
        {
            return [.. offices.Where(office => (group.Length == 0 || office.Groups.Contains(group)) && Matches(office, words)).Select(office => new OfficeRow(office, 0))];
        }

        var known = offices.Select(office => office.Id).ToHashSet();
        var below = offices.Where(office => office.Parent is { } parent && known.Contains(parent)).ToLookup(office => office.Parent!);
        var rows = new List<OfficeRow>(offices.Count);
        var placed = new HashSet<PartyId>();
        foreach (var top in offices.Where(office => office.Parent is null || !known.Contains(office.Parent)))
        {
            Place(top, 0);
        }

        // Parents in a circle have no top.
        foreach (var office in offices)
        {
            Place(office, 0);
        }

        return rows;

        void Place(Office office, int depth)
        {
            if (!placed.Add(office.Id))
            {
                return;
            }

            rows.Add(new OfficeRow(office, depth));
            foreach (var child in below[office.Id])
            {
                Place(child, Math.Min(depth + 1, Deepest));
            }
        }
    }

    private static bool Matches(Office office, string words) =>
        words.Length == 0
        || office.Id.Local.Contains(words, StringComparison.OrdinalIgnoreCase)
        || office.Name.Contains(words, StringComparison.OrdinalIgnoreCase)
        || office.ShortName.Contains(words, StringComparison.OrdinalIgnoreCase)
        || office.AgencyCodes.Any(code => code.Contains(words, StringComparison.OrdinalIgnoreCase));
}
