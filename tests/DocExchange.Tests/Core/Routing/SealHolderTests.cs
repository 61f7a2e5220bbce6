using DocExchange.Core.Documents;
using DocExchange.Core.Routing;
using DocExchange.Tests.Core.Documents;

namespace DocExchange.Tests.Core.Routing;

internal sealed class SealHolderTests
{
    private const string Code = "113400000029860376";
    private const string Other = "115300000151003540";

    [TestCase("北京市人民政府", ExpectedResult = SealBelonging.Issuers)]
    [TestCase("北京市人民政府公文专用章", ExpectedResult = SealBelonging.Issuers)]
    [TestCase("市人民政府", ExpectedResult = SealBelonging.Issuers)]
    [TestCase("上海市人民政府", ExpectedResult = SealBelonging.Unclear, Description = "renamed, or another's: the name alone does not tell")]
    [TestCase("北京市档案局", ExpectedResult = SealBelonging.Unclear)]
    [TestCase("市档案局", ExpectedResult = SealBelonging.Issuers, Description = "too short to decide")]
    [TestCase("公章", ExpectedResult = SealBelonging.Issuers)]
    [TestCase("公章1", ExpectedResult = SealBelonging.Issuers)]
    [TestCase("电子公文专用章", ExpectedResult = SealBelonging.Issuers)]
    [TestCase("行政审批业务专用章（２）", ExpectedResult = SealBelonging.Issuers)]
    public SealBelonging Names_alone_make_nothing_anothers(string name) => new SealHolder([], [name]).Beside(SampleMetadata.Minimal);

    [TestCase(Code, "别的单位名称", 1, ExpectedResult = SealBelonging.Issuers, Description = "renamed: the code is the issuer's")]
    [TestCase(Other, "北京市人民政府", 1, ExpectedResult = SealBelonging.CodeDiffers, Description = "the identifier has the code of whoever dispatched it")]
    [TestCase(Other, "电子公文专用章", 1, ExpectedResult = SealBelonging.Unclear)]
    [TestCase(Other, "市档案局", 1, ExpectedResult = SealBelonging.Unclear)]
    [TestCase(Other, "北京市档案局", 1, ExpectedResult = SealBelonging.Another)]
    [TestCase(Other, "北京市信息办", 2, ExpectedResult = SealBelonging.Issuers, Description = "the identifier has the code of the other issuer")]
    [TestCase(Other, "上海市档案局", 2, ExpectedResult = SealBelonging.Unclear, Description = "renamed, and not the one whose code the identifier has")]
    public SealBelonging Code_and_name_together_make_it_anothers(string code, string name, int issuers)
    {
        var metadata = SampleMetadata.Full with { Issuers = [.. SampleMetadata.Full.Issuers.Take(issuers)] };
        return new SealHolder([UnifiedSocialCreditCode.Parse(code)], [name]).Beside(metadata);
    }

    [TestCase("北京市人民政府（办公厅）", "北京市人民政府(办公厅)")]
    [TestCase("北京市第１０１中学校", "北京市第101中学校")]
    [TestCase("北京市　人民政府", "北京市人民政府")]
    public void Full_width_and_half_width_are_one(string onSeal, string printed)
    {
        var metadata = SampleMetadata.Full with { Issuers = [SampleMetadata.Full.Issuers[0] with { PrintedName = printed }] };
        var code = UnifiedSocialCreditCode.Parse(Other);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new SealHolder([code], [onSeal]).Beside(metadata), Is.EqualTo(SealBelonging.CodeDiffers));
            Assert.That(new SealHolder([code], [printed]).Beside(metadata with { Issuers = [metadata.Issuers[0] with { PrintedName = onSeal }] }), Is.EqualTo(SealBelonging.CodeDiffers));
        }
    }

    [Test]
    public void A_short_printed_name_decides_nothing()
    {
        var metadata = SampleMetadata.Minimal with { Issuers = [SampleMetadata.Minimal.Issuers[0] with { PrintedName = "教育部" }] };
        Assert.That(new SealHolder([], ["国家教育委员会"]).Beside(metadata), Is.EqualTo(SealBelonging.Issuers));
    }

    [Test]
    public void What_names_nobody_is_nobody_elses() => Assert.That(new SealHolder([], []).Beside(SampleMetadata.Full), Is.EqualTo(SealBelonging.Issuers));
}
