using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Hub.Operations;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Submission;

public sealed class BadPackagesTests
{
    private HubUnderTest hub = null!;

    [SetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [TearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Refuses_an_upload_nobody_announced()
    {
        var package = await TestPackage.MakeAsync();
        Assert.That((await HubUnderTest.RefusalOf(() => hub.UploadAsync(package))).Refusal, Is.EqualTo(Refusal.UnknownDocument));
    }

    [Test]
    public async Task Refuses_an_upload_by_another_node_of_another_size_or_of_impossible_size()
    {
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await HubUnderTest.RefusalOf(() => hub.UploadAsync(package, OtherNode))).Refusal, Is.EqualTo(Refusal.NotHosted));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.UploadAsync(package.Id, package.Bytes, size: 5))).Refusal, Is.EqualTo(Refusal.Disagreement));
            Assert.That((await HubUnderTest.RefusalOf(() => hub.UploadAsync(package.Id, package.Bytes, size: ulong.MaxValue))).Refusal, Is.EqualTo(Refusal.FormatFailure));
        }
    }

    [Test]
    public async Task Refuses_a_package_larger_than_the_site_takes()
    {
        var package = await TestPackage.MakeAsync();
        const long TooLarge = 101L << 20;
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch with { PackageSize = TooLarge }, package.Document);
        Assert.That((await HubUnderTest.RefusalOf(() => hub.UploadAsync(package.Id, package.Bytes, size: (ulong)TooLarge))).Refusal, Is.EqualTo(Refusal.TooLarge));
    }

    [Test]
    public async Task Refuses_bytes_that_are_not_the_package_announced()
    {
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        var altered = package.Bytes.ToArray();
        altered[100] ^= 1;
        Assert.That((await HubUnderTest.RefusalOf(() => hub.UploadAsync(package.Id, altered))).Refusal, Is.EqualTo(Refusal.NotAuthentic));
        await hub.UploadAsync(package);
        await hub.WaitForAsync(logged => logged.Statement.Type == StatementType.Accepted);
    }

    [Test]
    public async Task Goes_on_with_an_upload_after_a_restart()
    {
        var package = await TestPackage.MakeAsync(attachment: () => new MemoryStream(new byte[700_000]));
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        var reply = await hub.UploadAsync(package.Id, package.Bytes[..300_000], size: (ulong)package.Bytes.Length);
        await hub.RestartAsync();
        var held = hub.Get<PackageUploads>().Query(package.Id.Value, SenderNode);
        var refused = await HubUnderTest.RefusalOf(() => hub.UploadAsync(package));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((reply.Held, held.Held, held.Complete), Is.EqualTo((300_000UL, 300_000UL, false)));
            Assert.That((refused.Refusal, refused.Details["held"]), Is.EqualTo((Refusal.WrongState, "300000")));
        }
    }

    [Test]
    public async Task Rejects_a_number_that_is_taken_and_gives_it_to_a_corrected_copy()
    {
        var first = await TestPackage.MakeAsync(text: "first");
        var rival = await TestPackage.MakeAsync(text: "rival");
        var correction = await TestPackage.MakeAsync(TestPackage.Metadata() with { Relations = [new DocumentRelation(RelationKind.Replaces, first.Document, null)] }, "corrected");
        await hub.DispatchAsync(first);
        var refused = await hub.DispatchAsync(rival);
        var corrected = await hub.DispatchAsync(correction);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((RejectedBody)refused.Statement.Body).Reasons.Select(reason => reason.Code), Is.EqualTo(new[] { "NUMBER_TAKEN" }));
            Assert.That(corrected.Statement.Type, Is.EqualTo(StatementType.Accepted));
            Assert.That(Holder(), Is.EqualTo(correction.Document));
        }

        // Acts on the first do not take the number back; voiding the correction does; voiding both frees it.
        await hub.DeliverAsync(first, Dongcheng);
        Assert.That(Holder(), Is.EqualTo(correction.Document));
        await hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("有误"), correction.Document);
        Assert.That(Holder(), Is.EqualTo(first.Document));
        await hub.RestartAsync(withoutCatalogue: true);
        Assert.That(Holder(), Is.EqualTo(first.Document));
        await hub.ActAsync(StatementType.Voided, GeneralOffice, new PlainBody("有误"), first.Document);
        Assert.That(Holder(), Is.Null);
        var third = await TestPackage.MakeAsync(text: "third");
        Assert.That((await hub.DispatchAsync(third)).Statement.Type, Is.EqualTo(StatementType.Accepted));
    }

    [Test]
    public async Task Rejects_a_list_with_an_office_that_came_after_the_directory_it_names()
    {
        var newcomer = PartyId.Office("bj", "new");
        var before = hub.Get<DirectoryKeeper>().Current.Version;
        await hub.Get<DirectoryPublishing>().PublishAsync(
            current => current.Next(hub.Clock.GetUtcNow(), [.. current.Offices, new Office(newcomer, "新设局", "新设局") { HostedBy = Site(Dongcheng), Period = new Period(Start) }]), CancellationToken.None);
        var recipients = new RecipientList([Dongcheng, newcomer], []);
        var early = await TestPackage.MakeAsync(text: "early");
        var never = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), "never");
        var late = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕3号"), "late");

        await hub.RestartAsync(withoutCatalogue: true);
        var rejected = await hub.DispatchAsync(early with { Dispatch = early.Dispatch with { DirectoryVersion = before, Recipients = recipients } });
        var unknown = await hub.DispatchAsync(never with { Dispatch = never.Dispatch with { DirectoryVersion = before + 2 } });
        var accepted = await hub.DispatchAsync(late with { Dispatch = late.Dispatch with { DirectoryVersion = before + 1, Recipients = recipients } });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Reasons(rejected), Is.EqualTo(new[] { ("DISAGREEMENT", $"The Dispatched rests on directory version {before}, which has no recipient bj/new.") }));
            Assert.That(Reasons(unknown), Is.EqualTo(new[] { ("DISAGREEMENT", $"The Dispatched rests on directory version {before + 2}, which there is not; the newest is {before + 1}.") }));
            Assert.That(accepted.Statement.Type, Is.EqualTo(StatementType.Accepted));
        }

        PartyId Site(PartyId office) => hub.Site.Offices[office].Node;
        static IEnumerable<(string, string)> Reasons(LoggedStatement said) => ((RejectedBody)said.Statement.Body).Reasons.Select(reason => (reason.Code, reason.English));
    }

    [Test]
    public async Task Rejects_what_is_over_the_sites_own_limits_and_keeps_reading_what_was_accepted_before()
    {
        var before = await TestPackage.MakeAsync(text: "before", attachment: () => new MemoryStream([1]));
        var accepted = await hub.DispatchAsync(before);
        await hub.RestartAfterAsync(() =>
        {
            var settings = HubSettings.Read(hub.Folder.Settings);
            (settings.MaxPackageEntries, settings.MaxMetadataKiB) = (6, 2);
            settings.Write(hub.Folder.Settings);
        });
        var crowded = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), "crowded", attachment: () => new MemoryStream([1]));
        var wordy = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕3号") with { Notes = new string('注', 1000) }, "wordy");
        var modest = await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕4号"), "modest");

        var rejected = new[] { await hub.DispatchAsync(crowded), await hub.DispatchAsync(wordy) };
        var taken = await hub.DispatchAsync(modest);
        await hub.IndexAsync();
        var examined = await hub.Get<DocumentExamination>().ExamineAsync(hub.Catalogue.Find(before.Document)!, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((accepted.Statement.Type, taken.Statement.Type), Is.EqualTo((StatementType.Accepted, StatementType.Accepted)));
            Assert.That(ReasonOf(rejected[0]), Does.Contain("7 entries, over the limit of 6"));
            Assert.That(ReasonOf(rejected[1]), Does.Contain("metadata.xml").And.Contain("2048"));
            Assert.That(examined.Package!.Verdict.Indication, Is.EqualTo(DocExchange.Trust.Validation.Indication.TotalPassed), "accepted under the limits of its day");
        }

        static string ReasonOf(LoggedStatement said) => ((RejectedBody)said.Statement.Body).Reasons[0].English;
    }

    [Test]
    public async Task Rejects_a_body_of_a_type_the_site_does_not_take_and_takes_it_when_it_does()
    {
        var first = await TestPackage.MakeAsync(body: ("通知.TXT", "正文"u8.ToArray()));
        var refused = await hub.DispatchAsync(first);
        await hub.RestartAfterAsync(() =>
        {
            var settings = HubSettings.Read(hub.Folder.Settings);
            settings.BodyTypes = ["ofd", "txt"];
            settings.Write(hub.Folder.Settings);
        });
        var taken = await hub.DispatchAsync(await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕2号"), body: ("通知.TXT", "正文"u8.ToArray())));
        var other = await hub.DispatchAsync(await TestPackage.MakeAsync(TestPackage.Metadata("京政发〔2026〕3号")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(((RejectedBody)refused.Statement.Body).Reasons, Is.EqualTo(new[]
            {
                new RejectionReason(
                    "BODY_TYPE", "正文“通知.TXT”类型为 txt，本站只接受 OFD、PDF。请转换为其中一种后再发。", "The body '通知.TXT' is of the type txt; this site takes ofd, pdf only. Convert it to one of these."),
            }));
            Assert.That(taken.Statement.Type, Is.EqualTo(StatementType.Accepted));
            Assert.That(((RejectedBody)other.Statement.Body).Reasons.Single().English, Does.Contain("is of the type pdf; this site takes ofd, txt only"));
        }
    }

    [Test]
    public async Task Takes_two_orders_with_the_number_of_their_own_year()
    {
        var order = TestPackage.Metadata() with { Type = DocumentType.Order, Number = null, PrintedNumber = "第1号" };
        var first = await hub.DispatchAsync(await TestPackage.MakeAsync(order, "last year's"));
        var second = await hub.DispatchAsync(await TestPackage.MakeAsync(order, "this year's"));

        Assert.That((first.Statement.Type, second.Statement.Type), Is.EqualTo((StatementType.Accepted, StatementType.Accepted)));
    }

    [Test]
    public async Task Rejects_a_list_of_reasons_when_the_dispatched_and_the_metadata_disagree()
    {
        var package = await TestPackage.MakeAsync(TestPackage.Metadata() with { SignBy = Start.AddDays(3) });
        var answer = await hub.DispatchAsync(package with { Dispatch = package.Dispatch with { Title = "另一标题", SignBy = null, DirectoryVersion = 99 } });
        Assert.That(((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.English), Is.EqualTo(new[]
        {
            "The Dispatched rests on directory version 99, which there is not; the newest is 5.",
            "The title disagrees: '另一标题' in the Dispatched, '北京市人民政府关于做好防汛工作的通知' in the metadata.",
            "The deadline for signing disagrees: '' in the Dispatched, '2026-03-05T01:00:00.000Z' in the metadata.",
        }));
    }

    [Test]
    public async Task Judges_again_when_the_directory_changed_while_it_judged()
    {
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        await hub.Get<Revocation>().StopSealAsync(Government, hub.Site.Offices[Government].Seal.EsId, "遗失", CancellationToken.None);
        await hub.UploadAsync(package);
        var answer = await hub.WaitForAsync(logged => logged.Statement.Document == package.Document && logged.Statement.Type == StatementType.Rejected);
        Assert.That(((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.Code), Is.EqualTo(new[] { "SEAL_STOPPED" }));
    }

    [Test]
    public void States_hostile_reasons_within_bounds()
    {
        var hostile = new string('\u0001', 300) + "\ud800" + new string('&', 2_000);
        var fitted = RejectionText.Fit([.. Enumerable.Repeat(new RejectionReason("X", hostile, hostile), 500)]);
        var statement = new Statement
        {
            Exchange = Exchange,
            Type = StatementType.Rejected,
            Issuer = SenderNode,
            ClaimedAt = Start,
            Chain = new("c", 1, null),
            Body = new RejectedBody(GeneralOffice, fitted),
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fitted, Is.Not.Empty);
            Assert.That(StatementXml.Write(statement, out _), Has.Length.LessThan(StatementXml.MaxSize));
        }
    }

    private DocumentId? Holder() => hub.Catalogue.HolderOfNumber(Government.ToString(), "京政发〔2026〕1号");
}
