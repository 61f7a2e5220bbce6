using System.Globalization;
using System.Xml.Linq;

namespace DocExchange.Core.Documents;

/// <summary>
/// Reads a metadata.xml of unknown origin. Accepts what Schemas/metadata.xsd accepts and, between the known elements,
/// unknown ones without effect, unless they say critical="true". Lists every problem it finds.
/// </summary>
internal static class MetadataReader
{
    public static DocumentMetadata? Read(ReadOnlySpan<byte> xml, out IReadOnlyList<MetadataProblem> problems)
    {
        var found = new List<MetadataProblem>();
        problems = found;
        if (MetadataFile.Load(xml, found) is not { } root || !IsMetadata(root, found))
        {
            return null;
        }

        var fields = MetadataFields.Of(root, found);
        var metadata = Build(fields);
        if (found.Count == 0)
        {
            found.AddRange(metadata.Validate());
        }

        return found.Count == 0 ? metadata : null;
    }

    private static bool IsMetadata(XElement root, List<MetadataProblem> problems)
    {
        var isMetadata = root.Name == XName.Get(MetadataElements.Root, MetadataSchema.Namespace);
        if (!isMetadata)
        {
            problems.Add(new MetadataProblem(
                "METADATA_NAMESPACE",
                $"根元素应为命名空间 {MetadataSchema.Namespace} 中的 {MetadataElements.Root}。",
                $"The root is {Quoted.Short(root.Name.ToString())}; {MetadataElements.Root} of the namespace {MetadataSchema.Namespace} is expected.",
                MetadataElements.Root));
        }

        return isMetadata;
    }

    // Where a required value is missing or unreadable the problem is noted and a placeholder stands in: the result is then dropped.
    private static DocumentMetadata Build(MetadataFields fields) => new()
    {
        Identifier = fields.Parsed<DocumentIdentifier>(MetadataElements.Identifier, DocumentIdentifier.TryParse),
        Type = fields.RequiredValue<DocumentType>(MetadataElements.Type, Names.TryParse, type => type.Chinese()),
        CopyNumber = fields.Text(MetadataElements.CopyNumber),
        Security = Security(fields),
        Urgency = fields.Value<Urgency>(MetadataElements.Urgency, TryReadMarked, urgency => urgency.Chinese()) ?? Urgency.None,
        Masthead = fields.Text(MetadataElements.Masthead),
        Number = fields.Parsed<DocumentNumber>(MetadataElements.Number, DocumentNumber.TryParse),
        PrintedNumber = fields.Text(MetadataElements.PrintedNumber),
        Signatories = fields.Texts(MetadataElements.Signatory),
        Title = fields.RequiredText(MetadataElements.Title),
        PrintedTo = fields.Text(MetadataElements.PrintedTo),
        AttachmentTitles = fields.Texts(MetadataElements.AttachmentTitle),
        Issuers = [.. fields.All(MetadataElements.Issuer).Select(issuer => ReadIssuer(fields, issuer))],
        LeaderSignature = fields.Text(MetadataElements.LeaderSignature),
        Date = fields.RequiredValue<DateOnly>(MetadataElements.Date, TryReadDate, MetadataWriter.Print),
        Notes = fields.Text(MetadataElements.Notes),
        PrintedCc = fields.Text(MetadataElements.PrintedCc),
        PrintedBy = fields.Text(MetadataElements.PrintedBy),
        PrintedOn = fields.Value<DateOnly>(MetadataElements.PrintedOn, TryReadDate, MetadataWriter.Print),
        ReleaseLevel = fields.Text(MetadataElements.ReleaseLevel),
        DispatchedBy = fields.RequiredText(MetadataElements.DispatchedBy),
        Relations = [.. fields.All(MetadataElements.Relation).Select(relation => ReadRelation(fields, relation))],
        SignBy = fields.Value<DateTimeOffset>(MetadataElements.SignBy, TryReadTime, MetadataWriter.Print),
        ReplyBy = fields.Value<DateTimeOffset>(MetadataElements.ReplyBy, TryReadTime, MetadataWriter.Print),
        Publicity = fields.Value<Publicity>(MetadataElements.Publicity, TryReadMarked, publicity => publicity.Chinese()) ?? Publicity.Unstated,
        Copies = fields.Value<int>(MetadataElements.Copies, TryReadCount, MetadataWriter.Print),
        PhysicalAttachments = [.. fields.All(MetadataElements.PhysicalAttachment).Select(item => ReadPhysical(fields, item))],
    };

    private static SecurityMark Security(MetadataFields fields)
    {
        if (fields.All(MetadataElements.Security) is not [var element, ..])
        {
            return SecurityMark.None;
        }

        var classification = fields.Read<Classification>(element, element.Value, TryReadMarked, level => level.Chinese());
        return new SecurityMark(classification, element.Attribute("period")?.Value);
    }

    private static Issuer ReadIssuer(MetadataFields fields, XElement issuer) => new(
        fields.Attribute(issuer, "office"),
        issuer.Value,
        fields.Read<SealPlacement>(issuer, fields.Attribute(issuer, "seal"), TryReadToken, MetadataWriter.Token));

    private static DocumentRelation ReadRelation(MetadataFields fields, XElement relation)
    {
        fields.RefuseTextIn(relation);
        DocumentId? document = relation.Attribute("document") is { } id
            ? fields.Read<DocumentId>(relation, id.Value, DocumentId.TryParse, value => value.ToString())
            : null;
        return new DocumentRelation(
            fields.Read<RelationKind>(relation, fields.Attribute(relation, "kind"), TryReadToken, MetadataWriter.Token),
            document,
            relation.Attribute("number")?.Value);
    }

    private static PhysicalAttachment ReadPhysical(MetadataFields fields, XElement item) =>
        new(item.Value, fields.Read<int>(item, fields.Attribute(item, "quantity"), TryReadCount, MetadataWriter.Print));

    // The absence of a mark is written by leaving the element out, never by its name.
    private static bool TryReadMarked(string? text, out Urgency urgency) => Names.TryParse(text, out urgency) && urgency != Urgency.None;

    private static bool TryReadMarked(string? text, out Classification level) => Names.TryParse(text, out level) && level != Classification.None;

    private static bool TryReadMarked(string? text, out Publicity publicity) => Names.TryParse(text, out publicity) && publicity != Publicity.Unstated;

    private static bool TryReadToken<T>(string? text, out T value)
        where T : struct, Enum => Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value);

    private static bool TryReadDate(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, MetadataWriter.DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static bool TryReadTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, MetadataWriter.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static bool TryReadCount(string? text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
}
