namespace DocExchange.Core.Documents;

/// <summary>How much a metadata.xml may hold. Texts are counted in Unicode characters; the schema states the same limits.</summary>
public static class MetadataLimits
{
    public const int FileBytes = 1 << 20;
    public const int Depth = 16;
    public const int Elements = 2_000;
    public const int AttributesPerElement = 32;

    public const int Title = 500;
    public const int Printed = 4_000;
    public const int Notes = 1_000;
    public const int Name = 200;
    public const int AttachmentTitle = 300;
    public const int Period = 20;
    public const int OfficeId = 128;

    public const int Issuers = 20;
    public const int Signatories = 20;
    public const int AttachmentTitles = 200;
    public const int Relations = 100;
    public const int PhysicalAttachments = 100;
    public const int Copies = 1_000_000;
}
