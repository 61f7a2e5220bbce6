namespace DocExchange.EndToEndTests.Site;

/// <summary>The working copy the tests were built in.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DocExchange.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"DocExchange.sln is in no folder above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
