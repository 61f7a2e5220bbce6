using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Certificates;

/// <summary>Files that were named and not read, or not to their end.</summary>
internal static class CertFileFindings
{
    private const int MaxNamed = 3;

    /// <summary>One finding for each kind, whatever the number of files in a folder.</summary>
    /// <param name="path">The file, or the folder they are in.</param>
    public static IEnumerable<Finding> Of(string path, bool isFolder, string chinese, string english, IEnumerable<UnreadFile> unread) =>
        unread.GroupBy(file => file.Kind).Select(group => Of(isFolder ? InFolder(path, [.. group]) : Alone(path, group.First()), group.Key, chinese, english));

    private static Finding Of(Subject files, UnreadKind kind, string chinese, string english) => kind switch
    {
        UnreadKind.Limit => Finding.Indeterminate(
            "FILE_LIMIT", SubIndication.Generic,
            $"{files.Chinese}未读取，或只读取了一部分：{files.ChineseWhy}请只给出所需的文件。",
            $"{files.English} not read, or only in part: {files.EnglishWhy} Name only what is needed."),
        UnreadKind.Damaged => Finding.Indeterminate(
            "FILE_NOT_USED", SubIndication.TryLater,
            $"{files.Chinese}作为{chinese}无法读取完整，其中可能有吊销记录：{files.ChineseWhy}请换成完好的文件，不是{chinese}的请勿给出。",
            $"{files.English} not read to the end as {english} and may revoke: {files.EnglishWhy} Replace what is damaged, leave out what is no {english}."),
        _ => Finding.Remark(
            "FILE_NOT_USED",
            $"{files.Chinese}不能作为{chinese}使用，未采用：{files.ChineseWhy}",
            $"{files.English} not usable as {english} and left out: {files.EnglishWhy}"),
    };

    private static Subject Alone(string path, UnreadFile file) => new($"“{path}”", $"'{path}' was", file.Chinese, file.English);

    private static Subject InFolder(string folder, IReadOnlyList<UnreadFile> files)
    {
        var names = files.Take(MaxNamed).Select(file => Path.GetFileName(file.Path)).ToList();
        var (some, more) = (names[0], files.Count > MaxNamed);
        return new Subject(
            $"目录“{folder}”中有 {files.Count} 个文件（{string.Join("、", names)}{(more ? " 等" : "")}）",
            $"Of the folder '{folder}' {files.Count} ({string.Join(", ", names)}{(more ? " and others" : "")}) {(files.Count == 1 ? "was" : "were")}",
            $"“{some}”：{files[0].Chinese}",
            $"'{some}': {files[0].English}");
    }

    private sealed record Subject(string Chinese, string English, string ChineseWhy, string EnglishWhy);
}
