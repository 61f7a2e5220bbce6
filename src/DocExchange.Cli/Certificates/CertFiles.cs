using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Certificates;

/// <summary>
/// Certificates, revocation lists and OCSP responses from files and folders, PEM or DER. All that is read together is
/// bounded, since it is parsed before anything in it can be believed. What only helps (issuers, lists, answers) stops nothing
/// when it is of another kind: <see cref="Findings"/> says so, and leaves open what a list or an answer may revoke that was not read.
/// </summary>
internal sealed class CertFiles
{
    public const int MaxFiles = 20_000;

    /// <summary>Of the files with certificates and OCSP responses, in bytes, and of revocation lists without their entries, which count 1 KiB more each.</summary>
    public const long MaxBytes = 2 * 1024 * 1024;

    /// <summary>Of the files with revocation lists, in bytes. Those of whole provinces have 20 MiB and more.</summary>
    public const long MaxListBytes = 32 * 1024 * 1024;

    // From files that count as lists.
    private static readonly FileContent<Certificate> CountedCertificates = FileContent.Certificates with { WeightOf = certificate => certificate.Der.Length };

    private readonly List<Finding> findings = [];
    private int files;
    private long bytes;
    private long listBytes;

    /// <summary>What could not be used: remarks for what is none of its kind, indeterminate where what may revoke, or lies beyond a limit, was not read.</summary>
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

    /// <summary>Certificates and revocation lists of one file, whichever are in it.</summary>
    /// <returns>Null where all of it was read; nothing may have been in it.</returns>
    /// <exception cref="FailedException">There is no such file.</exception>
    public UnreadFile? AddEither(string path, List<Certificate> certificates, List<RevocationList> lists)
    {
        // Large lists may lie beside the certificates.
        if (TryRead(path, isList: true, out var read) is { } limit)
        {
            return limit;
        }

        var before = lists.Count;
        var unread = Pem.IsText(read) ? AddText(path, read, certificates, lists) : AddDer(path, read, certificates, lists);
        if (lists.Count == before)
        {
            // Its certificates were counted as such.
            listBytes -= read.Length;
        }

        return unread;
    }

    /// <summary>Says of files in a folder that they could not be used; nothing where there are none.</summary>
    public void LeaveOut(string folder, string chinese, string english, IReadOnlyList<UnreadFile> unread) =>
        findings.AddRange(CertFileFindings.Of(folder, isFolder: true, chinese, english, unread));

    /// <summary>Lists behind a damaged certificate revoke all the same.</summary>
    private UnreadFile? AddText(string path, byte[] read, List<Certificate> certificates, List<RevocationList> lists)
    {
        var unread = new[] { Add(path, read, CountedCertificates, certificates, mayLack: true), Add(path, read, FileContent.RevocationLists, lists, mayLack: true) };
        return unread.OfType<UnreadFile>().MaxBy(each => each.Kind);
    }

    private UnreadFile? AddDer(string path, byte[] read, List<Certificate> certificates, List<RevocationList> lists)
    {
        var unread = read.Length <= Certificate.MaxSize ? Add(path, read, CountedCertificates, certificates) : null;
        if (read.Length <= Certificate.MaxSize && unread is not { Kind: not UnreadKind.Limit })
        {
            return unread;
        }

        // What begins as certificates do revokes nothing, however damaged.
        var unreadList = Add(path, read, FileContent.RevocationLists, lists);
        return unreadList is { Kind: UnreadKind.Damaged } && FileContent.BeginsAsCertificate(read) ? unread ?? unreadList with { Kind = UnreadKind.Other } : unreadList;
    }

    private List<T> Read<T>(IEnumerable<string>? paths, FileContent<T> content, bool isNeeded)
    {
        var all = new List<T>();
        foreach (var path in paths ?? [])
        {
            var isFolder = Directory.Exists(path);
            var unread = new List<UnreadFile>();
            var before = all.Count;
            foreach (var file in isFolder ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : (IEnumerable<string>)[path])
            {
                if ((isFolder && PathKinds.Of(file) != PathKind.File ? UnreadFile.NoFile(file) : AddFrom(file, content, all)) is { } left)
                {
                    unread.Add(left);
                }
            }

            if (isNeeded)
            {
                Need(path, isFolder, content.Chinese, content.English, unread, isEmpty: all.Count == before);
            }

            findings.AddRange(CertFileFindings.Of(path, isFolder, content.Chinese, content.English, unread));
        }

        return all;
    }

    /// <summary>A folder may hold other things too, but not nothing.</summary>
    private static void Need(string path, bool isFolder, string chinese, string english, List<UnreadFile> unread, bool isEmpty)
    {
        if (unread.Find(file => file.Kind == UnreadKind.Limit) is { } large)
        {
            throw new FailedException("TOO_LARGE", $"“{large.Path}”未读取，或只读取了一部分：{large.Chinese}", $"'{large.Path}' was not read, or only in part: {large.English}");
        }

        if (!isFolder && unread.Count > 0)
        {
            throw new FailedException("FORMAT_FAILURE", $"“{path}”不能作为{chinese}使用：{unread[0].Chinese}", $"'{path}' is not usable as {english}: {unread[0].English}");
        }

        if (isEmpty)
        {
            throw new FailedException("FORMAT_FAILURE", $"“{path}”中没有{chinese}。", $"'{path}' holds no {english}.");
        }
    }

    /// <returns>Null where all of it was read.</returns>
    private UnreadFile? AddFrom<T>(string path, FileContent<T> content, List<T> all) =>
        TryRead(path, content.IsList, out var read) is { } limit ? limit : Add(path, read, content, all);

    /// <summary>What comes before a fault or a limit is kept.</summary>
    private UnreadFile? Add<T>(string path, byte[] read, FileContent<T> content, List<T> all, bool mayLack = false)
    {
        try
        {
            foreach (var each in content.ReadFrom(read, mayLack))
            {
                if (content.WeightOf(each) > MaxBytes - bytes)
                {
                    return UnreadFile.TooManyObjects(path);
                }

                bytes += content.WeightOf(each);
                all.Add(each);
            }

            return null;
        }
        catch (CertificateFormatException fault)
        {
            return new UnreadFile(path, content.KindOf(read, fault), fault.Chinese, fault.English);
        }
    }

    /// <returns>The limit it is beyond; null where it was read.</returns>
    /// <exception cref="FailedException">There is no such file.</exception>
    private UnreadFile? TryRead(string path, bool isList, out byte[] read)
    {
        if (!File.Exists(path))
        {
            throw new FailedException("NOT_FOUND", $"没有“{path}”这个文件或目录。", $"There is no file or folder '{path}'.");
        }

        BoundedFile.RequireReadable(path);
        read = [];
        if (files == MaxFiles)
        {
            return UnreadFile.TooManyFiles(path);
        }

        ref var taken = ref isList ? ref listBytes : ref bytes;
        if (BoundedFile.TryRead(path, (isList ? MaxListBytes : MaxBytes) - taken) is not { } whole)
        {
            return isList ? UnreadFile.TooMuchOfLists(path) : UnreadFile.TooManyObjects(path);
        }

        files++;
        taken += whole.Length;
        read = whole;
        return null;
    }
}
