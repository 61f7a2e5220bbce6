using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;

namespace DocExchange.Cli.Verifying;

/// <summary>Trust anchors, further certificates and revocation lists from files and folders, PEM or DER.</summary>
internal static class TrustFiles
{
    /// <summary>The most files that are read of one folder.</summary>
    public const int MaxFiles = 1000;

    private static readonly string[] Endings = [".pem", ".crt", ".cer", ".der", ".crl"];

    /// <exception cref="FailedException">A path does not exist, or holds neither certificates nor revocation lists.</exception>
    public static TrustStore Read(IEnumerable<string> paths)
    {
        List<Certificate> certificates = [];
        List<RevocationList> lists = [];
        foreach (var path in paths)
        {
            var before = certificates.Count + lists.Count;
            foreach (var file in FilesAt(path))
            {
                ReadFile(file, certificates, lists);
            }

            if (certificates.Count + lists.Count == before)
            {
                throw new FailedException("NOTHING_TRUSTED", $"“{path}”中没有证书，也没有吊销列表。", $"'{path}' holds neither certificates nor revocation lists.");
            }
        }

        return TrustStore.Of(certificates, lists);
    }

    private static IEnumerable<string> FilesAt(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new FailedException("NOT_FOUND", $"没有“{path}”这个文件或目录。", $"There is no file or folder '{path}'.");
        }

        var files = Directory.EnumerateFiles(path).Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal).Take(MaxFiles + 1).ToList();
        return files.Count <= MaxFiles
            ? files
            : throw new FailedException("TOO_MANY_FILES", $"目录“{path}”中的文件多于 {MaxFiles} 个。", $"The folder '{path}' holds more than {MaxFiles} files.");
    }

    private static void ReadFile(string path, List<Certificate> certificates, List<RevocationList> lists)
    {
        if (new FileInfo(path).Length > RevocationList.MaxSize * 2L)
        {
            throw new FailedException("TOO_LARGE", $"文件“{path}”过大。", $"The file '{path}' is too large.");
        }

        var bytes = File.ReadAllBytes(path);
        try
        {
            if (bytes.AsSpan().IndexOf("-----BEGIN "u8) >= 0)
            {
                certificates.AddRange(Certificate.ParseAll(bytes));
                lists.AddRange(RevocationList.ParseAll(bytes));
            }
            else if (IsCertificate(bytes) is { } certificate)
            {
                certificates.Add(certificate);
            }
            else
            {
                lists.Add(RevocationList.Parse(bytes));
            }
        }
        catch (FormatException fault)
        {
            throw new FailedException("FORMAT_FAILURE", $"“{path}”既不是证书也不是吊销列表：{fault.Message}", $"'{path}' is neither a certificate nor a revocation list: {fault.Message}");
        }
    }

    private static Certificate? IsCertificate(byte[] der)
    {
        try
        {
            return Certificate.Parse(der);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
