using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Delivery;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Delivery;

/// <summary>撤回: who has not signed by then is given the package no more.</summary>
public sealed class WithdrawnPackageTests
{
    private HubUnderTest hub = null!;
    private TestPackage package = null!;

    [SetUp]
    public async Task SendAndWithdrawAsync()
    {
        hub = await HubUnderTest.StartAsync();
        package = await TestPackage.MakeAsync(recipients: new RecipientList([Dongcheng, Haidian], []));
        await hub.DispatchAsync(package);
        await hub.DeliverAsync(package, Dongcheng);
        await hub.ActAsync(StatementType.SignedFor, Dongcheng, document: package.Document);
        await hub.ActAsync(StatementType.Withdrawn, GeneralOffice, new PlainBody("附件有误"), package.Document);
    }

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Is_refused_to_the_recipient_it_was_withdrawn_from()
    {
        var refused = await HubUnderTest.RefusalOf(() => hub.FetchAsync(package.Id, OtherNode));
        Assert.That((refused.Refusal, refused.Message), Is.EqualTo((Refusal.WrongState, $"公文 {package.Document} 已被发文单位撤回，公文包不再提供。")));
        var snapshot = hub.Catalogue.Find(package.Document)!;
        var archived = await HubUnderTest.RefusalOf(() => hub.Get<PackageDelivery>().SendAsync(snapshot, OtherNode, 0, new StreamedReplies<Wire.ArchiveChunk>(), CancellationToken.None));
        Assert.That(archived.Refusal, Is.EqualTo(Refusal.WrongState));
    }

    [Test]
    public async Task Is_refused_as_well_when_the_catalogue_was_made_anew()
    {
        await hub.RestartAsync(withoutCatalogue: true);
        Assert.That((await HubUnderTest.RefusalOf(() => hub.FetchAsync(package.Id, OtherNode))).Refusal, Is.EqualTo(Refusal.WrongState));
    }

    [Test]
    public async Task Goes_on_to_be_given_to_who_had_signed_to_the_sender_and_to_the_hubs_own_people()
    {
        var chunks = new StreamedReplies<Wire.ArchiveChunk>();
        await hub.Get<PackageDelivery>().SendAsync(hub.Get<ArchiveQueries>().Find(package.Document.ToString(), null).Document, null, 0, chunks, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await hub.FetchAsync(package.Id, DistrictNode), Is.EqualTo(package.Bytes));
            Assert.That(await hub.FetchAsync(package.Id, SenderNode), Is.EqualTo(package.Bytes));
            Assert.That(chunks.Messages.Sum(message => message.Chunk.Length), Is.EqualTo(package.Bytes.Length));
        }
    }
}
