using System.Diagnostics;
using Directory = System.IO.Directory;

namespace DocExchange.EndToEndTests.Site;

/// <summary>A PKCS#11 token in software (Debian package softhsm2) that nodes started afterwards find in their environment.</summary>
internal sealed class SoftToken : IDisposable
{
    public const string Pin = "20010116";

    private const string Label = "docex";
    private const string Library = "/usr/lib/softhsm/libsofthsm2.so";
    private const string Variable = "SOFTHSM2_CONF";

    private readonly string folder = Directory.CreateTempSubdirectory("docex-token-").FullName;
    private byte keys;

    private SoftToken()
    {
        Directory.CreateDirectory(Path.Combine(folder, "tokens"));
        var configuration = Path.Combine(folder, "softhsm2.conf");
        File.WriteAllText(configuration, $"directories.tokendir = {Path.Combine(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n");
        File.WriteAllText(PinFile, Pin + "\n");
        Environment.SetEnvironmentVariable(Variable, configuration);
    }

    private string PinFile => Path.Combine(folder, "pin");

    public static async Task<SoftToken> PlugInAsync()
    {
        var token = new SoftToken();
        await token.RunAsync("softhsm2-util", "--init-token", "--free", "--label", Label, "--so-pin", "87654321", "--pin", Pin);
        return token;
    }

    /// <summary>Puts a key on it that OpenSSL drew; the file it came in is gone afterwards.</summary>
    /// <returns>The key's URI, which names the file with the PIN.</returns>
    public async Task<string> DrawAsync(string name)
    {
        var pem = Path.Combine(folder, name + ".pem");
        await RunAsync("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", pem);
        await RunAsync("softhsm2-util", "--import", pem, "--token", Label, "--label", name, "--id", $"{++keys:X2}", "--pin", Pin);
        File.Delete(pem);
        return $"pkcs11:token={Label};object={name}?module-path={Library}&pin-source={PinFile}";
    }

    /// <summary>Takes it away: whoever looks for it finds no token.</summary>
    public void PullOut()
    {
        Directory.Move(Path.Combine(folder, "tokens"), Path.Combine(folder, "pulled"));
        Directory.CreateDirectory(Path.Combine(folder, "tokens"));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> ReadAsync(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return await output + await errors;
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
        var output = await ReadAsync(process);
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{output}");
    }
}
