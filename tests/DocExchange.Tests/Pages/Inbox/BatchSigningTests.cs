using DocExchange.Core.Documents;
using DocExchange.Core.Statements;
using DocExchange.Node.Records;

namespace DocExchange.Tests.Pages.Inbox;

/// <summary>签收 of several documents at once: asked about, and only where nothing is left to be judged.</summary>
public sealed class BatchSigningTests
{
    private TestDesk desk = null!;
    private Arrivals arrivals = null!;

    [SetUp]
    public async Task Start()
    {
        desk = await TestDesk.StartAsync();
        arrivals = Arrivals.At(desk);
    }

    [TearDown]
    public async Task Stop() => await desk.DisposeAsync();

    [Test]
    public async Task The_button_asks_and_says_what_will_happen()
    {
        await arrivals.ReceiveAsync();
        var page = await (await desk.SignInAsync("li4")).GetAsync("/o/fgw/inbox");
        Assert.That(page.Html, Does.Match("(?s)data-confirm=\"batch-sign\".*<dialog id=\"batch-sign\".*data-count.*不能撤销.*value=\"sign\".*</dialog>"));
    }

    [Test]
    public async Task A_document_whose_checks_leave_a_question_is_left_out_and_named_with_a_link()
    {
        var sound = await arrivals.ReceiveAsync("甲通知");
        var doubtful = await arrivals.ReceiveAsync("乙通知", attachment: "附件.xlsx", listed: 3);
        var browser = await desk.SignInAsync("li4");
        var answer = await browser.SubmitAsync("/o/fgw/inbox", "batch", ("Form.Act", "sign"), ("Form.Chosen", sound.ToString()), ("Form.Chosen", doubtful.ToString()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Html, Does.Contain($"<a href=\"/o/fgw/in/{doubtful}\">乙通知</a>"));
            Assert.That(answer.Text, Does.Contain("有 1 件未办理").And.Contain("附件说明列有 3 件"));
            Assert.That(SignedFor(sound), Is.True);
            Assert.That(SignedFor(doubtful), Is.False);
        }

        await browser.SubmitAsync($"/o/fgw/in/{doubtful}", "sign", ("SignForm.GoOn", "no"));
        Assert.That(SignedFor(doubtful), Is.True, "opened singly, the clerk decides");
    }

    private bool SignedFor(DocumentId document)
    {
        var (id, name) = (document.ToString(), nameof(StatementType.SignedFor));
        return desk.Part<NodeRecords>().Queue.Find(row => row.Document == id).Any(row => row.Type == name);
    }
}
