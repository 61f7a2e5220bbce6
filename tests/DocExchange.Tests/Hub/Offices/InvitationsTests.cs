using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;

namespace DocExchange.Tests.Hub.Offices;

public sealed class InvitationsTests
{
    private HubUnderTest hub = null!;

    private Invitations Invitations => hub.Get<Invitations>();

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public void Lists_what_became_of_each()
    {
        Invitations.Make("n-late", "延庆节点", ["yq"], TimeSpan.FromHours(1));
        Assert.That(StateOf("bj/~n-late"), Is.EqualTo("open"));
        hub.Clock.Advance(TimeSpan.FromHours(2));
        Assert.That((StateOf("bj/~n-late"), StateOf("bj/~n-district")), Is.EqualTo(("expired", "used")));
    }

    [Test]
    public async Task A_withdrawn_one_opens_nothing()
    {
        var file = Invitations.Make("n-late", "延庆节点", ["yq"], TimeSpan.FromHours(1));
        var secret = System.Text.Json.JsonDocument.Parse(file).RootElement.GetProperty("secret").GetBytesFromBase64();
        Assert.That(Invitations.Check("bj/~n-late", secret, [1]).Node, Is.EqualTo("bj/~n-late"));
        Invitations.Withdraw("n-late");
        Assert.That((await HubUnderTest.RefusalOf(() => Task.FromResult(Invitations.Check("bj/~n-late", secret, [1])))).Refusal, Is.EqualTo(Refusal.InvitationInvalid));
    }

    [Test]
    public async Task One_that_was_used_is_not_withdrawn()
    {
        Assert.That((await HubUnderTest.RefusalOf(() => Withdrawing("bj/~n-district"))).Refusal, Is.EqualTo(Refusal.WrongState));
        Assert.That((await HubUnderTest.RefusalOf(() => Withdrawing("n-nobody"))).Refusal, Is.EqualTo(Refusal.NotFound));
    }

    private Task Withdrawing(string node)
    {
        Invitations.Withdraw(node);
        return Task.CompletedTask;
    }

    private string StateOf(string node) => Invitations.All().Single(each => each.Invitation.Node == node).State;
}
