using System.Diagnostics;

namespace DocExchange.Tests.Trust;

/// <summary>Runs the openssl command in a folder of its own, which is deleted with it.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("docexchange-openssl-").FullName;

    public string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(folder, name));

    /// <summary>Runs with blank-separated arguments; returns the exit code and everything printed.</summary>
    public (int ExitCode, string Output) Run(string arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>Runs what must succeed.</summary>
    public string Do(string arguments)
    {
        var (exitCode, output) = Run(arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"openssl {arguments} ended with {exitCode}: {output}");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
