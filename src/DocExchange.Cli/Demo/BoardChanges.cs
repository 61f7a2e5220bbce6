using DocExchange.Cli.Documents;

namespace DocExchange.Cli.Demo;

/// <summary>The status board as it fills: the rows that are not as they were at the last look.</summary>
internal sealed class BoardChanges(Screen screen)
{
    private const int MostRows = 6;

    private readonly Dictionary<string, (string State, uint Urged)> seen = [];

    /// <returns>A line for each, of many the first; then how many more.</returns>
    public List<string> Since(DemoBoard board)
    {
        var changed = board.Rows.Where(row => row.DeliveredAt.Length > 0 && seen.GetValueOrDefault(row.Office) != (row.State, row.Urged)).ToList();
        changed.ForEach(row => seen[row.Office] = (row.State, row.Urged));
        var lines = changed.Take(MostRows).Select(row => BoardRow.Line(screen, row)).ToList();
        if (changed.Count > MostRows)
        {
            lines.Add(screen.Say($"  …… 以及另外 {changed.Count - MostRows} 个单位", $"  … and {changed.Count - MostRows} more offices"));
        }

        return lines;
    }
}
