using System.Text;
using CsCheck;
using DocExchange.Core.Documents;

namespace DocExchange.Tests.Core.Documents;

public sealed class HostileMetadataTests
{
    private const string Start = "<metadata xmlns=\"urn:docexchange:metadata:1\">";
    private const string Body = "<type>意见</type><title>标题</title><issuer office=\"bj/gov\" seal=\"none\">市政府</issuer><date>2001-01-16</date><dispatchedBy>bj/go</dispatchedBy>";
    private const string End = "</metadata>";

    private static IEnumerable<TestCaseData> NumberedRefused() =>
        Refused().Select((data, place) => data.SetArgDisplayNames($"{data.Arguments[0]}", $"{place}"));

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return new("METADATA_NOT_XML", "");
        yield return new("METADATA_NOT_XML", Start + Body);
        yield return new("METADATA_NOT_XML", Start + Body + End + Start + Body + End);
        yield return new("METADATA_NOT_XML", Start + Body + "&copy;" + End);
        yield return new("METADATA_NOT_XML", Start + "<type x='1' x='2'>意见</type>" + End);
        yield return new("METADATA_DTD", "<!DOCTYPE metadata>" + Start + Body + End);
        yield return new("METADATA_DTD", "<!DOCTYPE m [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + Start + "<title>&a;</title>" + End);
        yield return new("METADATA_DTD", "<!DOCTYPE m [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>" + Start + "<title>&c;</title>" + End);
        yield return new("METADATA_TOO_COMPLEX", Start + Body + Repeat("<a>", 100_000) + Repeat("</a>", 100_000) + End);
        yield return new("METADATA_TOO_COMPLEX", Start + Body + Repeat("<x/>", 2_001) + End);
        yield return new("METADATA_TOO_COMPLEX", Start + Body + "<x " + string.Concat(Enumerable.Range(0, 33).Select(i => $"a{i}='' ")) + "/>" + End);
        yield return new("METADATA_TOO_LARGE", Start + Body + "<x a='" + Repeat("y", 1 << 20) + "'/>" + End);
        yield return new("METADATA_INSTRUCTION", "<?xml-stylesheet href='x.xsl'?>" + Start + Body + End);
        yield return new("METADATA_ENCODING", "<?xml version='1.0' encoding='gb2312'?>" + Start + Body + End);
        yield return new("METADATA_ENCODING", "\uFEFF" + Start + Body + End);
        yield return new("METADATA_NAMESPACE", "<metadata>" + Body + End);
        yield return new("METADATA_NAMESPACE", Start.Replace(":1", ":2") + Body + End);
        yield return new("METADATA_NAMESPACE", Start.Replace("<metadata", "<other") + Body + "</other>");
        yield return new("METADATA_ELEMENT_MISSING", Start + Body.Replace("<title>标题</title>", "") + End);
        yield return new("METADATA_ELEMENT_MISSING", Start + Body.Replace("<title>", "<title xmlns='urn:else'>") + End);
        yield return new("METADATA_ELEMENT_REPEATED", Start + Body.Replace("<title>标题</title>", "<title>标题</title><title>别的</title>") + End);
        yield return new("METADATA_ELEMENT_ORDER", Start + Body + "<notes>附注</notes>" + End);
        yield return new("METADATA_TOO_MANY", Start + Body.Replace("<title>", Repeat("<signatory>张三</signatory>", 21) + "<title>") + End);
        yield return new("METADATA_ATTRIBUTE_UNKNOWN", Start + Body.Replace("<title>", "<title lang='zh'>") + End);
        yield return new("METADATA_ATTRIBUTE_UNKNOWN", Start.Replace(">", " version='2'>") + Body + End);
        yield return new("METADATA_ATTRIBUTE_MISSING", Start + Body.Replace(" seal=\"none\"", "") + End);
        yield return new("METADATA_CRITICAL_UNKNOWN", Start + Body + "<retention critical='true'>永久</retention>" + End);
        yield return new("METADATA_CRITICAL_UNKNOWN", Start + Body + "<x:r xmlns:x='urn:else' critical='1'/>" + End);
        yield return new("METADATA_CRITICAL_UNKNOWN", Start + Body + "<r critical='maybe'/>" + End);
        yield return new("METADATA_VALUE", Start + Body + "loose text" + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("标题", "标<b>题</b>") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("意见", "指示") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("2001-01-16", "2001-1-16") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("2001-01-16", "2001-02-30") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("\"none\"", "\"None\"") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("\"none\"", "\"0\"") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("<title>", "<urgency>平件</urgency><title>") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("<title>", "<security>非密</security><title>") + End);
        yield return new("METADATA_VALUE", Start + Body.Replace("<title>", "<number>京政发(2001)1号</number><title>") + End);
        yield return new("METADATA_VALUE", Start + Body + "<relation kind='replaces' number='x'>text</relation>" + End);
        yield return new("METADATA_VALUE", Start + Body + $"<relation kind='replaces' document='{Repeat("A", 64)}'/>" + End);
        yield return new("METADATA_VALUE", Start + Body + "<signBy>2001-01-20T17:00:00Z</signBy>" + End);
        yield return new("METADATA_VALUE", Start + Body + "<signBy>2001-01-20T17:00:00</signBy>" + End);
        yield return new("METADATA_VALUE", Start + Body + "<copies>+1</copies>" + End);
        yield return new("METADATA_VALUE", Start + Body + "<copies>99999999999</copies>" + End);
        yield return new("TEXT_CHARACTER", Start + Body.Replace("标题", "标&#x202E;题") + End);
        yield return new("TEXT_CHARACTER", Start + Body.Replace("标题", "标\n题") + End);
        yield return new("TEXT_UNTRIMMED", Start + Body.Replace("标题", " 标题") + End);
        yield return new("TEXT_EMPTY", Start + Body.Replace("标题", "") + End);
        yield return new("TEXT_TOO_LONG", Start + Body.Replace("标题", Repeat("题", 501)) + End);
        yield return new("TEXT_TOO_LONG", Start + Body + $"<relation kind='replaces' number='{Repeat("n", 100_000)}'/>" + End);
    }

