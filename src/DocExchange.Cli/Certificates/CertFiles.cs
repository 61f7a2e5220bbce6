using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;

namespace DocExchange.Cli.Certificates;

/// <summary>
/// Certificates, revocation lists and OCSP responses from files and folders, PEM or DER. All that is read together is
/// bounded, since it is parsed before anything in it can be believed.
/// </summary>
internal sealed class CertFiles
{
    public const int MaxFiles = 20_000;
    public const long MaxBytes = 8 * 1024 * 1024;

    private int files;
    private long bytes;

    /// <exception cref="FailedException">A path does not exist, a file is none of its kind, or there is too much.</exception>
    public IReadOnlyList<Certificate> Certificates(params IEnumerable<string>? paths) =>
        Read(paths, Certificate.ParseAll, "证书", "certificate");

    public IReadOnlyList<RevocationList> RevocationLists(IEnumerable<string>? paths) =>
        Read(paths, RevocationList.ParseAll, "吊销列表", "revocation list");

    public IReadOnlyList<OcspResponse> OcspResponses(IEnumerable<string>? paths) =>
        Read<OcspResponse>(paths, response => [OcspResponse.Parse(response)], "OCSP 应答", "OCSP response");

    private List<T> Read<T>(IEnumerable<string>? paths, ParseAll<T> parse, string chinese, string english)
    {
        var all = new List<T>();
        foreach (var path in paths ?? [])
        {
            var isFolder = Directory.Exists(path);
            IEnumerable<string> inPath = isFolder ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];
            foreach (var file in inPath)
            {
                try
                {
                    all.AddRange(parse(ReadFile(file)));
                }
                catch (FormatException fault) when (!isFolder)
                {
                    throw new FailedException("FORMAT_FAILURE", $"“{file}”不是{chinese}：{fault.Message}", $"'{file}' is not a {english}: {fault.Message}");
                }
                catch (FormatException)
                {
                    // A folder may hold other things too; what cannot be read cannot complete a path either.
                }
            }
        }

        return all;
    }

    private byte[] ReadFile(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            throw new FailedException("NOT_FOUND", $"没有“{path}”这个文件或目录。", $"There is no file or folder '{path}'.");
        }

        bytes += info.Length;
        if (++files > MaxFiles || bytes > MaxBytes)
        {
            throw new FailedException(
                "TOO_LARGE", $"要读取的文件多于 {MaxFiles} 个或超过 {MaxBytes >> 20} MiB。", $"There are more than {MaxFiles} files or {MaxBytes >> 20} MiB to read.");
        }

        return File.ReadAllBytes(path);
    }

    private delegate IEnumerable<T> ParseAll<T>(ReadOnlySpan<byte> bytes);
}
