using System.Diagnostics;

namespace DocExchange.EndToEndTests.Site;

/// <summary>An outside certification authority: the OpenSSL program and a folder.</summary>
internal sealed class OpenSslAuthority(string folder)
{
    // GB/T 35276: the signer's id in an SM2 signature where nothing else is agreed.
    private const string Sm2Id = "distid:1234567812345678";

    private const string Configuration = """
        [ca]
        default_ca=d
        [d]
        database=index.txt
        unique_subject=no
        new_certs_dir=.
        rand_serial=yes
        crlnumber=crlnumber
        default_md=sha256
        default_days=700
        default_crl_days=30
        certificate=ca.pem
        private_key=ca.key
        policy=p
        [p]
        countryName=optional
        organizationName=optional
        organizationalUnitName=optional
        commonName=supplied

        """;

    public string Root => Path.Combine(folder, "ca.pem");

    public async Task CreateAsync()
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.cnf"), Configuration);
        await File.WriteAllTextAsync(Path.Combine(folder, "index.txt"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "crlnumber"), "01\n");
        await OpenSslAsync("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key");
        await OpenSslAsync(
            "req", "-x509", "-new", "-key", "ca.key", "-subj", "/C=CN/O=Outside/CN=Outside Root", "-days", "3650", "-out", "ca.pem",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
    }

    /// <summary>Certifies all requests of a folder by the profiles beside them, and in the names these give or those of the requests.</summary>
    /// <returns>The certificates' paths.</returns>
    public async Task<string[]> CertifyAsync(string requests, bool inNamesOfRequests = false)
    {
        var certificates = new List<string>();
        foreach (var request in Directory.GetFiles(requests, "*.csr").Order())
        {
            var name = Path.GetFileNameWithoutExtension(request);
            var certificate = Path.Combine(folder, $"{Path.GetFileName(requests)}-{name}.pem");
            var profile = Path.ChangeExtension(request, ".cnf");
            string[] id = name.Contains("seal", StringComparison.Ordinal) ? ["-vfyopt", Sm2Id] : [];
            string[] subject = inNamesOfRequests ? [] : ["-utf8", "-subj", await SubjectAsync(profile)];
            await OpenSslAsync(["ca", "-batch", "-notext", "-config", "ca.cnf", "-in", request, "-extfile", profile, .. subject, .. id, "-out", certificate]);
            certificates.Add(certificate);
        }

        return [.. certificates];
    }

    // "# Subject: C=CN,O=单位" as openssl ca -subj wants it.
    private static async Task<string> SubjectAsync(string profile) =>
        "/" + (await File.ReadAllLinesAsync(profile))[0]["# Subject: ".Length..].Replace(',', '/');

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
