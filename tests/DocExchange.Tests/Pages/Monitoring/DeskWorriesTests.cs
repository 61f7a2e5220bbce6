using DocExchange.Core.Statements;

namespace DocExchange.Tests.Pages.Monitoring;

public sealed class DeskWorriesTests
{
    [Test]
    public async Task Are_shown_to_the_administrator_of_the_desk_and_not_to_the_clerk()
    {
        await using var desk = await TestDesk.StartAsync();
        using var administrator = await desk.SignInAsync("wang5", Roles.OfficeAdministrator);
        using var clerk = await desk.SignInAsync("li4");
        Assert.That((await administrator.GetAsync("/o/fgw/people")).Text, Does.Not.Contain("到期"));

        desk.Clock.SetUtcNow(desk.Part<DocExchange.Node.Monitoring.NodeWorries>().TlsUntil.AddDays(-29));
        using var later = desk.Browser();
        await later.SignInAsync("wang5", TestDesk.Password);
        using var clerkLater = desk.Browser();
        await clerkLater.SignInAsync("li4", TestDesk.Password);

        Assert.That((await later.GetAsync("/o/fgw/people")).Text, Does.Contain("将在 30 天内到期或已到期").And.Contain("2031-03-02"));
        Assert.That((await clerkLater.GetAsync("/o/fgw/inbox")).Text, Does.Contain("收文").And.Not.Contain("将在 30 天内到期"));
    }
}
