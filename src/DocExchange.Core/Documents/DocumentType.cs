namespace DocExchange.Core.Documents;

/// <summary>
/// 文种. The fifteen types of 《党政机关公文处理工作条例》 第八条, numbered as GB/T 33477 codes them, and papers that are
/// none of them. Zero is no type.
/// </summary>
public enum DocumentType
{
    Resolution = 0x01,
    Decision = 0x02,
    Order = 0x03,
    Communique = 0x04,
    Announcement = 0x05,
    PublicNotice = 0x06,
    Opinions = 0x07,
    Notice = 0x08,
    Circular = 0x09,
    Report = 0x0A,
    Request = 0x0B,
    Reply = 0x0C,
    Proposal = 0x0D,
    Letter = 0x0E,
    Minutes = 0x0F,

    /// <summary>内部文件: exchanged like a document, but of no official type; it has no code and no 公文标识.</summary>
    Internal = 0x100,
}

public static class DocumentTypes
{
    /// <summary>The fifteen official types in the order of their codes, then <see cref="DocumentType.Internal"/>.</summary>
    public static IReadOnlyList<DocumentType> All { get; } = Enum.GetValues<DocumentType>();

    public static bool IsOfficial(this DocumentType type) => type is >= DocumentType.Resolution and <= DocumentType.Minutes;

    /// <summary>The code of GB/T 33477, <c>01</c> to <c>0F</c>; null when the type is not official.</summary>
    public static string? Code(this DocumentType type) => type.IsOfficial() ? ((int)type).ToString("X2") : null;

    /// <summary>报告 and 请示 always go to a superior (条例 第八条); an 意见 or a 议案 may.</summary>
    public static bool IsAlwaysUpward(this DocumentType type) => type is DocumentType.Report or DocumentType.Request;

    public static bool TryFromCode(string? code, out DocumentType type)
    {
        type = All.FirstOrDefault(known => known.Code() is { } own && own == code);
        return type != default;
    }
}
