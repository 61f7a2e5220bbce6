using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace DocExchange.Tests.House;

/// <summary>The programs as they were built, asked for their help.</summary>
internal static class Programs
{
    private static readonly ConcurrentDictionary<(string Program, string Words), string> Helps = new();

    /// <param name="program"><c>docex</c>, or the name of a project whose executable it is.</param>
    /// <param name="words">A verb, or nothing; options too.</param>
    public static string HelpOf(string program, string words) => Helps.GetOrAdd((program, words), key =>
    {
        var (code, output, errors) = Run("dotnet", [PathOf(key.Program), .. key.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        return code == 0 ? output : throw new InvalidOperationException($"{key.Program} {key.Words} --help ended with {code}: {output}{errors}");
    });

    /// <summary>Runs any program to its end, with nothing to read.</summary>
    public static (int ExitCode, string Output, string Errors) Run(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    private static string PathOf(string program)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var folder = program == "docex" ? "DocExchange.Cli" : program;
        return Path.Combine(Repository.Root, "artifacts", "bin", folder, configuration, program + ".dll");
    }
}
