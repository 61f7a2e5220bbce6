using DocExchange.Core.Documents;

namespace DocExchange.Tests.Core.Documents;

public sealed class MetadataProblemTests
{
    private static readonly DocumentMetadata Good = SampleMetadata.Full;

    private static IEnumerable<TestCaseData> NumberedFaults() =>
        Faults().Select((data, place) => data.SetArgDisplayNames($"{data.Arguments[0]}", $"{data.Arguments[1]}", $"{place}"));

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Fault("TEXT_EMPTY", "title", Good with { Title = "" });
        yield return Fault("TEXT_TOO_LONG", "title", Good with { Title = new string('字', 501) });
        yield return Fault("TEXT_CHARACTER", "title", Good with { Title = "甲\u202E乙" });
        yield return Fault("TEXT_CHARACTER", "issuer", Good with { Issuers = [new Issuer("a", "甲\n乙", SealPlacement.None)] });
        yield return Fault("TEXT_UNTRIMMED", "relation", Good with { Relations = [new DocumentRelation(RelationKind.Forwards, null, "x ")] });
        yield return Fault("TEXT_CHARACTER", "security", Good with { Security = new SecurityMark(Classification.Secret, "1\u0000") });
        yield return Fault("METADATA_VALUE", "type", Good with { Identifier = null, Type = default });
        yield return Fault("METADATA_VALUE", "urgency", Good with { Urgency = (Urgency)99 });
        yield return Fault("METADATA_VALUE", "publicity", Good with { Publicity = (Publicity)99 });
        yield return Fault("METADATA_VALUE", "security", Good with { Security = new SecurityMark((Classification)9, null) });
        yield return Fault("METADATA_VALUE", "issuer", Good with { Issuers = [new Issuer("a", "甲", (SealPlacement)9)] });
        yield return Fault("METADATA_VALUE", "relation", Good with { Relations = [new DocumentRelation((RelationKind)9, null, "x")] });
        yield return Fault("METADATA_CONTRADICTION", "identifier", Good with { Type = DocumentType.Notice });
        yield return Fault("METADATA_VALUE", "copyNumber", Good with { CopyNumber = "12345" });
        yield return Fault("METADATA_VALUE", "copyNumber", Good with { CopyNumber = "００００01" });
        yield return Fault("METADATA_CONTRADICTION", "security", Good with { Security = new SecurityMark(Classification.None, "10年") });
        yield return Fault("METADATA_CONTRADICTION", "printedNumber", Good with { PrintedNumber = "第1号" });
        yield return Fault("METADATA_VALUE", "date", Good with { Date = default });
        yield return Fault("METADATA_ELEMENT_MISSING", "issuer", Good with { Issuers = [] });
        yield return Fault("METADATA_VALUE", "issuer", Good with { Issuers = [new Issuer("a b", "甲", SealPlacement.None)] });
        yield return Fault("METADATA_CONTRADICTION", "issuer", Good with { Issuers = [new Issuer("a", "甲", SealPlacement.None), new Issuer("a", "乙", SealPlacement.None)] });
        yield return Fault("METADATA_TOO_MANY", "issuer", Good with { Issuers = [.. Enumerable.Range(0, 21).Select(i => new Issuer($"o{i}", "甲", SealPlacement.None))] });
        yield return Fault("METADATA_VALUE", "dispatchedBy", Good with { DispatchedBy = "市政府" });
        yield return Fault("METADATA_VALUE", "relation", Good with { Relations = [new DocumentRelation(RelationKind.Replaces, null, null)] });
        yield return Fault("METADATA_CONTRADICTION", "relation", Good with { Relations = [Good.Relations[0], Good.Relations[0]] });
        yield return Fault("METADATA_VALUE", "signBy", Good with { SignBy = Good.SignBy!.Value.AddMilliseconds(1) });
        yield return Fault("METADATA_VALUE", "copies", Good with { Copies = 0 });
        yield return Fault("METADATA_VALUE", "physicalAttachment", Good with { PhysicalAttachments = [new PhysicalAttachment("图", 0)] });
        yield return Fault("METADATA_TOO_MANY", "relation", Good with { Relations = [.. Enumerable.Range(0, 101).Select(i => new DocumentRelation(RelationKind.Forwards, new DocumentId(DocExchange.Trust.Digests.Digest.Of([(byte)i])), null))] });
    }

    [TestCaseSource(nameof(NumberedFaults))]
    public void Finds_the_fault_and_writes_nothing(string code, string element, DocumentMetadata metadata)
    {
        var problems = metadata.Validate();
        Assert.That(problems.Select(problem => (problem.Code, problem.Element)), Is.EqualTo(new[] { (code, element) }));
        Assert.That(Assert.Throws<MetadataException>(() => metadata.ToXml())!.Problems, Is.EqualTo(problems));
    }

    [Test]
    public void Lists_every_fault_at_once()
    {
        var problems = (Good with { Title = "", Copies = -1, DispatchedBy = "", Issuers = [] }).Validate();
        Assert.That(problems.Select(problem => problem.Element), Is.EquivalentTo(new[] { "title", "copies", "dispatchedBy", "issuer" }));
        Assert.That(problems.All(problem => problem is { Chinese.Length: > 0, English.Length: > 0 }), Is.True);
    }

    [Test]
    public void Finds_no_fault_in_the_samples()
    {
        Assert.That(SampleMetadata.Full.Validate(), Is.Empty);
        Assert.That(SampleMetadata.Minimal.Validate(), Is.Empty);
    }

    private static TestCaseData Fault(string code, string element, DocumentMetadata metadata) =>
        new(code, element, metadata);
}
