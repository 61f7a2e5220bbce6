using DocExchange.Core.Documents;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Core.Documents;

internal static class SampleMetadata
{
    public static DocumentMetadata Minimal { get; } = new()
    {
        Type = DocumentType.Opinions,
        Title = "北京市人民政府关于加快政务信息化建设的意见",
        Issuers = [new Issuer("bj/gov", "北京市人民政府", SealPlacement.Container)],
        Date = new DateOnly(2001, 1, 16),
        DispatchedBy = "bj/general-office",
    };

    public static DocumentMetadata Full { get; } = Minimal with
    {
        Identifier = DocumentIdentifier.Make(UnifiedSocialCreditCode.Parse("113400000029860376"), "001", 2001, DocumentType.Opinions, 1),
        CopyNumber = "000001",
        Security = new SecurityMark(Classification.Secret, "10年"),
        Urgency = Urgency.ExtraUrgent,
        Masthead = "北京市人民政府文件",
        Number = DocumentNumber.Of("京政发", 2001, 1),
        Signatories = ["张三", "李四"],
        PrintedTo = "各区、县人民政府,市政府各委、办、局,各市属机构",
        AttachmentTitles = ["任务分工表", "A < B & \"C\" 𠮷"],
        Issuers = [new Issuer("bj/gov", "北京市人民政府", SealPlacement.Container), new Issuer("bj/it", "北京市信息办", SealPlacement.Body)],
        LeaderSignature = "市长 张三",
        Notes = "（此件公开发布）",
        PrintedCc = "市委办公厅，市人大常委会办公厅",
        PrintedBy = "北京市人民政府办公厅",
        PrintedOn = new DateOnly(2001, 1, 18),
        ReleaseLevel = "发至县团级",
        Relations =
        [
            new DocumentRelation(RelationKind.Replaces, new DocumentId(Digest.Of("first"u8)), "京政发〔2001〕1号"),
            new DocumentRelation(RelationKind.RepliesTo, null, "京信办文〔2000〕12号"),
            new DocumentRelation(RelationKind.Forwards, new DocumentId(Digest.Of("other"u8)), null),
        ],
        SignBy = new DateTimeOffset(2001, 1, 20, 17, 0, 0, TimeSpan.FromHours(8)),
        ReplyBy = new DateTimeOffset(2001, 2, 20, 9, 0, 0, TimeSpan.Zero),
        Publicity = Publicity.Proactive,
        Copies = 300,
        PhysicalAttachments = [new PhysicalAttachment("规划图", 2)],
    };

    public static string GoldenPath => Path.Combine(TestContext.CurrentContext.TestDirectory, "Core", "Documents", "metadata.golden.xml");
}
