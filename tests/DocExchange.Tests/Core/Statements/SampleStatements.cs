using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Core.Statements;

/// <summary>One statement of each type, with every field it can have.</summary>
internal static class SampleStatements
{
    public static readonly PartyId Sender = PartyId.Office("bj", "bgs");
    public static readonly PartyId First = PartyId.Office("bj", "dc");
    public static readonly PartyId Second = PartyId.Office("bj", "xc");
    public static readonly PartyId Hub = PartyId.Hub("bj");
    public static readonly PartyId Node = PartyId.Node("bj", "n-1");
    public static readonly DateTimeOffset Time = new(2026, 3, 2, 8, 30, 0, 125, TimeSpan.Zero);
    public static readonly DocumentId Document = new(Of("document"));
    public static readonly PackageId Package = new(Of("package"));
    public static readonly StatementId Previous = new(Of("previous"));

    public static readonly DispatchBody Dispatch = new()
    {
        Package = Package,
        PackageSize = 123_456,
        Title = "关于 A < B & \"C\" 的通知 𠮷",
        Number = "京政发〔2026〕1号",
        DocumentType = "08",
        Urgency = "特急",
        SignBy = Time.AddDays(1),
        ReplyBy = Time.AddDays(9),
        DirectoryVersion = 7,
        Issuers = [PartyId.Office("bj", "gov"), Sender],
        Recipients = new RecipientList([First], [Second]),
        Replaces = new DocumentId(Of("replaced")),
    };

    public static IEnumerable<StatementType> Types => Enum.GetValues<StatementType>();

    public static Digest Of(string text) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));

    public static Statement Of(StatementType type) => With(BodyOf(type), type);

    public static Statement With(StatementBody body, StatementType type) => new()
    {
        Exchange = "bj",
        Type = type,
        Issuer = StatementTypes.AuthorOf(type) switch
        {
            StatementAuthor.Hub => Hub,
            StatementAuthor.RecipientNode => Node,
            StatementAuthor.Sender => Sender,
            _ => First,
        },
        Actor = StatementTypes.AuthorOf(type) is StatementAuthor.Sender or StatementAuthor.Recipient ? new Actor("u-17", "张三", "clerk", "password") : null,
        ClaimedAt = Time,
        Document = Document,
        Subject = type is StatementType.Accepted or StatementType.ReturnReceived ? new StatementId(Of("subject")) : null,
        Chain = new ChainPosition("bj/chain#0a", 12, Previous),
        Body = body,
    };

    private static StatementBody BodyOf(StatementType type) => type switch
    {
        StatementType.Unknown => new UnknownBody("Sealed2030"),
        StatementType.Dispatched => Dispatch,
        StatementType.Resent or StatementType.Urged or StatementType.DeadlinePassed or StatementType.SentOnPaper => new RecipientsBody(new RecipientList([Second], []), "请尽快"),
        StatementType.Superseded => new SupersededBody(new DocumentId(Of("replacement")), "日期有误"),
        StatementType.Accepted => new AcceptedBody(Package, 123_456),
        StatementType.Rejected => new RejectedBody(Sender, [new RejectionReason("NUMBER_TAKEN", "已用", "taken"), new RejectionReason("REVOKED", "已吊销", "revoked")]),
        StatementType.Relayed => new RelayedBody(PartyId.Hub("dc"), Package),
        StatementType.DirectoryPublished => new DirectoryPublishedBody(7, Of("directory")),
        StatementType.CertificateRevoked => new CertificateRevokedBody(Of("certificate"), Time, Time.AddDays(-2), "KeyCompromise", Of("crl")),
        StatementType.SealStopped => new SealStoppedBody("11010000012345", Of("seal"), "遗失"),
        StatementType.CheckpointStamped => new CheckpointStampedBody(1000, Of("root"), Of("token")),
        StatementType.VolumeClosed => new VolumeClosedBody("2026-03", Of("volume"), 17),
        StatementType.AuditHead => new AuditHeadBody(42, Of("head")),
        StatementType.Delivered => new DeliveredBody(First, Package),
        StatementType.Registered => new RegisteredBody("收〔2026〕17"),
        StatementType.HandedOver => new HandedOverBody("OA"),
        StatementType.Withdrawn or StatementType.Voided or StatementType.Returned => new PlainBody("理由\n第二行 <&>"),
        _ => new PlainBody(),
    };
}
