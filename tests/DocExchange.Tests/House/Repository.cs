using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>The working copy these tests were built from, as its readers see it.</summary>
internal static partial class Repository
{
    private static readonly string[] Skipped = [".git", "artifacts", "bin", "obj", "node_modules", "TestResults", "demo-data"];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Paths relative to the root, of everything that is not built or installed.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. FilesOf(Root).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    /// <summary>The fenced blocks of one language, in order.</summary>
    public static IReadOnlyList<string> Blocks(string page, string language) =>
        [.. Fence().Matches(Read(page)).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value)];

    /// <summary>The first cells of the table under a heading, its head left out, without back-ticks.</summary>
    public static IReadOnlyList<string[]> Table(string page, string heading)
    {
        var section = Read(page).Split('\n').SkipWhile(line => line.TrimStart('#') != " " + heading || !line.StartsWith('#')).Skip(1).TakeWhile(line => !line.StartsWith('#'));
        return [.. section.Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim().Trim('`')).ToArray())];
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder).Where(each => !Skipped.Contains(Path.GetFileName(each))).SelectMany(FilesOf));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DocExchange.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"DocExchange.sln is in no folder above {AppContext.BaseDirectory}.");
        }

        return folder;
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
