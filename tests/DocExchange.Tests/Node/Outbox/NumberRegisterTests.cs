using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using Google.Protobuf;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.Outbox;

internal sealed class NumberRegisterTests
{
    private NodeSite site = null!;
    private NodeRecords records = null!;
    private NumberRegister numbers = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        records = new NodeRecords(site.Folder);
        numbers = new NumberRegister(records);
    }

    [TearDown]
    public void Close()
    {
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public void Begins_each_year_and_code_with_one()
    {
        Take("示政发〔2026〕1号", 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(numbers.NextOf("示政发", 2026).Number, Is.EqualTo(2));
            Assert.That(numbers.NextOf("示政发", 2027).Number, Is.EqualTo(1));
            Assert.That(numbers.NextOf("示政办发", 2026).Number, Is.EqualTo(1));
        }
    }

    [Test]
    public void Counts_on_from_the_highest_number_given()
    {
        Take("示政发〔2026〕41号", 1);

        Assert.That(numbers.NextOf("示政发", 2026).Number, Is.EqualTo(42));
    }

    [Test]
    public void Gives_no_number_twice()
    {
        Take("示政发〔2026〕1号", 1);

        Assert.That(() => Take("示政发〔2026〕1号", 2), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.NumberTaken));
    }

    [Test]
    public void Lets_a_corrected_reprint_keep_the_number()
    {
        Take("示政发〔2026〕1号", 1);
        Take("示政发〔2026〕1号", 2, replaced: 1);

        // The replaced one is voided afterwards; the number now is the replacement's.
        records.Write(() => numbers.Release("示政发〔2026〕1号", NodeSite.Document(1)));

        Assert.That(() => Take("示政发〔2026〕1号", 3), Throws.TypeOf<RefusedException>());
    }

    [Test]
    public void Gives_a_number_again_after_its_document_was_rejected()
    {
        Take("示政发〔2026〕1号", 1);
        records.Write(() => numbers.Release("示政发〔2026〕1号", NodeSite.Document(1)));

        Assert.That(numbers.NextOf("示政发", 2026).Number, Is.EqualTo(1));
    }

    [Test]
    public void Passes_over_the_number_of_a_voided_document_unless_it_is_asked_for()
    {
        Take("示政发〔2026〕3号", 1);
        Take("示政发〔2026〕4号", 2);
        records.Write(() => numbers.Release("示政发〔2026〕4号", NodeSite.Document(2), wentOut: true));
        var series = numbers.SeriesOf("示政发", 2026);

        Assert.That((numbers.NextOf("示政发", 2026).Number, series.Next, series.GapCount), Is.EqualTo((5, 5, 3)));
        Assert.That(series.Gaps, Is.EqualTo(new[] { 1, 2, 4 }));
        Take("示政发〔2026〕4号", 3);
        Assert.That(numbers.SeriesOf("示政发", 2026).Gaps, Is.EqualTo(new[] { 1, 2 }));
        records.Write(() => numbers.Release("示政发〔2026〕2号", NodeSite.Document(2), wentOut: true));
        Assert.That(numbers.NextOf("示政发", 2026).Number, Is.EqualTo(5), "one before the highest changes nothing");
    }

    [Test]
    public void Passes_over_a_number_reserved_for_a_draft_and_gives_it_to_whoever_dispatches_first()
    {
        Reserve("示政发〔2026〕1号", 1);
        Assert.That(numbers.NextOf("示政发", 2026).Number, Is.EqualTo(2));

        // The draft is made anew, with other words, under the number it had; the former draft comes too late.
        Reserve("示政发〔2026〕1号", 2);
        Take("示政发〔2026〕1号", 2);

        Assert.That(() => Take("示政发〔2026〕1号", 1), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.NumberTaken));
    }

    [Test]
    public void Leaves_a_number_in_use_where_it_is_when_a_reprint_is_drafted()
    {
        Take("示政发〔2026〕1号", 1);
        Reserve("示政发〔2026〕1号", 2);

        Assert.That(() => Take("示政发〔2026〕1号", 2), Throws.TypeOf<RefusedException>());
        Take("示政发〔2026〕1号", 2, replaced: 1);
    }

    [Test]
    public void Finds_the_numbers_an_earlier_version_wrote()
    {
        records.Dispose();
        using (var files = new DurableDatabase(new LocalDisk(), site.Folder.Database, collation: LiteDB.Collation.Binary))
        {
            var row = new LiteDB.BsonDocument { ["_id"] = "示政发〔2026〕7号", ["Series"] = "示政发〔2026〕", ["Value"] = 7, ["Document"] = NodeSite.Document(7).ToString(), ["IsReserved"] = false };
            files.Database.GetCollection("numbers").EnsureIndex("Series", "$.Series");
            files.Write(() => files.Database.GetCollection("numbers").Insert(row));
        }

        records = new NodeRecords(site.Folder);
        numbers = new NumberRegister(records);
        numbers.FillIn();

        Assert.That((numbers.NextOf("示政发", 2026).Number, numbers.SeriesOf("示政发", 2026).Next), Is.EqualTo((8, 8)));
    }

    [Test]
    public void Passes_over_what_was_voided_before_this_version_and_gives_a_rejected_number_again()
    {
        records.Write(() =>
        {
            Listed(1, "示政发〔2026〕5号", "Voided", "2026-01-02T03:04:05.000Z");
            Listed(2, "示政发〔2026〕9号", "Rejected", "");
            Listed(3, "示政发〔2026〕8号", "Voided", "");
        });
        numbers.FillIn();

        Assert.That((numbers.NextOf("示政发", 2026).Number, numbers.SeriesOf("示政发", 2026).GapCount), Is.EqualTo((6, 5)));
    }

    private void Listed(int document, string number, string state, string acceptedAt)
    {
        var summary = new Wire.DocumentSummary { Number = number, Phase = state, AcceptedAt = acceptedAt };
        records.Outbox.Insert(new ListedRow { Id = $"{document}", Document = NodeSite.Document(document).ToString(), Office = NodeSite.Sender.ToString(), State = state, Summary = summary.ToByteArray() });
    }

    [Test]
    public void Refuses_what_is_no_agency_code()
    {
        Assert.That(() => numbers.NextOf("示政发1", 2026), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.FormatFailure));
    }

    private void Reserve(string number, int draft) => records.Write(() => numbers.Reserve(DocumentNumber.Parse(number), NodeSite.Document(draft)));

    private void Take(string number, int document, int? replaced = null) => records.Write(() =>
        numbers.Take(DocumentNumber.Parse(number), NodeSite.Document(document), replaced is { } old ? NodeSite.Document(old) : null));
}
