namespace DocExchange.Core.Documents;

/// <summary>
/// 紧急程度, least urgent first. Documents are 特急, 加急 or unmarked; telegrams are 特提, 特急, 加急 or 平急
/// (条例 第九条).
/// </summary>
public enum Urgency
{
    None,

    /// <summary>平急, telegrams only.</summary>
    Prompt,
    Urgent,
    ExtraUrgent,

    /// <summary>特提, telegrams only.</summary>
    Immediate,
}
