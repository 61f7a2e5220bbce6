namespace DocExchange.EndToEndTests.Site;

/// <summary>The command line, as an operator types it.</summary>
internal static class Docex
{
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await TryAsync(arguments);
        Assert.That(code, Is.Zero, $"docex {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    public static Task<(int ExitCode, string Output)> TryAsync(params string[] arguments) => ProductProcess.RunAsync("DocExchange.Cli", arguments);
}
