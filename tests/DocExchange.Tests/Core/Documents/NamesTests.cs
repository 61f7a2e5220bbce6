using DocExchange.Core.Documents;

namespace DocExchange.Tests.Core.Documents;

public sealed class NamesTests
{
    [Test]
    public void Gives_the_fifteen_types_their_codes()
    {
        var official = DocumentTypes.All.Where(type => type.IsOfficial()).Select(type => $"{type.Code()} {type.Chinese()}");
        Assert.That(string.Join(" ", official), Is.EqualTo(
            "01 决议 02 决定 03 命令（令） 04 公报 05 公告 06 通告 07 意见 08 通知 09 通报 0A 报告 0B 请示 0C 批复 0D 议案 0E 函 0F 纪要"));
    }

    [Test]
    public void Gives_an_internal_document_no_code()
    {
        Assert.That(DocumentType.Internal.Code(), Is.Null);
        Assert.That(DocumentTypes.TryFromCode(null, out _), Is.False);
        Assert.That(DocumentTypes.TryFromCode("00", out _), Is.False);
    }

    [Test]
    public void Finds_each_type_by_its_code_and_name()
    {
        foreach (var type in DocumentTypes.All)
        {
            Assert.That(Names.TryParse(type.Chinese(), out DocumentType named) && named == type, Is.True);
            Assert.That(!type.IsOfficial() || (DocumentTypes.TryFromCode(type.Code(), out var coded) && coded == type), Is.True);
        }

        Assert.That(Names.TryParse("令", out DocumentType order) && order == DocumentType.Order, Is.True);
    }

    [Test]
    public void Names_every_value_once_in_both_languages()
    {
        AllDiffer<DocumentType>(Names.Chinese, Names.English);
        AllDiffer<Urgency>(Names.Chinese, Names.English);
        AllDiffer<Classification>(Names.Chinese, Names.English);
        AllDiffer<Publicity>(Names.Chinese, Names.English);
        AllDiffer<RelationKind>(Names.Chinese, Names.English);
        AllDiffer<SealPlacement>(Names.Chinese, Names.English);

        static void AllDiffer<T>(Func<T, string> chinese, Func<T, string> english)
            where T : struct, Enum
        {
            Assert.That(Enum.GetValues<T>().Select(chinese), Is.Unique);
            Assert.That(Enum.GetValues<T>().Select(english), Is.Unique);
        }
    }

    [Test]
    public void Reads_urgency_classification_and_publicity_by_name()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Enum.GetValues<Urgency>().All(value => Names.TryParse(value.Chinese(), out Urgency read) && read == value), Is.True);
            Assert.That(Enum.GetValues<Classification>().All(value => Names.TryParse(value.Chinese(), out Classification read) && read == value), Is.True);
            Assert.That(Enum.GetValues<Publicity>().All(value => Names.TryParse(value.Chinese(), out Publicity read) && read == value), Is.True);
            Assert.That(Names.TryParse("十万火急", out Urgency _), Is.False);
        }
    }

    [Test]
    public void Orders_urgency_and_classification_by_weight()
    {
        Assert.That(Urgency.ExtraUrgent, Is.GreaterThan(Urgency.Urgent));
        Assert.That(Classification.TopSecret, Is.GreaterThan(Classification.Secret));
    }

    [Test]
    public void Prints_a_security_mark_with_its_star()
    {
        Assert.That(new SecurityMark(Classification.Secret, "10年").ToString(), Is.EqualTo("机密★10年"));
        Assert.That(new SecurityMark(Classification.Confidential, null).ToString(), Is.EqualTo("秘密"));
        Assert.That(SecurityMark.None.ToString(), Is.Empty);
    }

    [TestCase("关于…的通知", null)]
    [TestCase("a\u200Cb\u200Dc", null)]
    [TestCase("", "TEXT_EMPTY")]
    [TestCase(" a", "TEXT_UNTRIMMED")]
    [TestCase("a\u3000", "TEXT_UNTRIMMED")]
    [TestCase("a\nb", "TEXT_CHARACTER")]
    [TestCase("a\tb", "TEXT_CHARACTER")]
    [TestCase("a\u0085b", "TEXT_CHARACTER")]
    [TestCase("a\u2028b", "TEXT_CHARACTER")]
    [TestCase("a\u202Eb", "TEXT_CHARACTER")]
    [TestCase("a\u2066b", "TEXT_CHARACTER")]
    [TestCase("a\u200Bb", "TEXT_CHARACTER")]
    [TestCase("a\uFEFFb", "TEXT_CHARACTER")]
    [TestCase("a\uFFFFb", "TEXT_CHARACTER")]
    [TestCase("12345678901", "TEXT_TOO_LONG")]
    [TestCase("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", null)]
    [TestCase("𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷", "TEXT_TOO_LONG")]
    public void Judges_a_line_of_text(string text, string? code) => Assert.That(SingleLineText.FirstFault(text, 10)?.Code, Is.EqualTo(code));

    [Test]
    public void Refuses_half_a_surrogate_pair()
    {
        Assert.That(SingleLineText.FirstFault("a" + (char)0xD842 + "b", 10)?.Code, Is.EqualTo("TEXT_CHARACTER"));
        Assert.That(SingleLineText.FirstFault("a" + (char)0xDFB7, 10)?.Code, Is.EqualTo("TEXT_CHARACTER"));
    }
}
