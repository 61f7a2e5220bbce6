using CsCheck;
using DocExchange.Core.Documents;

namespace DocExchange.Tests.Core.Documents;

public sealed class DocumentNumberTests
{
    private static readonly string[] AgencyCodes = ["京政发", "京政办函", "国发", "沪府办规", "𠮷政发", "ABC"];

    private static readonly Gen<DocumentNumber> Numbers =
        from code in Gen.Int[0, AgencyCodes.Length - 1].Select(place => AgencyCodes[place])
        from year in Gen.Int[1000, 9999]
        from number in Gen.Int[1, DocumentNumber.MaxNumber]
        select DocumentNumber.Of(code, year, number);

    [Test]
    public void Prints_the_one_correct_form() =>
        Assert.That(DocumentNumber.Of("京政发", 2001, 1).ToString(), Is.EqualTo("京政发〔2001〕1号"));

    [TestCase("京政发〔2001〕1号")]
    [TestCase("京政发[2001]1号")]
    [TestCase("京政发（2001）1号")]
    [TestCase("京政发(2001)第1号")]
    [TestCase("京政发［2001］１号")]
    [TestCase(" 京政发【２００１】 001 号 ")]
    public void Reads_what_people_type(string typed) =>
        Assert.That(DocumentNumber.Parse(typed), Is.EqualTo(DocumentNumber.Of("京政发", 2001, 1)));

    [TestCase("")]
    [TestCase("京政发2001-1号")]
    [TestCase("〔2001〕1号")]
    [TestCase("京政发〔01〕1号")]
    [TestCase("京政发〔2001〕0号")]
    [TestCase("京政发〔2001〕1")]
    [TestCase("京政发〔2001〕1000000号")]
    [TestCase("京政发〔2001〕1号\u0000")]
    [TestCase("京政\u202E发〔2001〕1号")]
    [TestCase("京\uF9B5发〔2001〕1号")]
    [TestCase("京政 2发〔2001〕1号")]
    public void Refuses_what_is_no_number(string typed)
    {
        Assert.That(DocumentNumber.TryParse(typed, out _), Is.False);
        Assert.Throws<FormatException>(() => DocumentNumber.Parse(typed));
    }

    [Test]
    public void Refuses_an_endless_text() =>
        Assert.That(DocumentNumber.TryParse(new string('京', 1_000_000) + "〔2001〕1号", out _), Is.False);

    [TestCase("", 2001, 1)]
    [TestCase("京政发", 999, 1)]
    [TestCase("京政发", 2001, 0)]
    [TestCase("京〔发", 2001, 1)]
    public void Cannot_exist_invalid(string code, int year, int number) =>
        Assert.That(() => DocumentNumber.Of(code, year, number), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void Reads_what_it_prints() =>
        Numbers.Sample(number => DocumentNumber.Parse(number.ToString()) == number);

    [Test]
    public void Reads_no_text_as_two_numbers() => Gen.String.Sample(text =>
    {
        if (DocumentNumber.TryParse(text, out var number))
        {
            Assert.That(DocumentNumber.Parse(number.ToString()), Is.EqualTo(number));
        }
    });
}

public sealed class RegisterNumberTests
{
    [TestCase("2026-0001", "2026-0002")]
    [TestCase("2026-9999", "2026-10000")]
    [TestCase("收〔2026〕0099号", "收〔2026〕0100号")]
    [TestCase("7", "8")]
    [TestCase("2026-甲", null)]
    [TestCase("号", null)]
    [TestCase("9999999999999999999999999999999999999999", null)]
    public void Suggests_the_next(string previous, string? next) =>
        Assert.That(RegisterNumber.Next(RegisterNumber.Parse(previous))?.Value, Is.EqualTo(next));

    [Test]
    public void Begins_each_year_at_one() => Assert.That(RegisterNumber.First(2026).ToString(), Is.EqualTo("2026-0001"));

    [TestCase("")]
    [TestCase(" 1")]
    [TestCase("1\n2")]
    [TestCase("12345678901234567890123456789012345678901")]
    public void Refuses_what_cannot_be_shown(string text)
    {
        Assert.That(RegisterNumber.TryParse(text, out _), Is.False);
        Assert.Throws<FormatException>(() => RegisterNumber.Parse(text));
    }

    [Test]
    public void Counts_up_by_one() => Gen.Int[0, 9_999_998].Sample(number =>
        RegisterNumber.Next(RegisterNumber.Parse($"收-{number:D4}"))!.Value == $"收-{number + 1:D4}");
}

public sealed class IdsTests
{
    [Test]
    public void Reads_what_it_prints() => Gen.Byte.Array[32].Sample(bytes =>
    {
        var document = DocumentId.OfManifest(bytes);
        return DocumentId.Parse(document.ToString()) == document
            && PackageId.Parse(document.ToString()).Value == document.Value
            && document.ToString() == Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
    });

    [TestCase(null)]
    [TestCase("")]
    [TestCase("zz")]
    public void Refuses_what_is_no_id(string? text)
    {
        Assert.That(DocumentId.TryParse(text, out _), Is.False);
        Assert.That(PackageId.TryParse(text, out _), Is.False);
    }
}
