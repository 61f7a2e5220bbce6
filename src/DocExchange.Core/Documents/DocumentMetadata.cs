namespace DocExchange.Core.Documents;

/// <summary>Where the seal of an issuer is: SES signature of the package, inside the body (a sealed OFD), or nowhere.</summary>
public enum SealPlacement
{
    None,
    Container,
    Body,
}

/// <param name="OfficeId">The permanent id of the office, at most <see cref="MetadataLimits.OfficeId"/> characters.</param>
/// <param name="PrintedName">The name as it stands under the document.</param>
public sealed record Issuer(string OfficeId, string PrintedName, SealPlacement Seal);

public enum RelationKind
{
    /// <summary>更正重印件: this document takes the place of an earlier one, which is void.</summary>
    Replaces,
    RepliesTo,
    Forwards,
}

/// <summary>Another document, named by its id, by its number as printed, or by both.</summary>
public sealed record DocumentRelation(RelationKind Kind, DocumentId? Document, string? Number);

/// <summary>Something that cannot travel in the package, such as a map or a disc.</summary>
public sealed record PhysicalAttachment(string Name, int Quantity);

/// <summary>
/// What metadata.xml says of a document: the 18 core elements of GB/T 33480 and what the exchange needs besides. It may
/// be filled in freely; <see cref="Validate"/> lists what is wrong, and only what has no fault is written or read.
/// </summary>
public sealed record DocumentMetadata
{
    /// <summary>1 公文标识; none for an internal document.</summary>
    public DocumentIdentifier? Identifier { get; init; }

    /// <summary>2 文种.</summary>
    public required DocumentType Type { get; init; }

    /// <summary>3 份号, six digits.</summary>
    public string? CopyNumber { get; init; }

    /// <summary>4 密级和保密期限.</summary>
    public SecurityMark Security { get; init; } = SecurityMark.None;

    /// <summary>5 紧急程度.</summary>
    public Urgency Urgency { get; init; }

    /// <summary>6 发文机关标志, the red heading: 北京市人民政府文件.</summary>
    public string? Masthead { get; init; }

    /// <summary>7 发文字号.</summary>
    public DocumentNumber? Number { get; init; }

    /// <summary>7 in another form, as orders, announcements and minutes have it: 第1号, 2026年第3期. Never beside <see cref="Number"/>.</summary>
    public string? PrintedNumber { get; init; }

    /// <summary>8 签发人; several when a joint document goes to a superior.</summary>
    public ValueList<string> Signatories { get; init; } = [];

    /// <summary>9 标题.</summary>
    public required string Title { get; init; }

    /// <summary>10 主送机关 as printed. Who receives is decided by the signed list, not by this text.</summary>
    public string? PrintedTo { get; init; }

    /// <summary>11 附件说明.</summary>
    public ValueList<string> AttachmentTitles { get; init; } = [];

    /// <summary>12 发文机关署名; the host (主办机关) first.</summary>
    public required ValueList<Issuer> Issuers { get; init; }

    /// <summary>12 签发人署名: who signs an order or a motion, with office: 市长 张三.</summary>
    public string? LeaderSignature { get; init; }

    /// <summary>13 成文日期.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>14 附注.</summary>
    public string? Notes { get; init; }

    /// <summary>15 抄送机关 as printed.</summary>
    public string? PrintedCc { get; init; }

    /// <summary>16 印发机关.</summary>
    public string? PrintedBy { get; init; }

    /// <summary>17 印发日期.</summary>
    public DateOnly? PrintedOn { get; init; }

    /// <summary>18 发布层次, as printed (the text of GB/T 33480 was not at hand; taken as free text).</summary>
    public string? ReleaseLevel { get; init; }

    /// <summary>The office that sends the document, as a general office does for its government.</summary>
    public required string DispatchedBy { get; init; }

    public ValueList<DocumentRelation> Relations { get; init; } = [];

    /// <summary>签收期限, in whole seconds.</summary>
    public DateTimeOffset? SignBy { get; init; }

    /// <summary>反馈期限, in whole seconds.</summary>
    public DateTimeOffset? ReplyBy { get; init; }

    /// <summary>公开属性.</summary>
    public Publicity Publicity { get; init; }

    /// <summary>份数, of paper copies.</summary>
    public int? Copies { get; init; }

    public ValueList<PhysicalAttachment> PhysicalAttachments { get; init; } = [];

    /// <summary>Every fault, not only the first; empty when the metadata may be written.</summary>
    public IReadOnlyList<MetadataProblem> Validate() => MetadataRules.Check(this);

    /// <summary>UTF-8 without byte order mark; equal metadata give equal bytes.</summary>
    /// <exception cref="MetadataException"><see cref="Validate"/> finds faults.</exception>
    public byte[] ToXml() => Validate() is { Count: > 0 } problems ? throw new MetadataException(problems) : MetadataWriter.Write(this);

    /// <summary>Reads a metadata.xml. What is read is valid.</summary>
    /// <exception cref="MetadataException">It is not, and the exception lists why.</exception>
    public static DocumentMetadata Parse(ReadOnlySpan<byte> xml) =>
        TryParse(xml, out var problems) ?? throw new MetadataException(problems);

    /// <summary>Null when there is any problem. Never throws for what the bytes hold.</summary>
    public static DocumentMetadata? TryParse(ReadOnlySpan<byte> xml, out IReadOnlyList<MetadataProblem> problems) =>
        MetadataReader.Read(xml, out problems);
}
