using System.Text;
using System.Xml;
using System.Xml.Schema;
using CsCheck;
using DocExchange.Core.Documents;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Core.Documents;

public sealed class DocumentMetadataTests
{
    private static readonly Gen<string> Lines =
        Gen.String.Where(text => SingleLineText.FirstFault(text, 50) is null);

    private static readonly Gen<DocumentMetadata> Any =
        from texts in Lines.Array[6]
        from list in Lines.Array[0, 4]
        from type in Gen.Int[0, DocumentTypes.All.Count - 1].Select(place => DocumentTypes.All[place])
        from urgency in Gen.Enum<Urgency>()
        from classification in Gen.Enum<Classification>()
        from publicity in Gen.Enum<Publicity>()
        from days in Gen.Int[0, 400_000]
        from seconds in Gen.Long[0, 100_000_000_000]
        from offset in Gen.Int[-840, 840]
        from count in Gen.Int[1, MetadataLimits.Copies]
        from seal in Gen.Enum<SealPlacement>()
        from optional in Gen.Bool
        select SampleMetadata.Minimal with
        {
            Type = type,
            Urgency = urgency,
            Security = new SecurityMark(classification, classification == Classification.None || optional ? null : "30年"),
            Publicity = publicity,
            Title = texts[0],
            PrintedTo = optional ? texts[1] : null,
            Notes = optional ? null : texts[2],
            Masthead = texts[3],
            Signatories = [.. list],
            AttachmentTitles = [.. list],
            Issuers = [new Issuer("x/1", texts[4], seal)],
            Date = new DateOnly(2000, 1, 1).AddDays(days),
            SignBy = optional ? new DateTimeOffset(1200, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(offset)).AddSeconds(seconds) : null,
            Copies = count,
            Relations = [new DocumentRelation(RelationKind.Forwards, new DocumentId(Digest.Of(Encoding.UTF8.GetBytes(texts[5]))), texts[5])],
            PhysicalAttachments = [new PhysicalAttachment(texts[5], count)],
        };

    private static readonly Lazy<XmlSchemaSet> Schema = new(() =>
    {
        using var xsd = MetadataSchema.Open();
        using var reader = XmlReader.Create(xsd);
        var schemas = new XmlSchemaSet();
        schemas.Add(MetadataSchema.Namespace, reader);
        schemas.Compile();
        return schemas;
    });

    [Test]
    public void Writes_the_golden_file_byte_for_byte() =>
        Assert.That(Encoding.UTF8.GetString(SampleMetadata.Full.ToXml()), Is.EqualTo(File.ReadAllText(SampleMetadata.GoldenPath)));

    [Test]
    public void Reads_the_golden_file() =>
        Assert.That(DocumentMetadata.Parse(File.ReadAllBytes(SampleMetadata.GoldenPath)), Is.EqualTo(SampleMetadata.Full));

    [Test]
    public void Writes_no_byte_order_mark_and_the_same_bytes_twice()
    {
        var xml = SampleMetadata.Minimal.ToXml();
        Assert.That(xml[0], Is.EqualTo((byte)'<'));
        Assert.That(SampleMetadata.Minimal.ToXml(), Is.EqualTo(xml));
    }

    [Test]
    public void Reads_what_it_writes_and_the_schema_agrees() => Any.Sample(metadata =>
    {
        var xml = metadata.ToXml();
        Assert.That(DocumentMetadata.Parse(xml), Is.EqualTo(metadata));
        Assert.That(SchemaErrors(xml), Is.Empty);
    });

    [Test]
    public void Satisfies_the_schema()
    {
        Assert.That(SchemaErrors(SampleMetadata.Full.ToXml()), Is.Empty);
        Assert.That(SchemaErrors(SampleMetadata.Minimal.ToXml()), Is.Empty);
        Assert.That(SchemaErrors(Encoding.UTF8.GetBytes($"<metadata xmlns='{MetadataSchema.Namespace}'><title>t</title></metadata>")), Is.Not.Empty);
    }

    [Test]
    public void Satisfies_the_schema_at_every_limit()
    {
        var metadata = SampleMetadata.Full with
        {
            Title = Long(MetadataLimits.Title),
            PrintedTo = Long(MetadataLimits.Printed),
            PrintedCc = Long(MetadataLimits.Printed),
            Notes = Long(MetadataLimits.Notes),
            Masthead = Long(MetadataLimits.Name),
            ReleaseLevel = Long(MetadataLimits.Name),
            Security = new SecurityMark(Classification.TopSecret, Long(MetadataLimits.Period)),
            Signatories = Many(MetadataLimits.Signatories, _ => Long(MetadataLimits.Name)),
            AttachmentTitles = Many(MetadataLimits.AttachmentTitles, _ => Long(MetadataLimits.AttachmentTitle)),
            Issuers = Many(MetadataLimits.Issuers, index => new Issuer(new string((char)('a' + index), MetadataLimits.OfficeId), Long(MetadataLimits.Name), SealPlacement.Body)),
            Relations = Many(MetadataLimits.Relations, index => new DocumentRelation(RelationKind.Replaces, new DocumentId(Digest.Of([(byte)index])), Long(MetadataLimits.Name))),
            PhysicalAttachments = Many(MetadataLimits.PhysicalAttachments, _ => new PhysicalAttachment(Long(MetadataLimits.Name), MetadataLimits.Copies)),
            Copies = MetadataLimits.Copies,
        };
        var xml = metadata.ToXml();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(xml, Has.Length.LessThanOrEqualTo(MetadataLimits.FileBytes));
            Assert.That(DocumentMetadata.Parse(xml), Is.EqualTo(metadata));
            Assert.That(SchemaErrors(xml), Is.Empty);
        }

        static string Long(int length) => new('字', length);
        static ValueList<T> Many<T>(int count, Func<int, T> item) => [.. Enumerable.Range(0, count).Select(item)];
    }

    [Test]
    public void Counts_characters_beyond_the_basic_plane_as_one()
    {
        var metadata = SampleMetadata.Minimal with { Title = string.Concat(Enumerable.Repeat("𠮷", MetadataLimits.Title)) };
        Assert.That(DocumentMetadata.Parse(metadata.ToXml()), Is.EqualTo(metadata));
        Assert.That((metadata with { Title = metadata.Title + "𠮷" }).Validate().Single().Code, Is.EqualTo("TEXT_TOO_LONG"));
    }

    [Test]
    public void Compares_by_content()
    {
        var copy = SampleMetadata.Full with { Signatories = ["张三", "李四"] };
        Assert.That(copy, Is.EqualTo(SampleMetadata.Full));
        Assert.That(copy.GetHashCode(), Is.EqualTo(SampleMetadata.Full.GetHashCode()));
        Assert.That(SampleMetadata.Full with { Signatories = ["李四", "张三"] }, Is.Not.EqualTo(SampleMetadata.Full));
    }

    private static List<string> SchemaErrors(byte[] xml)
    {
        var errors = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = Schema.Value };
        settings.ValidationEventHandler += (_, found) => errors.Add(found.Message);
        using var reader = XmlReader.Create(new MemoryStream(xml), settings);
        while (reader.Read())
        {
        }

        return errors;
    }
}
