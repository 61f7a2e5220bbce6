namespace DocExchange.Cli.Certificates;

/// <summary>A file of which something stayed unread.</summary>
/// <param name="Chinese">Why, a sentence.</param>
internal sealed record UnreadFile(string Path, UnreadKind Kind, string Chinese, string English)
{
    public static UnreadFile NoFile(string path) => new(
        path, UnreadKind.Other, "不是普通文件（是管道、套接字或设备，或链接的目标不存在）。", "It is no regular file but a pipe, a socket, a device, or a link that leads nowhere.");

    public static UnreadFile TooManyFiles(string path) => new(
        path, UnreadKind.Limit, $"文件合计超过 {CertFiles.MaxFiles} 个。", $"There are more than {CertFiles.MaxFiles} files in all.");

    public static UnreadFile TooMuchOfLists(string path) => new(
        path, UnreadKind.Limit, $"吊销列表文件合计超过 {CertFiles.MaxListBytes >> 20} MiB。", $"The files of revocation lists have more than {CertFiles.MaxListBytes >> 20} MiB in all.");

    public static UnreadFile TooManyObjects(string path) => new(
        path, UnreadKind.Limit,
        $"证书、OCSP 应答和吊销列表条目以外的部分合计超过 {CertFiles.MaxBytes >> 20} MiB（每个吊销列表另计 1 KiB）。",
        $"Certificates, OCSP responses and revocation lists without their entries have more than {CertFiles.MaxBytes >> 20} MiB in all, each list counted with 1 KiB more.");
}

internal enum UnreadKind
{
    /// <summary>Nothing of the kind that was expected.</summary>
    Other,

    /// <summary>It may be what was expected, and may revoke.</summary>
    Damaged,

    /// <summary>More than is read.</summary>
    Limit,
}
