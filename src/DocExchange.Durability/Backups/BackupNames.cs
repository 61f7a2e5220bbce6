using System.Globalization;

namespace DocExchange.Durability.Backups;

/// <summary>
/// Names in a backup. A file's own is its path below the data folder, with slashes; it lies below the folder of the run that
/// copied it, <c>000001/ledger/entries-000000.log</c>, so that no run writes over what an earlier one left.
/// </summary>
internal static class BackupNames
{
    public const string Unfinished = ".new";

    private const int RunDigits = 6;

    public const int MaxRun = 999_999;

    /// <summary>Whether a name can only mean a file below the folder it is taken from, and fits a line of the manifest.</summary>
    public static bool IsProper(string name, int maxLength) =>
        name.Length > 0 && name.Length <= maxLength && !name.Contains('\\') && !name.Any(char.IsControl) && !name.EndsWith(Unfinished, StringComparison.Ordinal)
        && name.Split('/').All(part => part is not ("" or "." or ".."));

    public static string Place(int run, string name) => FolderOf(run) + "/" + name;

    public static string FolderOf(int run) => run.ToString(CultureInfo.InvariantCulture).PadLeft(RunDigits, '0');

    /// <summary>0 where the name is not that of a run.</summary>
    public static int RunOf(ReadOnlySpan<char> folder) =>
        folder.Length == RunDigits && int.TryParse(folder, NumberStyles.None, CultureInfo.InvariantCulture, out var run) ? run : 0;
}
