using DocExchange.Core.Offices;
using DocExchange.Core.Statements;

namespace DocExchange.Core.Routing;

/// <summary>Where a document stands with one recipient, in the words officials use.</summary>
public enum DeliveryState
{
    /// <summary>待发送: still at the sender's node.</summary>
    Queued,

    /// <summary>已发送: at the hub.</summary>
    Sent,

    /// <summary>已送达: verified, in the recipient's inbox.</summary>
    Delivered,

    /// <summary>已签收.</summary>
    SignedFor,

    /// <summary>已退回, with a reason.</summary>
    Returned,

    /// <summary>已撤回: taken back before it was signed for; the copy is locked.</summary>
    Withdrawn,

    /// <summary>已作废: void for everyone.</summary>
    Voided,

    /// <summary>已办结.</summary>
    Completed,

    /// <summary>改送纸质: the paper went instead.</summary>
    OnPaper,

    /// <summary>中心退件: the hub refused the document.</summary>
    Rejected,
}

public static class DeliveryStates
{
    public static string ToChinese(this DeliveryState state) => state switch
    {
        DeliveryState.Queued => "待发送",
        DeliveryState.Sent => "已发送",
        DeliveryState.Delivered => "已送达",
        DeliveryState.SignedFor => "已签收",
        DeliveryState.Returned => "已退回",
        DeliveryState.Withdrawn => "已撤回",
        DeliveryState.Voided => "已作废",
        DeliveryState.Completed => "已办结",
        DeliveryState.OnPaper => "改送纸质",
        DeliveryState.Rejected => "中心退件",
        _ => state.ToString(),
    };
}

/// <summary>One row of the status board: what the ledger says of a document and one recipient.</summary>
public sealed class RecipientState
{
    public required PartyId Office { get; init; }

    /// <summary>抄送, not 主送.</summary>
    public required bool IsCopy { get; init; }

    /// <summary>Ledger index of the statement that added the recipient (Dispatched or Resent).</summary>
    public required long AddedAt { get; init; }

    /// <summary>When the hub received that statement.</summary>
    public required DateTimeOffset AddedOn { get; init; }

    public DeliveryState State { get; set; } = DeliveryState.Queued;

    public DateTimeOffset? DeliveredAt { get; set; }

    public DateTimeOffset? OpenedAt { get; set; }

    /// <summary>Name of the person who was the first to open it.</summary>
    public string? OpenedBy { get; set; }

    public DateTimeOffset? SignedForAt { get; set; }

    public DateTimeOffset? ReturnedAt { get; set; }

    public DateTimeOffset? ReturnReceivedAt { get; set; }

    /// <summary>When it was given <see cref="RegisterNumber"/>, the last time.</summary>
    public DateTimeOffset? RegisteredAt { get; set; }

    public DateTimeOffset? HandedOverAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The Returned that <see cref="ReturnReceivedAt"/> answers.</summary>
    public StatementId? ReturnStatement { get; set; }

    /// <summary>Name of the person who signed for or returned it.</summary>
    public string? ActedBy { get; set; }

    public string? ReturnReason { get; set; }

    public string? RegisterNumber { get; set; }

    public int UrgedCount { get; set; }

    public DateTimeOffset? LastUrgedAt { get; set; }

    /// <summary>逾期: when the hub stated that the deadline had passed without an answer; stays when the answer comes late.</summary>
    public DateTimeOffset? OverdueSince { get; set; }

    /// <summary>Counts as signed for, whatever became of the document later: the recipient's last answer is the signature.</summary>
    public bool IsSignedFor => SignedForAt is not null && !IsReturned;

    /// <summary>Counts as returned, whatever became of the document later. What is returned cannot be signed for any more.</summary>
    public bool IsReturned => ReturnedAt is not null;

    /// <summary>Nothing more is expected of this recipient.</summary>
    public bool IsFinal => State is not (DeliveryState.Queued or DeliveryState.Sent or DeliveryState.Delivered);

    internal RecipientState Copy() => (RecipientState)MemberwiseClone();
}
