using DocExchange.Node.OaApi;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Node.OaApi;

/// <summary>The elements of GB/T 33480 as an OA system gives them.</summary>
internal sealed class OaElementsTests
{
    [Test]
    public void Each_field_comes_into_its_own_of_the_draft()
    {
        var given = OaRoutes.Parse<OaElements>(
            """
            {"identifier":"-","copyNumber":"000001","masthead":"示例市人民政府令","printedNumber":"第1号","leaderSignature":"市长 张三","notes":"此件公开发布","printedBy":"办公厅",
             "printedOn":"2026-03-05","releaseLevel":"发至县团级","publicity":"主动公开","repliesTo":["示发改〔2026〕5号"],"forwards":["国发〔2026〕3号"]}
            """u8.ToArray());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(given.ToDraft(), Is.EqualTo(new DraftElements
            {
                Identifier = "-",
                CopyNumber = "000001",
                Masthead = "示例市人民政府令",
                PrintedNumber = "第1号",
                LeaderSignature = "市长 张三",
                Notes = "此件公开发布",
                PrintedBy = "办公厅",
                PrintedOn = "2026-03-05",
                ReleaseLevel = "发至县团级",
                Publicity = "主动公开",
                RepliesTo = { "示发改〔2026〕5号" },
                Forwards = { "国发〔2026〕3号" },
            }));
            Assert.That(OaRoutes.Parse<OaElements>("{}"u8.ToArray()).ToDraft(), Is.EqualTo(new DraftElements()));
        }
    }
}
