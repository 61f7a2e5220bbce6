using System.Diagnostics.CodeAnalysis;

namespace DocExchange.Core.Documents;

/// <summary>The one wording of each value, for screens, registers, files and logs. An undefined value has no name: ArgumentOutOfRangeException.</summary>
public static class Names
{
    private static readonly NameTable<DocumentType> Types = new(
        (DocumentType.Resolution, "决议", "Resolution"),
        (DocumentType.Decision, "决定", "Decision"),
        (DocumentType.Order, "命令（令）", "Order"),
        (DocumentType.Communique, "公报", "Communiqué"),
        (DocumentType.Announcement, "公告", "Announcement"),
        (DocumentType.PublicNotice, "通告", "Public notice"),
        (DocumentType.Opinions, "意见", "Opinions"),
        (DocumentType.Notice, "通知", "Notice"),
        (DocumentType.Circular, "通报", "Circular"),
        (DocumentType.Report, "报告", "Report"),
        (DocumentType.Request, "请示", "Request for instructions"),
        (DocumentType.Reply, "批复", "Reply"),
        (DocumentType.Proposal, "议案", "Proposal"),
        (DocumentType.Letter, "函", "Letter"),
        (DocumentType.Minutes, "纪要", "Minutes"),
        (DocumentType.Internal, "内部文件", "Internal document"));

    private static readonly NameTable<Urgency> Urgencies = new(
        (Urgency.None, "平件", "Ordinary"),
        (Urgency.Prompt, "平急", "Prompt (telegram)"),
        (Urgency.Urgent, "加急", "Urgent"),
        (Urgency.ExtraUrgent, "特急", "Extra urgent"),
        (Urgency.Immediate, "特提", "Immediate (telegram)"));

    private static readonly NameTable<Classification> Classifications = new(
        (Classification.None, "非密", "Unclassified"),
        (Classification.Confidential, "秘密", "Confidential"),
        (Classification.Secret, "机密", "Secret"),
        (Classification.TopSecret, "绝密", "Top secret"));

    private static readonly NameTable<Publicity> Publicities = new(
        (Publicity.Unstated, "未注明", "Not stated"),
        (Publicity.Proactive, "主动公开", "Published proactively"),
        (Publicity.OnRequest, "依申请公开", "Published on request"),
        (Publicity.Withheld, "不予公开", "Not published"));

    private static readonly NameTable<RelationKind> Relations = new(
        (RelationKind.Replaces, "更正重印", "Replaces"),
        (RelationKind.RepliesTo, "答复", "Replies to"),
        (RelationKind.Forwards, "转发", "Forwards"));

    private static readonly NameTable<SealPlacement> Seals = new(
        (SealPlacement.None, "不加盖印章", "Not sealed"),
        (SealPlacement.Container, "公文包印章", "Sealed in the package"),
        (SealPlacement.Body, "正文印章", "Sealed in the body"));

    public static string Chinese(this DocumentType type) => Types.Chinese(type);

    public static string English(this DocumentType type) => Types.English(type);

    public static string Chinese(this Urgency urgency) => Urgencies.Chinese(urgency);

    public static string English(this Urgency urgency) => Urgencies.English(urgency);

    public static string Chinese(this Classification classification) => Classifications.Chinese(classification);

    public static string English(this Classification classification) => Classifications.English(classification);

    public static string Chinese(this Publicity publicity) => Publicities.Chinese(publicity);

    public static string English(this Publicity publicity) => Publicities.English(publicity);

    public static string Chinese(this RelationKind kind) => Relations.Chinese(kind);

    public static string English(this RelationKind kind) => Relations.English(kind);

    public static string Chinese(this SealPlacement seal) => Seals.Chinese(seal);

    public static string English(this SealPlacement seal) => Seals.English(seal);

    /// <summary>Reads the Chinese name; 命令 and 令 are both an <see cref="DocumentType.Order"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? chinese, out DocumentType type) =>
        Types.TryParse(chinese is "命令" or "令" ? DocumentType.Order.Chinese() : chinese, out type);

    public static bool TryParse([NotNullWhen(true)] string? chinese, out Urgency urgency) => Urgencies.TryParse(chinese, out urgency);

    public static bool TryParse([NotNullWhen(true)] string? chinese, out Classification classification) =>
        Classifications.TryParse(chinese, out classification);

    public static bool TryParse([NotNullWhen(true)] string? chinese, out Publicity publicity) => Publicities.TryParse(chinese, out publicity);

    private sealed class NameTable<T>(params (T Value, string Chinese, string English)[] rows)
        where T : struct, Enum
    {
        public string Chinese(T value) => Row(value).Chinese;

        public string English(T value) => Row(value).English;

        public bool TryParse(string? chinese, out T value)
        {
            foreach (var row in rows)
            {
                if (row.Chinese == chinese)
                {
                    value = row.Value;
                    return true;
                }
            }

            value = default;
            return false;
        }

        private (T Value, string Chinese, string English) Row(T value)
        {
            foreach (var row in rows)
            {
                if (EqualityComparer<T>.Default.Equals(row.Value, value))
                {
                    return row;
                }
            }

            throw new ArgumentOutOfRangeException(nameof(value), value, $"There is no such {typeof(T).Name}.");
        }
    }
}
