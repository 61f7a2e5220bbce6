using System.Diagnostics;

namespace DocExchange.EndToEndTests.Site;

/// <summary>An outside certification authority: the OpenSSL program and a folder.</summary>
internal sealed class OpenSslAuthority(string folder)
{
    // GB/T 35276: the signer's id in an SM2 signature where nothing else is agreed.
    private const string Sm2Id = "distid:1234567812345678";

    public string Root => Path.Combine(folder, "ca.pem");

    public async Task CreateAsync()
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.cnf"), "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\ncertificate=ca.pem\nprivate_key=ca.key\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "index.txt"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "crlnumber"), "01\n");
        await OpenSslAsync("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key");
        await OpenSslAsync(
            "req", "-x509", "-new", "-key", "ca.key", "-subj", "/C=CN/O=Outside/CN=Outside Root", "-days", "3650", "-out", "ca.pem",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
    }

    /// <summary>Certifies all requests of a folder by the profiles beside them.</summary>
    /// <returns>The certificates' paths.</returns>
    public async Task<string[]> CertifyAsync(string requests)
    {
        var certificates = new List<string>();
        foreach (var request in Directory.GetFiles(requests, "*.csr").Order())
        {
            var name = Path.GetFileNameWithoutExtension(request);
            var certificate = Path.Combine(folder, $"{Path.GetFileName(requests)}-{name}.pem");
            string[] id = name.Contains("seal", StringComparison.Ordinal) ? ["-vfyopt", Sm2Id] : [];
            await OpenSslAsync(["x509", "-req", "-in", request, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "700", "-extfile", Path.ChangeExtension(request, ".cnf"), .. id, "-out", certificate]);
            certificates.Add(certificate);
        }

        return [.. certificates];
    }

    /// <returns>The path of a list that names the certificate.</returns>
    public async Task<string> RevokeAsync(string certificate)
    {
        await OpenSslAsync("ca", "-config", "ca.cnf", "-revoke", certificate, "-crl_reason", "keyCompromise");
        await OpenSslAsync("ca", "-config", "ca.cnf", "-gencrl", "-out", "crl.pem");
        return Path.Combine(folder, "crl.pem");
    }

    private async Task OpenSslAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"openssl {string.Join(' ', arguments)}\n{await output}\n{await errors}");
    }
}
