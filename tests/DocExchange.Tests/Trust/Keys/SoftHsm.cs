using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace DocExchange.Tests.Trust.Keys;

/// <summary>
/// A token in software (Debian package softhsm2), in a folder of its own. One for the whole process, which it ends with:
/// the library reads its configuration when it is first loaded.
/// </summary>
internal sealed class SoftHsm
{
    public const string Label = "收发室令牌";
    public const string Pin = "20010116";

    private static readonly string[] Libraries = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"];

    private static readonly Lazy<SoftHsm> Only = new(() => new SoftHsm());

    private readonly string folder = Directory.CreateTempSubdirectory("softhsm").FullName;

    private SoftHsm()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(folder, "tokens"));
        File.WriteAllText(Configuration, $"directories.tokendir = {Path.Combine(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n");
        Util("--init-token", "--free", "--label", Label, "--so-pin", "87654321", "--pin", Pin);

        // The library asks the C library, which does not see what .NET sets.
        Assert.That(SetEnvironment("SOFTHSM2_CONF", Configuration, 1), Is.Zero);
    }

    public static SoftHsm Shared => Only.Value;

    public static string Library => Libraries.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("libsofthsm2.so was not found. Install it: apt-get install softhsm2");

    private string Configuration => Path.Combine(folder, "softhsm2.conf");

    public string UriOf(string key) => $"pkcs11:token={Uri.EscapeDataString(Label)};object={key}?module-path={Library}";

    /// <summary>Puts a key made by OpenSSL on the token.</summary>
    /// <param name="genpkey">Arguments of <c>openssl genpkey</c>.</param>
    public void Import(string key, byte id, string genpkey)
    {
        using var openSsl = new OpenSsl();
        var pem = openSsl.Write(key + ".pem", "");
        openSsl.Do($"genpkey {genpkey} -out {key}.pem");
        Util("--import", pem, "--token", Label, "--label", key, "--id", id.ToString("X2", System.Globalization.CultureInfo.InvariantCulture), "--pin", Pin);
    }

    private void Util(params string[] arguments)
    {
        var start = new ProcessStartInfo("softhsm2-util", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardErrorEncoding = Encoding.UTF8 };
        start.Environment["SOFTHSM2_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, () => $"softhsm2-util {string.Join(' ', arguments)}: {output.Result}{errors}");
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi)]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
