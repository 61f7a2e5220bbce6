using System.Globalization;
using System.Text;
using System.Xml;

namespace DocExchange.Core.Documents;

/// <summary>Writes valid metadata in the order of <see cref="MetadataElements.Ordered"/>, absent values left out.</summary>
internal static class MetadataWriter
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:sszzz";
    public const string DateFormat = "yyyy-MM-dd";

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        Indent = true,
        IndentChars = "  ",
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.Entitize,
    };

    public static byte[] Write(DocumentMetadata metadata)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, Settings))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement(MetadataElements.Root, MetadataSchema.Namespace);
            WriteHeading(xml, metadata);
            WriteContent(xml, metadata);
            WriteColophon(xml, metadata);
            WriteExchange(xml, metadata);
            xml.WriteEndElement();
        }

        file.WriteByte((byte)'\n');
        return file.ToArray();
    }

    private static void WriteHeading(XmlWriter xml, DocumentMetadata metadata)
    {
        Write(xml, MetadataElements.Identifier, metadata.Identifier?.ToString());
        Write(xml, MetadataElements.Type, metadata.Type.Chinese());
        Write(xml, MetadataElements.CopyNumber, metadata.CopyNumber);
        if (metadata.Security.IsClassified)
        {
            Write(xml, MetadataElements.Security, metadata.Security.Classification.Chinese(), ("period", metadata.Security.Period));
        }

        Write(xml, MetadataElements.Urgency, metadata.Urgency == Urgency.None ? null : metadata.Urgency.Chinese());
        Write(xml, MetadataElements.Masthead, metadata.Masthead);
        Write(xml, MetadataElements.Number, metadata.Number?.ToString());
        Write(xml, MetadataElements.PrintedNumber, metadata.PrintedNumber);
        foreach (var signatory in metadata.Signatories)
        {
            Write(xml, MetadataElements.Signatory, signatory);
        }
    }

    private static void WriteContent(XmlWriter xml, DocumentMetadata metadata)
    {
        Write(xml, MetadataElements.Title, metadata.Title);
        Write(xml, MetadataElements.PrintedTo, metadata.PrintedTo);
        foreach (var title in metadata.AttachmentTitles)
        {
            Write(xml, MetadataElements.AttachmentTitle, title);
        }

        foreach (var issuer in metadata.Issuers)
        {
            Write(xml, MetadataElements.Issuer, issuer.PrintedName, ("office", issuer.OfficeId), ("seal", Token(issuer.Seal)));
        }

        Write(xml, MetadataElements.LeaderSignature, metadata.LeaderSignature);
        Write(xml, MetadataElements.Date, Print(metadata.Date));
        Write(xml, MetadataElements.Notes, metadata.Notes);
    }

    private static void WriteColophon(XmlWriter xml, DocumentMetadata metadata)
    {
        Write(xml, MetadataElements.PrintedCc, metadata.PrintedCc);
        Write(xml, MetadataElements.PrintedBy, metadata.PrintedBy);
        Write(xml, MetadataElements.PrintedOn, metadata.PrintedOn is { } day ? Print(day) : null);
        Write(xml, MetadataElements.ReleaseLevel, metadata.ReleaseLevel);
    }

    private static void WriteExchange(XmlWriter xml, DocumentMetadata metadata)
    {
        Write(xml, MetadataElements.DispatchedBy, metadata.DispatchedBy);
        foreach (var relation in metadata.Relations)
        {
            Write(xml, MetadataElements.Relation, "", ("kind", Token(relation.Kind)), ("document", relation.Document?.ToString()), ("number", relation.Number));
        }

        Write(xml, MetadataElements.SignBy, metadata.SignBy is { } signBy ? Print(signBy) : null);
        Write(xml, MetadataElements.ReplyBy, metadata.ReplyBy is { } replyBy ? Print(replyBy) : null);
        Write(xml, MetadataElements.Publicity, metadata.Publicity == Publicity.Unstated ? null : metadata.Publicity.Chinese());
        Write(xml, MetadataElements.Copies, metadata.Copies is { } copies ? Print(copies) : null);
        foreach (var item in metadata.PhysicalAttachments)
        {
            Write(xml, MetadataElements.PhysicalAttachment, item.Name, ("quantity", Print(item.Quantity)));
        }
    }

    public static string Print(DateOnly day) => day.ToString(DateFormat, CultureInfo.InvariantCulture);

    public static string Print(DateTimeOffset time) => time.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string Print(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>An enum value in the file: its name with a small first letter, as in <c>repliesTo</c>.</summary>
    public static string Token<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];

    private static void Write(XmlWriter xml, string element, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        if (text is null)
        {
            return;
        }

        xml.WriteStartElement(element, MetadataSchema.Namespace);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                xml.WriteAttributeString(name, value);
            }
        }

        xml.WriteString(text.Length > 0 ? text : null);
        xml.WriteEndElement();
    }
}
