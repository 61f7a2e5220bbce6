using System.Text;
using CsCheck;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Core.Statements;

public sealed class StatementXmlTests
{
    private static readonly Func<Digest, byte[]?> NoObjects = _ => null;

    [TestCaseSource(typeof(SampleStatements), nameof(SampleStatements.Types))]
    public void Writes_and_reads_the_golden_file(StatementType type)
    {
        var statement = SampleStatements.Of(type);
        var written = StatementXml.Write(statement, out var list);
        var golden = Golden.Read($"{type}.golden.xml", () => written);
        var read = StatementXml.Read(golden, NoObjects);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Encoding.UTF8.GetString(written), Is.EqualTo(Encoding.UTF8.GetString(golden)));
            Assert.That(StatementXml.Write(read, out _), Is.EqualTo(golden));
            Assert.That((read.Type, read.Issuer, read.Actor, read.ClaimedAt, read.Document, read.Subject, read.Chain), Is.EqualTo(
                (statement.Type, statement.Issuer, statement.Actor, statement.ClaimedAt, statement.Document, statement.Subject, statement.Chain)));
            Assert.That(Golden.Validate(golden, "statement.xsd"), Is.Empty);
            Assert.That(list, Is.Null);
        }
    }

    [Test]
    public void Keeps_every_text_a_person_can_give() => Gen.Select(Gen.String[Gen.Char['\u0020', '\ud7ff'], 0, 300], Gen.String[Gen.OneOf(Gen.Char['\u0020', '\u007e'], Gen.Const('\n'), Gen.Const('\r'), Gen.Const('\t')), 1, 200]).Sample((title, reason) =>
    {
        var dispatched = Again(SampleStatements.With(SampleStatements.Dispatch with { Title = title }, StatementType.Dispatched));
        var returned = Again(SampleStatements.With(new PlainBody(reason), StatementType.Returned));
        return ((DispatchBody)dispatched.Body).Title == title && returned.Body.Equals(new PlainBody(reason));
    });

    [Test]
    public void Keeps_the_list_of_recipients_whole_and_within_the_limit_whatever_its_length() =>
        Gen.Select(Gen.Int[0, 1_250], Gen.Int[0, 1_250], Gen.Int[1, 36]).Sample(
            (main, copies, length) =>
            {
                var list = new RecipientList([.. Enumerable.Range(0, main).Select(i => Id(i, length))], [.. Enumerable.Range(main, copies).Select(i => Id(i, length))]);
                var statement = SampleStatements.With(SampleStatements.Dispatch with { Recipients = list }, StatementType.Dispatched);
                var xml = StatementXml.Write(statement, out var listed);
                var read = ((DispatchBody)StatementXml.Read(xml, digest => listed is not null && Digest.Of(listed) == digest ? listed : null).Body).Recipients;
                return read.Main.SequenceEqual(list.Main) && read.Copies.SequenceEqual(list.Copies) && Golden.Validate(xml, "statement.xsd").Count == 0;
            },
            iter: 60, threads: 1);

    [TestCase("<Dispatch critical=\"true\"", TestName = "A_critical_mark_on_what_is_understood_does_no_harm")]
    public void Reads(string start) => Assert.That(() => StatementXml.Read(Edited("<Dispatch", start), NoObjects), Throws.Nothing);

    [TestCase("</Statement>", "<Later critical=\"true\"/></Statement>")]
    [TestCase("</Statement>", "<Later critical=\"1\"/></Statement>")]
    [TestCase("</Statement>", "<l:Later xmlns:l=\"urn:later\" critical=\"true\"/></Statement>")]
    [TestCase("</Dispatch>", "<Later critical=\"true\"/></Dispatch>")]
    [TestCase("</Dispatch>", "<Deep><Later critical=\"true\"/></Deep></Dispatch>")]
    public void Refuses_a_critical_element_it_does_not_know(string old, string now) =>
        Assert.That(() => StatementXml.Read(Edited(old, now), NoObjects), Throws.InstanceOf<FormatException>().With.Message.Contains("critical element 'Later'"));

    [TestCase("</Statement>", "<Later/></Statement>")]
    [TestCase("</Dispatch>", "<Later>text</Later></Dispatch>")]
    public void Skips_what_it_does_not_know(string old, string now) =>
        Assert.That(((DispatchBody)StatementXml.Read(Edited(old, now), NoObjects).Body).Title, Is.EqualTo(SampleStatements.Dispatch.Title));

    [Test]
    public void Reads_an_unknown_type_unless_something_in_it_is_critical()
    {
        var later = Edited("type=\"Dispatched\"", "type=\"Sealed2030\"");
        Assert.That(StatementXml.Read(later, NoObjects).Body, Is.EqualTo(new UnknownBody("Sealed2030")));
        Assert.That(StatementXml.Read(Edited("type=\"Dispatched\"", "type=\"3\""), NoObjects).Type, Is.EqualTo(StatementType.Unknown));
        var critical = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(later).Replace("<Dispatch", "<Dispatch critical=\"true\""));
        Assert.That(() => StatementXml.Read(critical, NoObjects), Throws.InstanceOf<FormatException>());
    }

    [TestCase("2")]
    [TestCase("01")]
    public void Reads_one_of_an_unknown_version_as_of_an_unknown_type_which_no_hub_takes_in(string version)
    {
        var later = StatementXml.Read(Edited("<Statement version=\"1\"", $"<Statement version=\"{version}\""), NoObjects);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((later.Type, later.Body, later.UnknownVersion), Is.EqualTo((StatementType.Unknown, new UnknownBody("Dispatched"), version)));
            Assert.That(StatementRules.Broken(later, later.Exchange).Select(broken => broken.English), Has.Some.Contains($"of version '{version}'; this program knows version 1"));
        }
    }

    [TestCase("<Statement version=\"1\"", "<Statement", "names no version")]
    [TestCase("<Main>bj/dc</Main>", "<Main>bj/dc</Main><Bcc>bj/hd</Bcc>", "neither main nor copy")]
    [TestCase("<Main>bj/dc</Main>", "<Main>bj/dc</Main><MAIN>bj/hd</MAIN>", "neither main nor copy")]
    [TestCase("<Copy>bj/xc</Copy>", "<Copy>bj/dc</Copy>", "named twice")]
    [TestCase("<Recipients>", "<Recipients count=\"3\">", "the statement says 3")]
    [TestCase("<Title>", "<Title>double</Title><Title>", "more than once")]
    [TestCase("<Exchange>bj</Exchange>", "", "lacks 'Exchange'")]
    [TestCase("<PackageSize>123456", "<PackageSize>-1", "not a whole number")]
    [TestCase("2026-03-02T08:30:00.125Z</ClaimedAt>", "yesterday</ClaimedAt>", "not a time")]
    [TestCase("number=\"12\"", "number=\"0\"", "numbered from 1")]
    [TestCase("<Issuer>bj/bgs</Issuer><Actor", "<Issuer>BJ BGS</Issuer><Actor", "not a party's id")]
    [TestCase("urn:docexchange:statement:1", "urn:other", "A statement is expected")]
    [TestCase("<Statement ", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Statement ", "well-formed")]
    public void Refuses(string old, string now, string why) =>
        Assert.That(() => StatementXml.Read(Edited(old, now), NoObjects), Throws.InstanceOf<FormatException>().With.Message.Contains(why));

    [Test]
    public void Refuses_texts_lists_and_files_beyond_the_limits()
    {
        var deep = string.Concat(Enumerable.Repeat("<x>", 40)) + string.Concat(Enumerable.Repeat("</x>", 40));
        var issuers = string.Concat(Enumerable.Repeat("<Issuer>bj/gov</Issuer>", 101));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => StatementXml.Read(Edited("京政发〔2026〕1号", new string('长', 201)), NoObjects), Throws.InstanceOf<FormatException>().With.Message.Contains("Number"));
            Assert.That(() => StatementXml.Read(Edited("</Dispatch>", issuers + "</Dispatch>"), NoObjects), Throws.InstanceOf<FormatException>().With.Message.Contains("issuers"));
            Assert.That(() => StatementXml.Read(Edited("</Statement>", deep + "</Statement>"), NoObjects), Throws.InstanceOf<FormatException>().With.Message.Contains("nested"));
            Assert.That(() => StatementXml.Read(new byte[StatementXml.MaxSize + 1], NoObjects), Throws.InstanceOf<FormatException>().With.Message.Contains("at most"));
            Assert.That(() => StatementXml.Write(SampleStatements.With(new PlainBody(new string('大', 20_000)), StatementType.Voided), out _), Throws.ArgumentException);
        }
    }

    [Test]
    public void Refuses_a_list_of_recipients_that_is_missing_or_another()
    {
        var list = new RecipientList([.. Enumerable.Range(0, 900).Select(i => Id(i, 5))], []);
        var xml = StatementXml.Write(SampleStatements.With(SampleStatements.Dispatch with { Recipients = list }, StatementType.Dispatched), out var listed);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => StatementXml.Read(xml, NoObjects), Throws.InstanceOf<FormatException>().With.Message.Contains("not at hand"));
            Assert.That(() => StatementXml.Read(xml, _ => [.. listed!, (byte)'\n']), Throws.InstanceOf<FormatException>().With.Message.Contains("not the one"));
        }
    }

    [Test]
    public void Never_fails_otherwise_over_altered_bytes()
    {
        var xml = StatementXml.Write(SampleStatements.Of(StatementType.Dispatched), out _);
        Gen.Select(Gen.Int[0, xml.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var altered = xml.ToArray();
            altered[at] = value;
            try
            {
                StatementXml.Read(altered, NoObjects);
            }
            catch (FormatException)
            {
            }
        });
    }

    private static Statement Again(Statement statement) => StatementXml.Read(StatementXml.Write(statement, out _), NoObjects);

    private static PartyId Id(int number, int length) => PartyId.Office("bj", $"{number}".PadRight(length, 'x'));

    private static byte[] Edited(string old, string now)
    {
        var xml = Encoding.UTF8.GetString(StatementXml.Write(SampleStatements.Of(StatementType.Dispatched), out _));
        Assert.That(xml, Does.Contain(old));
        return Encoding.UTF8.GetBytes(xml.Replace(old, now));
    }
}
