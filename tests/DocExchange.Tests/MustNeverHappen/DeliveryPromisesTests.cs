using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Ledger;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.MustNeverHappen;

/// <summary>Who receives what, and who sees what.</summary>
public sealed class DeliveryPromisesTests
{
    [Test]
    public async Task A_package_delivered_to_an_office_that_is_not_its_recipient()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        await hub.UploadAsync(package);
        await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.Accepted);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await HubUnderTest.RefusalOf(() => hub.FetchAsync(package.Id, OtherNode))).Refusal, Is.EqualTo(Refusal.NotAParty));
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes));
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode, 1000), Is.EqualTo(package.Bytes[1000..]));
            Assert.That(await hub.FetchAsync(package.Id, SenderNode), Is.EqualTo(package.Bytes));
        }
    }

    [Test]
    public async Task A_package_delivered_before_it_was_accepted()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync(isSealed: false);
        Assert.That((await hub.DispatchAsync(package)).Statement.Type, Is.EqualTo(StatementType.Rejected));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await HubUnderTest.RefusalOf(() => hub.FetchAsync(package.Id, DistrictNode))).Refusal, Is.EqualTo(Refusal.NotAParty));
            Assert.That((await hub.MailboxAsync(DistrictNode)).Select(each => each.Statement.Document), Has.None.EqualTo(package.Document));
            Assert.That(hub.Get<ArchiveQueries>().Search(new Wire.SearchRequest(), DistrictNode).Documents, Is.Empty);
        }
    }

    [Test]
    public async Task A_package_withheld_because_a_stranger_promised_it_too()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, Haidian, package.Dispatch, new DocumentId(Digest.Of("another"u8)));
        await hub.DispatchAsync(package);
        await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.Rejected);
        await hub.ActAsync(StatementType.Dispatched, Haidian, package.Dispatch, new DocumentId(Digest.Of("a third"u8)));
        await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.Rejected && logged.Statement.Document == new DocumentId(Digest.Of("a third"u8)));
        Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes));
    }

    [Test]
    public async Task A_recipient_dropped_from_the_signed_list()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var everyone = new RecipientList([Dongcheng, Xicheng, Haidian], [Government]);
        var package = await TestPackage.MakeAsync(recipients: everyone);
        await hub.DispatchAsync(package);
        await hub.RestartAsync(withoutCatalogue: true);

        var state = hub.Get<DocumentReplay>().Load(package.Document)!;
        var boxes = new[] { DistrictNode, OtherNode, SenderNode };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(state.Recipients.Select(row => (row.Office, row.IsCopy, row.State)), Is.EquivalentTo(
                everyone.Main.Select(id => (id, false, DeliveryState.Sent)).Concat(everyone.Copies.Select(id => (id, true, DeliveryState.Sent)))));
            foreach (var box in boxes)
            {
                Assert.That((await hub.MailboxAsync(box)).Count(each => each.Statement.Type == StatementType.Accepted), Is.EqualTo(1), box.ToString());
                Assert.That(await hub.FetchAsync(package.Id, box), Is.EqualTo(package.Bytes), box.ToString());
            }
        }
    }

    [Test]
    public async Task A_document_to_a_list_with_an_unknown_recipient()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync(recipients: new RecipientList([Dongcheng, Unhosted], []));
        var answer = await hub.DispatchAsync(package);
        Assert.That(((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.Code), Is.EqualTo(new[] { "UNKNOWN_RECIPIENT" }));
    }

    [Test]
    public async Task A_receipt_nobody_signed()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);

        // By the node's own key, by another office's, by the sender in the recipient's name, and with a byte changed.
        var byMachine = await hub.SignAsync(StatementType.SignedFor, Dongcheng, document: package.Document, key: hub.Site.Nodes[DistrictNode].Machine);
        var byNeighbour = await hub.SignAsync(StatementType.SignedFor, Dongcheng, document: package.Document, key: hub.Site.Offices[Xicheng].Key);
        var bySender = await hub.SignAsync(StatementType.SignedFor, Dongcheng, document: package.Document, key: hub.Site.Offices[GeneralOffice].Key);
        var genuine = await hub.SignAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        var altered = genuine.Cms.ToArray();
        altered[^5] ^= 1;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await HubUnderTest.RefusalOf(() => hub.PostAsync(byMachine))).Refusal, Is.EqualTo(Refusal.NotAuthentic).Or.EqualTo(Refusal.NotBound));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.PostAsync(byNeighbour))).Refusal, Is.EqualTo(Refusal.NotBound));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.PostAsync(bySender))).Refusal, Is.EqualTo(Refusal.NotBound));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.PostAsync(genuine with { Cms = altered }))).Refusal, Is.EqualTo(Refusal.NotAuthentic));
            Assert.That(hub.Get<DocumentReplay>().Load(package.Document)!.Recipient(Dongcheng)!.State, Is.EqualTo(DeliveryState.Delivered));
        }

        await hub.PostAsync(genuine);
        Assert.That(hub.Get<DocumentReplay>().Load(package.Document)!.Recipient(Dongcheng)!.State, Is.EqualTo(DeliveryState.SignedFor));
    }

    [Test]
    public async Task An_office_seeing_what_it_is_not_party_to()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync(recipients: new RecipientList([Dongcheng], [Haidian]));
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        await hub.Catalogue.WaitForAsync(hub.Ledger.Size, CancellationToken.None);
        var queries = hub.Get<ArchiveQueries>();

        var other = await hub.MailboxAsync(OtherNode);
        using (Assert.EnterMultipleScope())
        {
            // 海淀区 is a recipient, and sees nothing of 东城区's receipts.
            Assert.That(other.Where(each => each.Statement.Document == package.Document).Select(each => each.Statement.Type), Is.EqualTo(new[] { StatementType.Accepted }));
            Assert.That(queries.Get(package.Document.ToString(), OtherNode).Recipients.Select(row => row.Office), Is.EqualTo(new[] { "bj/hd" }));
            Assert.That(queries.Story(package.Document.ToString(), OtherNode).Select(each => each.Type), Is.EqualTo(new[] { "Dispatched", "Accepted" }));
            Assert.That(queries.Search(new Wire.SearchRequest(), OtherNode).Documents.Single().SignedFor, Is.Zero);

            // The sender sees all.
            Assert.That(queries.Get(package.Document.ToString(), SenderNode).Recipients, Has.Count.EqualTo(2));
            Assert.That(queries.Story(package.Document.ToString(), SenderNode).Select(each => each.Type), Is.EqualTo(new[] { "Dispatched", "Accepted", "Delivered", "SignedFor" }));
            Assert.That(queries.Search(new Wire.SearchRequest(), SenderNode).Documents.Single().SignedFor, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task An_office_seeing_a_document_by_an_act_of_its_own_making()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);

        // 海淀区 has heard of the id; it "resends", "urges", "signs for" it, and promises it as its own.
        var itself = new RecipientsBody(new RecipientList([Haidian], []));
        await hub.ActAsync(StatementType.Resent, Haidian, itself, package.Document);
        await hub.ActAsync(StatementType.Urged, Haidian, itself, package.Document);
        await hub.ActAsync(StatementType.SignedFor, Haidian, document: package.Document);
        await hub.ActAsync(StatementType.Dispatched, Haidian, package.Dispatch with { Title = "别的" }, package.Document);
        // And the sender urges somebody who is no recipient, beside one who is.
        await hub.ActAsync(StatementType.Urged, GeneralOffice, new RecipientsBody(new RecipientList([Dongcheng, Haidian], [])), package.Document);

        var received = await hub.WatchAsync(OtherNode);
        var district = await hub.WatchAsync(DistrictNode);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(received.SelectMany(entry => entry.Related), Is.Empty);
            Assert.That((await hub.MailboxAsync(OtherNode)).Where(each => each.Statement.Document == package.Document).Select(each => each.Statement.Issuer), Is.All.EqualTo(Haidian));
            Assert.That((await HubUnderTest.RefusalOf(() => Task.FromResult(hub.Get<ArchiveQueries>().Get(package.Document.ToString(), OtherNode)))).Refusal, Is.EqualTo(Refusal.UnknownDocument));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.FetchAsync(package.Id, OtherNode))).Refusal, Is.EqualTo(Refusal.NotAParty));
            Assert.That(district.Sum(entry => entry.Related.Count), Is.EqualTo(1));
            Assert.That((await hub.MailboxAsync(DistrictNode)).Where(each => each.Statement.Document == package.Document).Select(each => each.Statement.Issuer), Has.None.EqualTo(Haidian));
        }
    }

    [Test]
    public async Task A_recipient_added_later_that_is_not_told_what_came_before()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var package = await TestPackage.MakeAsync();
        await hub.DispatchAsync(package);
        await hub.ActAsync(StatementType.Resent, GeneralOffice, new RecipientsBody(new RecipientList([Haidian], [])), package.Document);
        var resent = (await hub.WatchAsync(OtherNode)).Single(entry => entry.Related.Count > 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(resent.Related.Select(each => TypeOf(hub, each)), Is.EqualTo(new[] { StatementType.Dispatched, StatementType.Accepted }));
            Assert.That(await hub.FetchAsync(package.Id, OtherNode), Is.EqualTo(package.Bytes));
        }
    }

    private static StatementType TypeOf(HubUnderTest hub, Wire.RelatedEntry entry) => hub.Get<DocumentReplay>().Read((long)entry.Index).Statement.Type;
}
