using System.Text;
using DocExchange.Core.Schemas;
using DocExchange.Trust.Faults;

namespace DocExchange.Tests.Core.Schemas;

/// <summary>What is wrong with a record is told to readers of either language.</summary>
internal sealed class StrictXmlTests
{
    [TestCase("<a>\n<b></a>", "停用令不是格式良好的 XML，错误在第 2 行。", "The order is not well-formed XML")]
    [TestCase("<a>more than sixty-four bytes, which is what this reader was told to accept</a>", "停用令有 79 字节，最多接受 64 字节。", "The order has 79 bytes; at most 64")]
    public void A_record_that_cannot_be_read_is_told_why(string xml, string chinese, string english) =>
        Told(() => StrictXml.Read(Encoding.UTF8.GetBytes(xml), 64, "停用令", "The order"), chinese, english);

    [Test]
    public void A_record_that_is_nested_too_deep_is_told_so() => Told(
        () => StrictXml.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 40)) + string.Concat(Enumerable.Repeat("</a>", 40))), 1024, "停用令", "The order"),
        "停用令嵌套超过 32 层。", "The order is nested more than 32 levels deep.");

    [Test]
    public void A_time_or_number_of_another_form_is_told_where_and_which()
    {
        Told(() => StrictXml.ParseTime("昨天", "at"), "at：“昨天”不是形如 2026-01-31T08:00:00.000Z 的时间。", "at: '昨天' is not a time");
        Told(() => StrictXml.ParseNumber("-1", "version"), "version：“-1”不是整数。", "version: '-1' is not a whole number.");
    }

    private static void Told(Func<object> read, string chinese, string english)
    {
        var fault = Assert.Throws<WordedFormatException>(() => read())!;
        Assert.That((FaultWords.Of(fault), fault.Message.StartsWith(english, StringComparison.Ordinal)), Is.EqualTo((chinese, true)), fault.Message);
    }
}
