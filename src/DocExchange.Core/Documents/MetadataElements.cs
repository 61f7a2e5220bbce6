namespace DocExchange.Core.Documents;

/// <summary>The children of the root in the one order they may have, with how often each may stand. Schemas/metadata.xsd says the same.</summary>
internal static class MetadataElements
{
    public const string Root = "metadata";
    public const string Critical = "critical";

    public const string Identifier = "identifier";
    public const string Type = "type";
    public const string CopyNumber = "copyNumber";
    public const string Security = "security";
    public const string Urgency = "urgency";
    public const string Masthead = "masthead";
    public const string Number = "number";
    public const string PrintedNumber = "printedNumber";
    public const string Signatory = "signatory";
    public const string Title = "title";
    public const string PrintedTo = "printedTo";
    public const string AttachmentTitle = "attachmentTitle";
    public const string Issuer = "issuer";
    public const string LeaderSignature = "leaderSignature";
    public const string Date = "date";
    public const string Notes = "notes";
    public const string PrintedCc = "printedCc";
    public const string PrintedBy = "printedBy";
    public const string PrintedOn = "printedOn";
    public const string ReleaseLevel = "releaseLevel";
    public const string DispatchedBy = "dispatchedBy";
    public const string Relation = "relation";
    public const string SignBy = "signBy";
    public const string ReplyBy = "replyBy";
    public const string Publicity = "publicity";
    public const string Copies = "copies";
    public const string PhysicalAttachment = "physicalAttachment";

    public static readonly IReadOnlyList<Element> Ordered =
    [
        new(Identifier), new(Type), new(CopyNumber), new(Security, 1, "period"), new(Urgency), new(Masthead), new(Number), new(PrintedNumber),
        new(Signatory, MetadataLimits.Signatories), new(Title), new(PrintedTo), new(AttachmentTitle, MetadataLimits.AttachmentTitles),
        new(Issuer, MetadataLimits.Issuers, "office", "seal"), new(LeaderSignature), new(Date), new(Notes), new(PrintedCc), new(PrintedBy),
        new(PrintedOn), new(ReleaseLevel), new(DispatchedBy), new(Relation, MetadataLimits.Relations, "kind", "document", "number"),
        new(SignBy), new(ReplyBy), new(Publicity), new(Copies), new(PhysicalAttachment, MetadataLimits.PhysicalAttachments, "quantity"),
    ];

    public sealed record Element(string Name, int Most = 1, params string[] Attributes);
}
