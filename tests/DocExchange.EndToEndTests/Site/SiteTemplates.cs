using System.Collections.Concurrent;

namespace DocExchange.EndToEndTests.Site;

/// <summary>
/// Folders of sites whose nodes are enrolled. The shapes that several tests begin with are made once, and each of these
/// tests has a copy, with the same keys.
/// </summary>
internal static class SiteTemplates
{
    private static readonly HashSet<string> Shapes = ["a", "a|b"];

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Folders = [];

    public static bool Has(string[][] hosted) => Shapes.Contains(ShapeOf(hosted));

    /// <param name="folder">Exists, and is empty.</param>
    public static async Task CopyAsync(string suite, string[][] hosted, string folder)
    {
        var template = await Folders.GetOrAdd($"{suite} {ShapeOf(hosted)}", _ => new Lazy<Task<string>>(() => TestSite.MakeFolderAsync(suite, hosted))).Value;

        // Modes of files and folders are part of an installation.
        var (code, output) = await ProductProcess.RunAsync(new System.Diagnostics.ProcessStartInfo("cp", ["-a", template + "/.", folder]));
        Assert.That(code, Is.Zero, output);
    }

    public static async Task EndAllAsync()
    {
        foreach (var folder in Folders.Values.Where(folder => folder.IsValueCreated))
        {
            if (await Task.WhenAny(folder.Value) is { IsCompletedSuccessfully: true } made)
            {
                Directory.Delete(await made, recursive: true);
            }
        }
    }

    private static string ShapeOf(string[][] hosted) => string.Join('|', hosted.Select(offices => string.Join(',', offices)));
}
