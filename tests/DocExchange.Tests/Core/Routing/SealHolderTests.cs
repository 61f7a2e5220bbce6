using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Tests.Core.Documents;

namespace DocExchange.Tests.Core.Routing;

internal sealed class SealHolderTests
{
    private const string Code = "113400000029860376";
    private const string Other = "115300000151003540";

    [TestCase("北京市人民政府", ExpectedResult = false)]
    [TestCase("北京市人民政府公文专用章", ExpectedResult = false)]
    [TestCase("市人民政府", ExpectedResult = false)]
    [TestCase("上海市人民政府", ExpectedResult = true)]
    [TestCase("市政府", ExpectedResult = true, Description = "too short to stand for anybody")]
    [TestCase("北京市档案局", ExpectedResult = true)]
    public bool Compares_names(string name) => new SealHolder([], [name]).IsAnother(SampleMetadata.Minimal);

    [TestCase(Code, "别的名称", 1, ExpectedResult = false)]
    [TestCase(Other, "北京市人民政府", 1, ExpectedResult = true)]
    [TestCase(Other, "北京市信息办", 2, ExpectedResult = false, Description = "the identifier has the code of the other issuer")]
    [TestCase(Other, "上海市档案局", 2, ExpectedResult = true)]
    public bool Compares_codes_before_names(string code, string name, int issuers)
    {
        var metadata = SampleMetadata.Full with { Issuers = [.. SampleMetadata.Full.Issuers.Take(issuers)] };
        return new SealHolder([UnifiedSocialCreditCode.Parse(code)], [name]).IsAnother(metadata);
    }

    [Test]
    public void What_names_nobody_is_nobody_elses() => Assert.That(new SealHolder([], []).IsAnother(SampleMetadata.Full), Is.False);
}
