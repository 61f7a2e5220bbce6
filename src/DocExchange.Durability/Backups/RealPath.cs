namespace DocExchange.Durability.Backups;

/// <summary>Where a folder lies when links are followed, so that two names of one folder are known to be one.</summary>
internal static class RealPath
{
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            return full;
        }

        var here = Path.Combine(Of(parent), Path.GetFileName(full));
        return Directory.Exists(here) && new DirectoryInfo(here).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Of(target.FullName) : here;
    }

    /// <summary>Whether one is the other, or lies in it.</summary>
    public static bool Overlap(string one, string other)
    {
        var (first, second) = (Of(one) + "/", Of(other) + "/");
        return first.StartsWith(second, StringComparison.Ordinal) || second.StartsWith(first, StringComparison.Ordinal);
    }
}
