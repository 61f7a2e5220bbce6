namespace DocExchange.Core.Statements;

/// <summary>Every act there is. Each has its counterpart among the events of ETSI EN 319 522-1 §6.</summary>
public enum StatementType
{
    /// <summary>An act of a later version: kept, shown, without effect.</summary>
    Unknown,

    // By the sender.
    Dispatched,
    Resent,
    Withdrawn,
    Voided,
    Superseded,
    Urged,
    ReturnReceived,
    SentOnPaper,

    // By the hub.
    Accepted,
    Rejected,
    Relayed,
    DeadlinePassed,
    DirectoryPublished,
    CertificateRevoked,
    SealStopped,
    CheckpointStamped,
    VolumeClosed,
    AuditHead,

    // By the recipient's node, with its machine key.
    Delivered,

    // By the recipient.
    Opened,
    SignedFor,
    Returned,
    Registered,
    HandedOver,
    Completed,
}

/// <summary>Who may make a statement.</summary>
public enum StatementAuthor
{
    Nobody,
    Sender,
    Hub,
    RecipientNode,
    Recipient,
}

public static class StatementTypes
{
    public static StatementAuthor AuthorOf(StatementType type) => type switch
    {
        >= StatementType.Dispatched and <= StatementType.SentOnPaper => StatementAuthor.Sender,
        >= StatementType.Accepted and <= StatementType.AuditHead => StatementAuthor.Hub,
        StatementType.Delivered => StatementAuthor.RecipientNode,
        >= StatementType.Opened => StatementAuthor.Recipient,
        _ => StatementAuthor.Nobody,
    };

    /// <summary>The event of ETSI EN 319 522-1 that the act corresponds to; null where there is none.</summary>
    public static string? ToEtsiEvent(this StatementType type) => type switch
    {
        StatementType.Accepted => "SubmissionAcceptance",
        StatementType.Rejected => "SubmissionRejection",
        StatementType.Relayed => "RelayAcceptance",
        StatementType.Delivered => "ContentConsignment",
        StatementType.Urged => "ConsignmentNotification",
        StatementType.SignedFor => "ConsignmentAcceptance",
        StatementType.Returned => "ConsignmentRejection",
        StatementType.DeadlinePassed => "AcceptanceRejectionExpiry",
        StatementType.Opened => "ContentAccessTracking",
        StatementType.HandedOver => "ContentHandover",
        StatementType.SentOnPaper => "RelayToNonERDS",
        _ => null,
    };

    public static string ToChinese(this StatementType type) => type switch
    {
        StatementType.Dispatched => "发文",
        StatementType.Resent => "补发",
        StatementType.Withdrawn => "撤回",
        StatementType.Voided => "作废",
        StatementType.Superseded => "更正",
        StatementType.Urged => "催办",
        StatementType.ReturnReceived => "收到退文",
        StatementType.SentOnPaper => "改送纸质",
        StatementType.Accepted => "中心接收",
        StatementType.Rejected => "中心退件",
        StatementType.Relayed => "转递",
        StatementType.DeadlinePassed => "逾期",
        StatementType.DirectoryPublished => "发布机构目录",
        StatementType.CertificateRevoked => "吊销证书",
        StatementType.SealStopped => "停用印章",
        StatementType.CheckpointStamped => "检查点加盖时间戳",
        StatementType.VolumeClosed => "档案卷封卷",
        StatementType.AuditHead => "审计日志存证",
        StatementType.Delivered => "送达",
        StatementType.Opened => "阅看",
        StatementType.SignedFor => "签收",
        StatementType.Returned => "退文",
        StatementType.Registered => "登记",
        StatementType.HandedOver => "已转OA",
        StatementType.Completed => "办结",
        _ => "未知",
    };
}
