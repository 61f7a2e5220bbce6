using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Certificates;

/// <summary>
/// Certificates, revocation lists and OCSP responses from files and folders, PEM or DER. All that is read together is
/// bounded, since it is parsed before anything in it can be believed. What only helps (issuers, lists, answers) stops nothing
/// when it cannot be used: <see cref="Findings"/> says so.
/// </summary>
internal sealed class CertFiles
{
    public const int MaxFiles = 20_000;

    /// <summary>Of the files with certificates and OCSP responses, in bytes, and of revocation lists without their entries.</summary>
    public const long MaxBytes = 2 * 1024 * 1024;

    /// <summary>Of the files with revocation lists, in bytes. Those of whole provinces have 20 MiB and more.</summary>
    public const long MaxListBytes = 32 * 1024 * 1024;

    private readonly List<Finding> findings = [];
    private int files;
    private long bytes;
    private long listBytes;

    /// <summary>What could not be used: remarks for what is none of its kind, indeterminate where a limit left something unread.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Those nothing can be judged without.</summary>
    /// <exception cref="FailedException">A path does not exist, a file holds no certificates, or there is too much.</exception>
    public IReadOnlyList<Certificate> Certificates(params IEnumerable<string>? paths) => Read(paths, FileContent.Certificates, isNeeded: true);

    /// <exception cref="FailedException">A path does not exist.</exception>
    public IReadOnlyList<Certificate> Intermediates(IEnumerable<string>? paths) => Read(paths, FileContent.Certificates, isNeeded: false);

    /// <exception cref="FailedException">A path does not exist.</exception>
    public IReadOnlyList<RevocationList> RevocationLists(IEnumerable<string>? paths) => Read(paths, FileContent.RevocationLists, isNeeded: false);

    /// <exception cref="FailedException">A path does not exist.</exception>
    public IReadOnlyList<OcspResponse> OcspResponses(IEnumerable<string>? paths) => Read(paths, FileContent.OcspResponses, isNeeded: false);

    /// <summary>The bytes of a file; null where it is beyond a limit.</summary>
    /// <exception cref="FailedException">There is no such file.</exception>
    public byte[]? TryRead(string path, bool isList)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            throw new FailedException("NOT_FOUND", $"没有“{path}”这个文件或目录。", $"There is no file or folder '{path}'.");
        }

        ref var read = ref isList ? ref listBytes : ref bytes;
        if (files == MaxFiles || info.Length > (isList ? MaxListBytes : MaxBytes) - read)
        {
            return null;
        }

        files++;
        read += info.Length;
        return File.ReadAllBytes(path);
    }

    private List<T> Read<T>(IEnumerable<string>? paths, FileContent<T> content, bool isNeeded)
    {
        var all = new List<T>();
        foreach (var path in paths ?? [])
        {
            if (Directory.Exists(path))
            {
                ReadFolder(path, content, isNeeded, all);
                continue;
            }

            try
            {
                AddFrom(path, content, isNeeded, all);
            }
            catch (FormatException fault) when (isNeeded)
            {
                throw new FailedException("FORMAT_FAILURE", $"“{path}”中没有{content.Chinese}：{fault.Message}", $"'{path}' holds no {content.English}: {fault.Message}");
            }
            catch (FormatException fault)
            {
                findings.Add(CertFileFindings.NotUsed(path, content.Chinese, content.English, fault.Message));
            }
        }

        return all;
    }

    /// <summary>A folder may hold other things too; what cannot be read is named together.</summary>
    private void ReadFolder<T>(string folder, FileContent<T> content, bool isNeeded, List<T> all)
    {
        var others = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            try
            {
                if (!AddFrom(file, content, isNeeded, all))
                {
                    break;
                }
            }
            catch (FormatException)
            {
                others.Add(Path.GetFileName(file));
            }
        }

        if (others.Count > 0)
        {
            findings.Add(CertFileFindings.OthersInFolder(folder, others, content.Chinese, content.English));
        }
    }

    /// <returns>False where a limit left the file unread.</returns>
    private bool AddFrom<T>(string path, FileContent<T> content, bool isNeeded, List<T> all)
    {
        if (TryRead(path, content.IsList) is { } read && TryTake(content.ReadFrom(read), content, all))
        {
            return true;
        }

        var limit = CertFileFindings.Limit(path, content.IsList ? MaxListBytes : MaxBytes, content.Chinese, content.English);
        if (isNeeded)
        {
            throw new FailedException("TOO_LARGE", limit.Chinese, limit.English);
        }

        findings.Add(limit);
        return false;
    }

    /// <returns>False where a limit left some out.</returns>
    private bool TryTake<T>(IEnumerable<T> read, FileContent<T> content, List<T> all)
    {
        var taken = new List<T>();
        foreach (var each in read)
        {
            if (content.WeightOf(each) > MaxBytes - bytes)
            {
                all.AddRange(taken);
                return false;
            }

            bytes += content.WeightOf(each);
            taken.Add(each);
        }

        all.AddRange(taken);
        return true;
    }
}

/// <summary>What a file is expected to hold.</summary>
/// <param name="Label">Of its PEM blocks.</param>
/// <param name="WeightOf">What one takes beside its place in the file.</param>
internal sealed record FileContent<T>(string Chinese, string English, string Label, Func<byte[], IEnumerable<T>> Parse, Func<T, long> WeightOf, bool IsList = false)
{
    private const int MaxLabels = 3;

    /// <exception cref="FormatException">There is nothing of the kind in it, or something that cannot be read.</exception>
    public IEnumerable<T> ReadFrom(byte[] read)
    {
        var isEmpty = true;
        foreach (var each in Parse(read))
        {
            isEmpty = false;
            yield return each;
        }

        if (isEmpty)
        {
            var labels = Pem.LabelsIn(read, MaxLabels).Select(label => $"'{label}'").DefaultIfEmpty("nothing");
            throw new FormatException($"its PEM blocks are called {string.Join(", ", labels)}, '{Label}' is expected.");
        }
    }
}

internal static class FileContent
{
    // Its objects, and the decoding of the text it may be in.
    private const int ListWeight = 1024;

    public static readonly FileContent<Certificate> Certificates = new("证书", "certificate", "CERTIFICATE", read => Certificate.ParseAll(read), _ => 0);

    public static readonly FileContent<RevocationList> RevocationLists = new("吊销列表", "revocation list", "X509 CRL", RevocationList.TakeAll, list => ListWeight + list.HeadSize, IsList: true);

    public static readonly FileContent<OcspResponse> OcspResponses = new("OCSP 应答", "OCSP response", "OCSP RESPONSE", read => [OcspResponse.Parse(read)], _ => 0);
}
