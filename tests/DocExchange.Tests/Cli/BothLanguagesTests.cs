using DocExchange.Protocol;

namespace DocExchange.Tests.Cli;

/// <summary>An older version on the other side gives sentences in Chinese only.</summary>
internal sealed class BothLanguagesTests
{
    [Test]
    public void Without_English_the_Chinese_stands_for_it()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BothLanguages.Of(["磁盘将满", "时钟不准"], []), Is.EqualTo(new[] { ("磁盘将满", "磁盘将满"), ("时钟不准", "时钟不准") }));
            Assert.That(BothLanguages.Of(["磁盘将满"], ["The disk fills"]), Is.EqualTo(new[] { ("磁盘将满", "The disk fills") }));
            Assert.That(BothLanguages.EnglishOf("连接被拒绝", ""), Is.EqualTo("连接被拒绝"));
            Assert.That(BothLanguages.EnglishOf("连接被拒绝", "Refused"), Is.EqualTo("Refused"));
        }
    }
}
