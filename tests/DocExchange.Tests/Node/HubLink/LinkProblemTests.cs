using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
using DocExchange.Protocol;
using Grpc.Core;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>Why the link does not work, in either language: what the network library says stands in the English alone.</summary>
internal sealed class LinkProblemTests
{
    [Test]
    public void A_hub_that_is_not_reached_is_told_in_Chinese_without_the_librarys_words([Values] StatusCode code)
    {
        var (chinese, english) = HubLinkService.Describe(new RpcException(new Status(code, "Error starting gRPC call. Connection refused")));

        Assert.That(chinese, Does.Match(@"^\p{IsCJKUnifiedIdeographs}").And.Contain(code.ToString()).And.Not.Contain("refused"));
        Assert.That(english, Does.Contain(code.ToString()).And.Contain("Connection refused"));
    }

    [Test]
    public void A_refusal_keeps_its_own_words()
    {
        var (chinese, english) = HubLinkService.Describe(new RefusedException(Refusal.NotBound, "证书未绑定。", "Not bound.").ToRpcException());

        Assert.That((chinese, english), Is.EqualTo(("NOT_BOUND: 证书未绑定。", "NOT_BOUND: Not bound.")));
    }
}
