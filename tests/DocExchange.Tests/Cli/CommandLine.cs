using System.Text.Json;
using DocExchange.Cli;

namespace DocExchange.Tests.Cli;

/// <summary>Runs docex in this process, at a fixed time, and keeps what it printed.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Error)
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static async Task<CommandLine> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(output, error, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Now), args.Contains("en"), IsInteractive: false);
        var code = await Docex.RunAsync(args, terminal, CancellationToken.None);
        return new CommandLine(code, output.ToString(), error.ToString());
    }
}
