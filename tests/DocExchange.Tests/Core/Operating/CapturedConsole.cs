namespace DocExchange.Tests.Core.Operating;

/// <summary>What a verb of hub or node prints. There is one console: who uses this is not run beside others.</summary>
internal static class CapturedConsole
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(Func<Task<int>> verb)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var printed = new StringWriter();
        using var said = new StringWriter();
        Console.SetOut(printed);
        Console.SetError(said);
        try
        {
            return (await verb(), printed.ToString(), said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
