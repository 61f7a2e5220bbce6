using DocExchange.Cli.Certificates;
using DocExchange.Core.Operating;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>Trust anchors, further certificates and revocation lists from files and folders, PEM or DER.</summary>
internal static class TrustFiles
{
    private const int MaxNamed = 3;

    // Of a seal's maker, which --trust has no part in.
    private const string SealMakerNotNamed = "SEAL_MAKER_NOT_NAMED";

    private static readonly string[] Endings = [".pem", ".crt", ".cer", ".der", ".crl"];

    /// <param name="files">With what other files are read; null where there are none.</param>
    /// <exception cref="FailedException">A path does not exist, is a file that cannot be read, holds neither certificates nor revocation lists, or all together are too much.</exception>
    public static TrustStore Read(IEnumerable<string> paths, CertFiles? files = null)
    {
        files ??= new CertFiles();
        List<Certificate> certificates = [];
        List<RevocationList> lists = [];
        foreach (var path in paths)
        {
            var before = certificates.Count + lists.Count;
            var isFolder = Directory.Exists(path);
            var unread = FilesAt(path)
                .Select(file => isFolder && PathKinds.Of(file) != PathKind.File ? UnreadFile.NoFile(file) : files.AddEither(file, certificates, lists)).OfType<UnreadFile>().ToList();
            if (unread.Count > 0 && !isFolder)
            {
                throw Refused(unread[0]);
            }

            files.LeaveOut(path, "证书或吊销列表", "certificates or revocation lists", unread);

            if (certificates.Count + lists.Count == before)
            {
                throw new FailedException("NOTHING_TRUSTED", $"“{path}”中没有证书，也没有吊销列表。", $"'{path}' holds neither certificates nor revocation lists.");
            }
        }

        return TrustStore.Of(certificates, lists);
    }

    /// <summary>Where a chain ended without an anchor: what was given as trusted and is none, for want of being self-signed.</summary>
    public static IEnumerable<Finding> NoAnchors(TrustStore trusted, Verdict verdict) =>
        verdict.Faults.All(fault => fault.SubIndication != SubIndication.NoCertificateChainFound || fault.Code == SealMakerNotNamed) ? [] : trusted.Intermediates.Take(MaxNamed).Select(authority => Finding.Remark(
            "TRUST_NOT_ANCHOR",
            $"--trust 中的证书“{authority.Subject}”不是自签名的，只当作签发机构证书，不是信任的根。要信任其签发的证书，请一并给出根证书“{authority.Issuer}”。",
            $"The certificate {authority} given with --trust is not self-signed: it serves as an issuing authority and is no anchor. To trust what it issued, name its root {authority.Issuer} too."));

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

        return Directory.EnumerateFiles(path).Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal);
    }

    private static FailedException Refused(UnreadFile unread) => unread.Kind == UnreadKind.Limit
        ? new FailedException("TOO_LARGE", $"“{unread.Path}”未读取，或只读取了一部分：{unread.Chinese}", $"'{unread.Path}' was not read, or only in part: {unread.English}")
        : new FailedException("FORMAT_FAILURE", $"“{unread.Path}”不能作为证书或吊销列表使用：{unread.Chinese}", $"'{unread.Path}' is not usable as certificates or revocation lists: {unread.English}");
}
