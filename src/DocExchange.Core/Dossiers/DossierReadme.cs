namespace DocExchange.Core.Dossiers;

/// <summary>The text for people that lies in each dossier: of the optional parts it explains those that are there.</summary>
internal static class DossierReadme
{
    // Begins a line that stands only where something of that name does, or where nothing does: ?timestamps/ and !timestamps/.
    private const char Present = '?';
    private const char Absent = '!';

    /// <param name="template">With its marks.</param>
    /// <param name="paths">What the dossier holds.</param>
    public static string Of(string template, IReadOnlyCollection<string> paths) => string.Join('\n', template.Split('\n').Select(line => Chosen(line, paths)).OfType<string>());

    private static string? Chosen(string line, IReadOnlyCollection<string> paths)
    {
        if (line.Length == 0 || line[0] is not (Present or Absent))
        {
            return line;
        }

        var end = line.IndexOf('/', StringComparison.Ordinal) + 1;
        var isThere = paths.Any(path => path.StartsWith(line[1..end], StringComparison.Ordinal));
        return isThere == (line[0] == Present) ? line[end..] : null;
    }
}
