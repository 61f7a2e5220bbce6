using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Drafts;
using DocExchange.Node.Records;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Sending;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Tests.Node.Drafts;

/// <summary>会签用印: nobody but the keeper, nothing but what was shown, and two where the site says so.</summary>
internal sealed class SealingTests
{
    private static readonly Actor First = new("qian", "钱一", Roles.SealKeeper, "password");

    private TestDesk desk = null!;
    private string id = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync(services => services.Configure<DeskOptions>(options => options.TwoPersonSealing = true));
        id = await SendingDesk.DraftAsync(desk, "fgw");
        await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default);
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public void Waits_for_the_issuer_and_for_nobody_else()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sealing.WaitingFor(NodeSite.Recipient).Select(row => row.Id), Is.EqualTo(new[] { id }));
            Assert.That(Sealing.WaitingFor(NodeSite.Sender), Is.Empty);
        }
    }

    [Test]
    public Task Refuses_an_approval_of_other_bytes_than_are_frozen_now() =>
        RefusedAsync(() => Sealing.ApproveAsync(NodeSite.Recipient, id, NodeSite.Document(1).ToString(), First, default), Refusal.WrongState);

    [Test]
    public Task Refuses_whoever_is_no_seal_keeper() =>
        RefusedAsync(() => Sealing.ApproveAsync(NodeSite.Recipient, id, Row.Document!, SendingDesk.Writer, default), Refusal.PermissionDenied);

    [Test]
    public async Task One_person_is_not_two()
    {
        MarkSealed();
        var isSealed = await Sealing.ApproveAsync(NodeSite.Recipient, id, Row.Document!, First, default);

        await RefusedAsync(() => Sealing.ApproveAsync(NodeSite.Recipient, id, Row.Document!, First, default), Refusal.WrongState);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isSealed, Is.False);
            Assert.That(Row.Steps[0].Approvals, Has.Count.EqualTo(1));
            Assert.That(DocExchange.Node.Drafts.Sealing.IsComplete(Row), Is.False);
        }
    }

    /// <summary>Whoever is first: what was taken back is no frozen document again because somebody was just signing it.</summary>
    [Test]
    public async Task A_draft_that_is_taken_back_while_it_is_signed_stays_a_draft()
    {
        for (var round = 0; round < 8; round++)
        {
            var document = Row.Document!;
            var signing = Task.Run(() => Sealing.ApproveAsync(NodeSite.Recipient, id, document, First, default));
            await Task.WhenAny(signing, Task.Run(() => Thread.SpinWait(round * 20_000)));
            desk.Part<Freezing>().Reopen(NodeSite.Sender, id, "");
            await signing.ContinueWith(_ => { }, TaskScheduler.Default);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(signing.Exception?.InnerException, Is.Null.Or.TypeOf<RefusedException>());
                Assert.That((Row.Stage, Row.Package, Row.Steps.Count), Is.EqualTo((DraftStage.Editing, (string?)null, 0)));
            }

            await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default);
        }
    }

    [Test]
    public async Task Sends_it_back_with_the_reason_and_keeps_the_number()
    {
        await Sealing.SendBackAsync(NodeSite.Recipient, id, Row.Document!, "附件不全", First, default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Row.Stage, Is.EqualTo(DraftStage.Editing));
            Assert.That(Row.SentBack, Does.EndWith("钱一：附件不全"));
            Assert.That(Row.Package, Is.Null);
            Assert.That(Directory.EnumerateFiles(Path.Combine(desk.Site.Folder.Drafts, id)).Select(Path.GetFileName), Is.EqualTo(new[] { "1" }));
        }
    }

    [Test]
    public Task Asks_for_a_reason_to_send_it_back() =>
        RefusedAsync(() => Sealing.SendBackAsync(NodeSite.Recipient, id, Row.Document!, "  ", First, default), Refusal.ReasonMissing);

    [Test]
    public void A_frozen_draft_does_not_change() => Assert.That(
        () => desk.Part<DraftBook>().Change(NodeSite.Sender, id, SendingDesk.Writer, null, (_, fields) => fields.Title = "改"),
        Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.WrongState));

    [Test]
    public Task Does_not_leave_before_every_issuer_has_signed() =>
        RefusedAsync(() => desk.Part<DraftDeparture>().SendAsync(NodeSite.Sender, id, Row.Document!, SendingDesk.Writer, default), Refusal.WrongState);

    [Test]
    public async Task A_deadline_that_passes_while_it_waits_is_told_and_does_not_keep_it()
    {
        var late = await SendingDesk.DraftAsync(desk);
        desk.Part<DraftBook>().Change(NodeSite.Sender, late, SendingDesk.Writer, null, (_, fields) => fields.SignBy = "2026-03-03");
        var frozen = await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, late, SendingDesk.Writer, default);
        desk.Clock.Advance(TimeSpan.FromDays(3));

        var reply = await desk.Part<DraftDeparture>().SendAsync(NodeSite.Sender, late, frozen.Document!, SendingDesk.Writer, default);

        Assert.That(reply.Warnings, Has.Some.StartsWith("SIGN_BY_PASSED: 签收期限 2026-03-03").And.Some.Contains("公文已定稿"));
        Assert.That(reply.WarningsEnglish, Has.Some.Contains("the document is final"));
    }

    private Sealing Sealing => desk.Part<Sealing>();

    private DraftRow Row => desk.Part<DraftBook>().Find(NodeSite.Sender, id);

    // The site of these tests has no seals; whether one is needed is all that counts here.
    private void MarkSealed()
    {
        var row = Row;
        row.Steps[0].NeedsSeal = true;
        desk.Part<NodeRecords>().Write(() => desk.Part<NodeRecords>().Drafts.Update(row));
    }

    private static async Task RefusedAsync(Func<Task> act, Refusal refusal) =>
        Assert.That((await Assert.ThrowsAsync<RefusedException>(act))?.Refusal, Is.EqualTo(refusal));
}