    [TestCaseSource(nameof(NumberedRefused))]
    public void Refuses_it_and_says_why(string code, string xml)
    {
        Assert.That(DocumentMetadata.TryParse(Encoding.UTF8.GetBytes(xml), out var problems), Is.Null);
        Assert.That(problems.Select(problem => problem.Code), Has.Member(code));
        Assert.That(problems.All(problem => problem.English.Length < 500 && problem.Chinese.Length < 500), Is.True);
    }

    [Test]
    public void Reads_the_plain_file_the_refused_ones_are_made_of() =>
        Assert.That(DocumentMetadata.Parse(Encoding.UTF8.GetBytes(Start + Body + End)).Title, Is.EqualTo("标题"));

    [Test]
    public void Refuses_bytes_that_are_not_utf8()
    {
        var xml = Encoding.UTF8.GetBytes(Start + Body + End);
        xml[Array.IndexOf(xml, (byte)0xE6)] = 0xFF;
        Assert.That(DocumentMetadata.TryParse(xml, out var problems), Is.Null);
        Assert.That(problems.Single().Code, Is.EqualTo("METADATA_ENCODING"));
        Assert.That(DocumentMetadata.TryParse(Encoding.Unicode.GetBytes(Start + Body + End), out _), Is.Null);
    }

    [Test]
    public void Ignores_unknown_elements_that_are_not_critical()
    {
        var xml = Start + "<future critical='false'><deep critical='true'>x</deep></future>" + Body + "<x:title xmlns:x='urn:else'>假标题</x:title>" + End;
        Assert.That(DocumentMetadata.Parse(Encoding.UTF8.GetBytes(xml)), Is.EqualTo(DocumentMetadata.Parse(Encoding.UTF8.GetBytes(Start + Body + End))));
    }

    [Test]
    public void Reads_a_title_whole_when_a_comment_splits_it() =>
        Assert.That(DocumentMetadata.Parse(Encoding.UTF8.GetBytes(Start + Body.Replace("标题", "标<!-- x -->题") + End)).Title, Is.EqualTo("标题"));

    [Test]
    public void Lists_all_problems_of_a_file_at_once()
    {
        var xml = Start + Body.Replace("意见", "指示").Replace("2001-01-16", "gestern").Replace("<title>标题</title>", "") + End;
        var refused = Assert.Throws<MetadataException>(() => DocumentMetadata.Parse(Encoding.UTF8.GetBytes(xml)))!;
        Assert.That(refused.Problems.Select(problem => problem.Element), Is.EquivalentTo(new[] { "type", "date", "title" }));
    }

    [Test]
    public void Never_throws_for_damaged_bytes_and_reads_only_what_is_valid()
    {
        var golden = SampleMetadata.Full.ToXml();
        Gen.Select(Gen.Int[0, golden.Length - 1], Gen.Byte, Gen.Int[0, 3]).Sample((at, value, cut) =>
        {
            var damaged = golden.ToArray();
            damaged[at] = value;
            var metadata = DocumentMetadata.TryParse(cut == 0 ? damaged.AsSpan(0, at) : damaged, out var problems);
            Assert.That(metadata is null, Is.EqualTo(problems.Count > 0));
            Assert.That(metadata?.Validate() ?? [], Is.Empty);
        });
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
