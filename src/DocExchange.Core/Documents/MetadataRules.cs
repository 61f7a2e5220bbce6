using System.Text.RegularExpressions;

namespace DocExchange.Core.Documents;

/// <summary>What every metadata.xml must satisfy, whatever the site's policy. The rules of writing are in <see cref="WritingRules"/>.</summary>
internal static partial class MetadataRules
{
    private const string Contradiction = "METADATA_CONTRADICTION";
    private const string Value = "METADATA_VALUE";

    public static IReadOnlyList<MetadataProblem> Check(DocumentMetadata metadata)
    {
        var problems = new List<MetadataProblem>();
        CheckTexts(metadata, problems);
        CheckEnums(metadata, problems);
        CheckHeading(metadata, problems);
        CheckIssuers(metadata, problems);
        CheckRelations(metadata, problems);
        CheckTimesAndCounts(metadata, problems);
        return problems;
    }

    /// <summary>Ids are opaque; only their characters and length are judged here.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\z", RegexOptions.CultureInvariant)]
    internal static partial Regex OfficeId();

    private static void CheckTexts(DocumentMetadata metadata, List<MetadataProblem> problems)
    {
        Text(MetadataElements.Title, metadata.Title, MetadataLimits.Title);
        Text(MetadataElements.Masthead, metadata.Masthead, MetadataLimits.Name);
        Text(MetadataElements.PrintedNumber, metadata.PrintedNumber, MetadataLimits.Name);
        Text(MetadataElements.PrintedTo, metadata.PrintedTo, MetadataLimits.Printed);
        Text(MetadataElements.LeaderSignature, metadata.LeaderSignature, MetadataLimits.Name);
        Text(MetadataElements.Notes, metadata.Notes, MetadataLimits.Notes);
        Text(MetadataElements.PrintedCc, metadata.PrintedCc, MetadataLimits.Printed);
        Text(MetadataElements.PrintedBy, metadata.PrintedBy, MetadataLimits.Name);
        Text(MetadataElements.ReleaseLevel, metadata.ReleaseLevel, MetadataLimits.Name);
        Text(MetadataElements.Security, metadata.Security.Period, MetadataLimits.Period);
        Texts(MetadataElements.Signatory, metadata.Signatories, MetadataLimits.Name, MetadataLimits.Signatories);
        Texts(MetadataElements.AttachmentTitle, metadata.AttachmentTitles, MetadataLimits.AttachmentTitle, MetadataLimits.AttachmentTitles);
        Texts(MetadataElements.Issuer, metadata.Issuers.Select(issuer => issuer.PrintedName), MetadataLimits.Name, MetadataLimits.Issuers);
        Texts(MetadataElements.PhysicalAttachment, metadata.PhysicalAttachments.Select(item => item.Name), MetadataLimits.Name, MetadataLimits.PhysicalAttachments);

        void Text(string element, string? text, int maximum) => problems.AddTextFault(element, text, maximum);

        void Texts(string element, IEnumerable<string> texts, int maximum, int most)
        {
            var count = 0;
            foreach (var text in texts)
            {
                count++;
                Text(element, text, maximum);
            }

            problems.AddTooMany(element, count, most);
        }
    }

    private static void CheckEnums(DocumentMetadata metadata, List<MetadataProblem> problems)
    {
        Defined(MetadataElements.Type, Enum.IsDefined(metadata.Type));
        Defined(MetadataElements.Urgency, Enum.IsDefined(metadata.Urgency));
        Defined(MetadataElements.Security, Enum.IsDefined(metadata.Security.Classification));
        Defined(MetadataElements.Publicity, Enum.IsDefined(metadata.Publicity));
        Defined(MetadataElements.Issuer, metadata.Issuers.All(issuer => Enum.IsDefined(issuer.Seal)));
        Defined(MetadataElements.Relation, metadata.Relations.All(relation => Enum.IsDefined(relation.Kind)));

        void Defined(string element, bool isDefined) =>
            problems.AddUnless(isDefined, Value, element, "取值不在规定范围内", "has a value that does not exist");
    }

