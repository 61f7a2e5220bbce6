using DocExchange.Core.Refusals;
using DocExchange.Hub.Operations;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>Who loses the right to a stream neither gets nor hands in another message.</summary>
public sealed class GuardedStreamsTests
{
    private bool isAllowed;

    [SetUp]
    public void Allow() => isAllowed = true;

    [Test]
    public async Task Hands_on_no_request_once_the_right_is_gone()
    {
        var requests = new GuardedRequests<int>(new StreamedRequests<int>([1, 2, 3]), Authorise);
        Assert.That((await requests.MoveNext(CancellationToken.None), requests.Current), Is.EqualTo((true, 1)));

        isAllowed = false;

        await Assert.ThrowsAsync<RefusedException>(() => requests.MoveNext(CancellationToken.None));
    }

    [Test]
    public async Task Sends_no_message_once_the_right_is_gone()
    {
        var sent = new StreamedReplies<int>();
        var replies = new GuardedResponses<int>(sent, Authorise);
        await replies.WriteAsync(1, CancellationToken.None);

        isAllowed = false;

        await Assert.ThrowsAsync<RefusedException>(() => replies.WriteAsync(2, CancellationToken.None));
        Assert.That(sent.Messages, Is.EqualTo(new[] { 1 }));
    }

    private void Authorise()
    {
        if (!isAllowed)
        {
            throw new RefusedException(Refusal.NotBound, "不再绑定。", "No longer bound.");
        }
    }
}
