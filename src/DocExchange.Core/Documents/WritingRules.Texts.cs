using System.Text.RegularExpressions;

namespace DocExchange.Core.Documents;

/// <summary>What can be read off titles and printed names. Words are ambiguous, so these rules only warn.</summary>
public static partial class WritingRules
{
    private static readonly string[] Honorifics = ["同志", "书记", "省长", "市长", "区长", "县长", "镇长", "乡长", "局长", "厅长", "部长", "主席"];

    private static readonly char[] Separators = ['、', '，', ',', '；', ';', '：', ':', ' ', '\u3000'];

    private static void CheckTitle(DocumentMetadata metadata, List<RuleFinding> findings)
    {
        var title = TrailingBrackets().Replace(metadata.Title, "");
        var endings = metadata.Type == DocumentType.Order ? ["令"] : metadata.Type.IsOfficial() ? new[] { metadata.Type.Chinese() } : [];
        findings.WarnIf(
            endings.Length > 0 && !endings.Any(ending => title.EndsWith(ending, StringComparison.Ordinal)), "TITLE_WITHOUT_TYPE",
            $"标题一般以文种“{endings.FirstOrDefault()}”结尾。", $"The title does not end with its document type, {endings.FirstOrDefault()}.");

        // 第十五条(四): 不得在报告等非请示性公文中夹带请示事项. Titles such as 请示报告 are the sign a machine can see.
        findings.WarnIf(
            metadata.Type == DocumentType.Report && (title.EndsWith("请示报告", StringComparison.Ordinal) || title.EndsWith("请示", StringComparison.Ordinal)),
            "REPORT_CARRIES_REQUEST", "不得在报告等非请示性公文中夹带请示事项。", "A report (报告) must not carry a request for instructions (请示).");
    }

    private static bool IsAddressedToPerson(string? printedTo) =>
        printedTo is not null
        && printedTo.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Any(part => Honorifics.Any(title => part.EndsWith(title, StringComparison.Ordinal)));

    /// <summary>（试行） and the like behind the type.</summary>
    [GeneratedRegex(@"(?:[（(][^（()）]*[）)])+\z", RegexOptions.CultureInvariant)]
    private static partial Regex TrailingBrackets();
}