    private static void CheckHeading(DocumentMetadata metadata, List<MetadataProblem> problems)
    {
        problems.AddUnless(
            metadata.Identifier is null || metadata.Identifier.Type == metadata.Type, Contradiction, MetadataElements.Identifier,
            "中的文种代码与文种不一致", "carries the code of another document type");
        problems.AddUnless(
            metadata.CopyNumber is null || CopyNumber().IsMatch(metadata.CopyNumber), Value, MetadataElements.CopyNumber,
            "应为6位数字", "is not six digits");
        problems.AddUnless(
            metadata.Security.IsClassified || metadata.Security.Period is null, Contradiction, MetadataElements.Security,
            "有保密期限而无密级", "has a period but no classification");
        problems.AddUnless(
            metadata.Number is null || metadata.PrintedNumber is null, Contradiction, MetadataElements.PrintedNumber,
            "与 number 不能同时出现", "stands beside number; a document has one of them");
        problems.AddUnless(metadata.Date.Year >= 1000, Value, MetadataElements.Date, "年份无效", "has no valid year");
        problems.AddUnless(metadata.PrintedOn is not { Year: < 1000 }, Value, MetadataElements.PrintedOn, "年份无效", "has no valid year");
    }

    private static void CheckIssuers(DocumentMetadata metadata, List<MetadataProblem> problems)
    {
        problems.AddUnless(metadata.Issuers.Count > 0, "METADATA_ELEMENT_MISSING", MetadataElements.Issuer, "缺少", "is missing");
        problems.AddUnless(
            metadata.Issuers.All(issuer => OfficeId().IsMatch(issuer.OfficeId)), Value, MetadataElements.Issuer,
            "的单位标识无效", "names an office by something that is no office id");
        problems.AddUnless(
            metadata.Issuers.DistinctBy(issuer => issuer.OfficeId).Count() == metadata.Issuers.Count, Contradiction, MetadataElements.Issuer,
            "中同一单位出现多次", "names one office twice");
        problems.AddUnless(
            OfficeId().IsMatch(metadata.DispatchedBy), Value, MetadataElements.DispatchedBy,
            "的单位标识无效", "is no office id");
    }

    private static void CheckRelations(DocumentMetadata metadata, List<MetadataProblem> problems)
    {
        problems.AddTooMany(MetadataElements.Relation, metadata.Relations.Count, MetadataLimits.Relations);
        foreach (var number in metadata.Relations.Select(relation => relation.Number))
        {
            problems.AddTextFault(MetadataElements.Relation, number, MetadataLimits.Name);
        }

        problems.AddUnless(
            metadata.Relations.All(relation => relation.Document is not null || relation.Number is not null), Value, MetadataElements.Relation,
            "既无系统标识也无发文字号", "names neither a document id nor a number");
        problems.AddUnless(
            metadata.Relations.Distinct().Count() == metadata.Relations.Count, Contradiction, MetadataElements.Relation,
            "重复", "stands there twice");
    }

    private static void CheckTimesAndCounts(DocumentMetadata metadata, List<MetadataProblem> problems)
    {
        WholeSeconds(MetadataElements.SignBy, metadata.SignBy);
        WholeSeconds(MetadataElements.ReplyBy, metadata.ReplyBy);
        problems.AddUnless(
            metadata.Copies is null or (>= 1 and <= MetadataLimits.Copies), Value, MetadataElements.Copies,
            $"应在1至{MetadataLimits.Copies}之间", $"is not between 1 and {MetadataLimits.Copies}");
        problems.AddUnless(
            metadata.PhysicalAttachments.All(item => item.Quantity is >= 1 and <= MetadataLimits.Copies), Value, MetadataElements.PhysicalAttachment,
            $"的数量应在1至{MetadataLimits.Copies}之间", $"has a quantity that is not between 1 and {MetadataLimits.Copies}");

        void WholeSeconds(string element, DateTimeOffset? time) => problems.AddUnless(
            time is not { } at || (at.Ticks % TimeSpan.TicksPerSecond == 0 && at.Year >= 1000), Value, element,
            "应精确到整秒", "is not a time in whole seconds");
    }

    [GeneratedRegex(@"^[0-9]{6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CopyNumber();
}

internal static class MetadataProblems
{
    public static void AddUnless(this List<MetadataProblem> problems, bool holds, string code, string element, string chinese, string english)
    {
        if (!holds)
        {
            problems.Add(new MetadataProblem(code, $"元素 {element} {chinese}。", $"The element {element} {english}.", element));
        }
    }

    public static void AddTextFault(this List<MetadataProblem> problems, string element, string? text, int maximum)
    {
        if (text is not null && SingleLineText.FirstFault(text, maximum) is { } fault)
        {
            problems.Add(new MetadataProblem(fault.Code, $"元素 {element} {fault.Chinese}。", $"The text of {element} {fault.English}.", element));
        }
    }

    public static void AddTooMany(this List<MetadataProblem> problems, string element, int count, int most) => problems.AddUnless(
        count <= most, most == 1 ? "METADATA_ELEMENT_REPEATED" : "METADATA_TOO_MANY", element,
        $"出现{count}次，最多{most}次", $"stands there {count} times; at most {most} are allowed");
}
