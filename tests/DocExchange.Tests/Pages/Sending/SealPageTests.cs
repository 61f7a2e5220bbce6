using DocExchange.Core.Statements;
using DocExchange.Node.Drafts;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>会签用印 as a seal keeper does it in a browser.</summary>
internal sealed class SealPageTests
{
    private TestDesk desk = null!;
    private PagesClient keeper = null!;
    private string page = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        var id = await SendingDesk.DraftAsync(desk, "fgw");
        await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default);
        keeper = await desk.SignInAsync("keeper", Roles.SealKeeper);
        page = $"/o/fgw/sealing/{id}";
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task A_refused_approval_stays_unfolded_and_unfolds_nothing_else()
    {
        var refused = await keeper.SubmitAsync(page, "approve", ("document", NodeSite.Document(7).ToString()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Unfolded(refused), Is.EqualTo(new[] { "button main" }), refused.Text);
            Assert.That(refused.Html, Does.Contain("role=\"alert\""));
            Assert.That(Unfolded(await keeper.GetAsync(page)), Is.Empty);
        }
    }

    [Test]
    public async Task A_refused_refusal_stays_unfolded_with_the_reason_that_was_typed()
    {
        var reason = new string('由', 10_000);
        var refused = await keeper.SubmitAsync(page, "refuse", ("reason", reason));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Unfolded(refused), Is.EqualTo(new[] { "button danger" }), refused.Text);
            Assert.That(refused.Html, Does.Contain(reason + "</textarea>"));
        }
    }

    [Test]
    public async Task A_deadline_that_has_passed_is_told_before_the_seal_is_set_and_keeps_nobody()
    {
        var late = await SendingDesk.LateDraftAsync(desk, "fgw");
        var before = (await keeper.GetAsync($"/o/fgw/sealing/{late.Id}")).Text;
        desk.Clock.Advance(TimeSpan.FromDays(2));
        keeper = await desk.SignInAsync("next-day", Roles.SealKeeper);
        var queue = await keeper.GetAsync("/o/fgw/sealing");
        var asked = await keeper.GetAsync($"/o/fgw/sealing/{late.Id}");
        var approved = await keeper.SubmitAsync($"/o/fgw/sealing/{late.Id}", "approve");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Does.Contain("签收期限 2026-03-03 17:00").And.Not.Contain("已过"));
            Assert.That(queue.Text, Does.Contain("签收期限已过").And.Not.Contain("反馈期限已过"));
            Assert.That(asked.Text, Does.Contain("签收期限 2026-03-03 17:00 已过；仍可签署用印").And.Not.Contain("反馈期限 2026-03-31 17:00 已过"));
            Assert.That(asked.Html.IndexOf("17:00 已过", StringComparison.Ordinal), Is.LessThan(asked.Html.IndexOf("value=\"approve\"", StringComparison.Ordinal)), "before the button");
            Assert.That(approved.Location, Is.EqualTo("/o/fgw/sealing"), approved.Text);
        }
    }

    [Test]
    public async Task The_dispatcher_is_told_of_a_deadline_that_has_passed_before_sending()
    {
        var late = await SendingDesk.LateDraftAsync(desk);
        var dispatcher = await desk.SignInAsync("writer", Roles.Dispatcher, "bgs");
        var before = await dispatcher.GetAsync($"/o/bgs/drafts/{late.Id}/frozen");
        desk.Clock.Advance(TimeSpan.FromDays(2));
        dispatcher = await desk.SignInAsync("next-day", Roles.Dispatcher, "bgs");
        var shown = await dispatcher.GetAsync($"/o/bgs/drafts/{late.Id}/frozen");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.Text, Does.Not.Contain("已过"));
            Assert.That(shown.Text, Does.Contain("签收期限 2026-03-03 17:00 已过；公文已定稿，照原件发出"));
        }
    }

    private static string[] Unfolded(Shown shown) =>
        [.. System.Text.RegularExpressions.Regex.Matches(shown.Html, "<details class=\"act\" open[^>]*>\\s*<summary class=\"([a-z ]+)\"").Select(match => match.Groups[1].Value)];
}
