using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Certificates;

/// <summary>Files that were named and not used.</summary>
internal static class CertFileFindings
{
    private const int MaxNamed = 3;

    public static Finding NotUsed(string path, string chinese, string english, string why) => Finding.Remark(
        "FILE_NOT_USED", $"“{path}”不能作为{chinese}使用，未采用：{why}", $"'{path}' is not usable as {english} and was left out: {why}");

    public static Finding OthersInFolder(string folder, IReadOnlyList<string> names, string chinese, string english)
    {
        var (some, more) = (names.Take(MaxNamed).ToList(), names.Count > MaxNamed);
        return Finding.Remark(
            "FILE_NOT_USED",
            $"目录“{folder}”中有 {names.Count} 个文件不能作为{chinese}使用，未采用：{string.Join("、", some)}{(more ? " 等" : "")}。",
            $"{names.Count} files in the folder '{folder}' are not usable as {english} and were left out: {string.Join(", ", some)}{(more ? " and others" : "")}.");
    }

    public static Finding Limit(string path, long bytes, string chinese, string english) => Finding.Indeterminate(
        "FILE_LIMIT", SubIndication.TryLater,
        $"自“{path}”起未再读取{chinese}：全部文件合计最多 {CertFiles.MaxFiles} 个，此类文件合计最多 {bytes >> 20} MiB。请只给出所需的文件。",
        $"From '{path}' on no {english} was read: at most {CertFiles.MaxFiles} files are read, and {bytes >> 20} MiB of this kind. Name only what is needed.");
}
