using DocExchange.Core.Documents;
using DocExchange.Node.Desk;

namespace DocExchange.Tests.Node.Desk;

internal sealed class WritingContextsTests
{
    [TestCase(false, "NUMBER_MISSING: 缺少发文字号。")]
    [TestCase(true, "NUMBER_MISSING: There is no number.")]
    public void Warnings_are_told_in_either_language(bool isEnglish, string said) =>
        Assert.That(WritingContexts.Say([new RuleFinding(RuleSeverity.Warning, "NUMBER_MISSING", "缺少发文字号。", "There is no number.")], isEnglish), Is.EqualTo(new[] { said }));
}
