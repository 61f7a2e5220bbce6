using DocExchange.Hub.Operations;

namespace DocExchange.Hammer.Measuring;

/// <summary>Bytes on disk in a hub's data folder, by kind, in MiB.</summary>
internal static class FolderSizes
{
    private const double MiB = 1024 * 1024;

    public static Dictionary<string, double> Of(HubFolder folder) => new()
    {
        ["ledgerMiB"] = Of(folder.Ledger),
        ["catalogueMiB"] = Math.Round(Directory.EnumerateFiles(folder.Root, Path.GetFileNameWithoutExtension(folder.Catalogue) + "*").Sum(file => new FileInfo(file).Length) / MiB, 3),
        ["volumesMiB"] = Of(folder.Archive),
        ["objectsMiB"] = Of(folder.Objects),
        ["fullTextMiB"] = Of(folder.Search),
        ["spoolMiB"] = Of(folder.Spool),
    };

    private static double Of(string folder) => !Directory.Exists(folder) ? 0
        : Math.Round(new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / MiB, 3);
}
