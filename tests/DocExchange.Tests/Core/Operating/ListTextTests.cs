using System.Text;
using DocExchange.Core.Operating;
using DocExchange.Trust.Faults;

namespace DocExchange.Tests.Core.Operating;

internal sealed class ListTextTests
{
    /// <summary>陈静</summary>
    public static readonly byte[] ChenInGbk = [0xB3, 0xC2, 0xBE, 0xB2];

    [Test]
    public void Reads_UTF8_with_and_without_a_mark()
    {
        Assert.That(ListText.Read("陈静\n"u8), Is.EqualTo("陈静\n"));
        Assert.That(ListText.Read([.. Encoding.UTF8.Preamble, .. "陈静\n"u8]), Is.EqualTo("陈静\n"));
        Assert.That(ListText.Read([]), Is.Empty);
    }

    [Test]
    public void Refuses_another_encoding_and_names_the_first_such_line()
    {
        Refuses([.. "one\n张三\n"u8, .. ChenInGbk, (byte)'\n', .. ChenInGbk], 3);
        Refuses([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("陈静\n")], 1);
        Refuses([.. "one\n"u8, 0xE9, 0x99], 2);

        static void Refuses(byte[] bytes, int line)
        {
            var fault = Assert.Throws<WordedFormatException>(() => ListText.Read(bytes))!;
            Assert.That(fault.Chinese, Does.StartWith($"第 {line} 行不是 UTF-8 编码").And.Contains("另存为 UTF-8"));
            Assert.That(fault.Message, Does.StartWith($"Line {line} is not UTF-8").And.Contains("save the file as UTF-8"));
        }
    }
}
