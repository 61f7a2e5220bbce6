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

    private static string[] Unfolded(Shown shown) =>
        [.. System.Text.RegularExpressions.Regex.Matches(shown.Html, "<details class=\"act\" open[^>]*>\\s*<summary class=\"([a-z ]+)\"").Select(match => match.Groups[1].Value)];
}
