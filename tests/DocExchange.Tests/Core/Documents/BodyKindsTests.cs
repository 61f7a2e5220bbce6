using System.Text;
using DocExchange.Core.Documents;

namespace DocExchange.Tests.Core.Documents;

public sealed class BodyKindsTests
{
    [TestCase("正文.pdf", "%PDF-1.7\n")]
    [TestCase("正文.PDF", "a line of a mail gateway\n%PDF-1.4")]
    [TestCase("正文.ofd", "PK\u0003\u0004rest")]
    [TestCase("正文.txt", "x")]
    public void Finds_nothing_against_what_its_name_says(string name, string content) =>
        Assert.That(BodyKinds.FaultOf(name, new MemoryStream(Encoding.ASCII.GetBytes(content))), Is.Null);

    [TestCase("正文.pdf", "PK\u0003\u0004", "不是 PDF", "no PDF")]
    [TestCase("正文.pdf", "%PD", "不是 PDF", "no PDF")]
    [TestCase("正文.ofd", "%PDF-1.7", "不是 OFD", "no OFD")]
    [TestCase("正文.ofd", "PK\u0005\u0006", "不是 OFD", "no OFD")]
    [TestCase("正文.pdf", "", "是空文件", "is empty")]
    [TestCase("正文.txt", "", "是空文件", "is empty")]
    public void Names_the_file_that_is_empty_or_another_kind(string name, string content, string chinese, string english)
    {
        var fault = BodyKinds.FaultOf(name, new MemoryStream(Encoding.ASCII.GetBytes(content)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault?.Chinese, Does.Contain(chinese).And.Contain(name));
            Assert.That(fault?.English, Does.Contain(english).And.Contain(name));
        }
    }

    [Test]
    public void Does_not_read_on_where_readers_of_PDF_do_not() => Assert.That(
        BodyKinds.FaultOf("正文.pdf", new MemoryStream([.. new byte[1024], .. "%PDF-1.7"u8])), Is.Not.Null);
}
