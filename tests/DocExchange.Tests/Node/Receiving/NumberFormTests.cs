using DocExchange.Core.Refusals;
using DocExchange.Node.Receiving;

namespace DocExchange.Tests.Node.Receiving;

public sealed class NumberFormTests
{
    [TestCase("{年}-{号4}", "2026-0007")]
    [TestCase("收〔{年}〕{号}号", "收〔2026〕7号")]
    [TestCase("{号6}", "000007")]
    public void A_form_writes_year_and_number(string form, string written) => Assert.That(NumberForm.Parse(form).Write(2026, 7), Is.EqualTo(written));

    [TestCase("")]
    [TestCase("2026-1")]
    [TestCase("{年}")]
    [TestCase("{号}{号}")]
    [TestCase("{号0}")]
    [TestCase("{月}{号}")]
    [TestCase("{号}一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十")]
    public void A_form_without_exactly_one_number_or_too_long_is_refused(string form) =>
        Assert.That(() => NumberForm.Parse(form), Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.FormatFailure));

    [TestCase("2026-0041", 41)]
    [TestCase("收〔2026〕7号", 7)]
    [TestCase("甲", null)]
    [TestCase("99999999999999999999", null)]
    public void The_consecutive_number_is_read_back(string number, long? sequence) => Assert.That(NumberForm.SequenceIn(number), Is.EqualTo(sequence));
}
