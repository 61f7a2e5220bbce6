using System.Text;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Pages;
using DocExchange.Tests.Pages.Inbox;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DocExchange.Tests.Node.Inbox;

/// <summary>What a node finds of a package it received, by its own policy, and keeps.</summary>
internal sealed class PackageVerificationTests
{
    private NodeSite site = null!;
    private SigningOffice office = null!;

    [SetUp]
    public void Open() => (site, office) = (new NodeSite(), new SigningOffice());

    [TearDown]
    public void Close()
    {
        site.Dispose();
        office.Dispose();
    }

    [Test]
    public async Task Keeps_what_it_found_of_the_signatures_inside_the_body()
    {
        await using var node = Build();
        var package = await PackageAsync(isAltered: false);
        await AcceptAsync(node, package);

        await node.Services.GetRequiredService<Delivery>().ReconcileAsync([NodeSite.Document(1)], default);

        Assert.That(node.Services.GetRequiredService<NodeRecords>().Packages.FindAll().Single().Findings, Has.Some.StartsWith("BODY_SIGNATURES_INTACT: 正文自带 1 个签名"));
    }

    [Test]
    public async Task Remarks_upon_a_body_that_was_altered_and_leaves_it_to_the_hub_to_refuse_it()
    {
        await using var node = Build();
        await AcceptAsync(node, await PackageAsync(isAltered: true));

        await node.Services.GetRequiredService<Delivery>().ReconcileAsync([NodeSite.Document(1)], default);

        Assert.That(node.Services.GetRequiredService<NodeRecords>().Packages.FindAll().Single().Findings, Has.Some.StartsWith("BODY_SIGNATURE_BROKEN"));
    }

    [TestCase(null, false)]
    [TestCase("""{ "algorithms": { "SHA-256": "2020-01-01" } }""", true)]
    public async Task Goes_by_the_policy_of_the_site(string? policy, bool isRefused)
    {
        if (policy is not null)
        {
            await File.WriteAllTextAsync(site.Folder.Policy, policy);
        }

        await using var node = Build();
        var package = await TestPackage.MakeAsync();
        var promise = new Promise(package.Document, package.Dispatch, ExchangeSite.GeneralOffice, null, 1, NodeSite.Now);
        var judged = await node.Services.GetRequiredService<PackageVerification>().JudgeAsync(new MemoryStream(package.Bytes), promise, CancellationToken.None);

        Assert.That(judged.Verdict.Faults.Any(fault => fault.Code == "CMS_ALGORITHM_EXPIRED"), Is.EqualTo(isRefused), string.Join('\n', judged.Verdict.Faults));
        Assert.That((judged.Indication, judged.Reasons.Single().Code), Is.EqualTo((Indication.Indeterminate, "NO_DIRECTORY")), "the node has not heard of one yet");
    }

    [Test]
    public async Task Waits_for_a_list_where_nothing_else_is_against_the_package()
    {
        await using var desk = await TestDesk.StartAsync();
        var arrivals = Arrivals.At(desk);
        var announced = await arrivals.AnnounceAsync();
        await File.WriteAllTextAsync(desk.Site.Folder.Policy, """{ "revocation": { "required": true } }""");
        var policy = SitePolicy.Read(desk.Site.Folder.Policy);
        var promised = desk.Part<DocumentStates>().Read(announced.Document, state => new Promise(state.Id, state.Dispatch, state.Sender, state.Dispatcher, 1, state.DispatchedAt))!;
        var late = promised with { At = desk.Clock.GetUtcNow().AddDays(60) };
        var verification = new PackageVerification(desk.Part<TrustedAuthorities>(), desk.Part<DirectoryCopy>(), policy, desk.Clock);

        var fresh = await verification.JudgeAsync(new MemoryStream(announced.Bytes), promised, CancellationToken.None);
        var stale = await verification.JudgeAsync(new MemoryStream(announced.Bytes), late, CancellationToken.None);
        var other = await verification.JudgeAsync(new MemoryStream(announced.Bytes), late with { Dispatch = late.Dispatch with { Title = "另一标题" } }, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((fresh.Indication, fresh.MayPass), Is.EqualTo((Indication.TotalPassed, false)), string.Join('\n', fresh.Reasons));
            Assert.That((stale.Indication, stale.MayPass), Is.EqualTo((Indication.Indeterminate, true)), string.Join('\n', stale.Reasons));
            Assert.That(other.MayPass, Is.False, "a fault that no list mends");
        }
    }

    [TestCase(0, false)]
    [TestCase(40, true)]
    public async Task Takes_no_word_of_a_list_that_is_dated_ahead(int daysAhead, bool waits)
    {
        await using var desk = await TestDesk.StartAsync();
        var announced = await Arrivals.At(desk).AnnounceAsync();
        var promised = desk.Part<DocumentStates>().Read(announced.Document, state => new Promise(state.Id, state.Dispatch, state.Sender, state.Dispatcher, 1, state.DispatchedAt))!;
        desk.Clock.Advance(TimeSpan.FromDays(60));
        var late = promised with { At = desk.Clock.GetUtcNow().AddHours(-1) };
        desk.Part<TrustedAuthorities>().Refresh([desk.Site.Root], [desk.Site.ListAt(desk.Clock.GetUtcNow().AddDays(daysAhead))], desk.Site.Directory);
        await File.WriteAllTextAsync(desk.Site.Folder.Policy, """{ "revocation": { "required": true } }""");
        var verification = new PackageVerification(desk.Part<TrustedAuthorities>(), desk.Part<DirectoryCopy>(), SitePolicy.Read(desk.Site.Folder.Policy), desk.Clock);

        var judged = await verification.JudgeAsync(new MemoryStream(announced.Bytes), late, CancellationToken.None);

        Assert.That((judged.Indication, judged.MayPass), Is.EqualTo((waits ? Indication.Indeterminate : Indication.TotalPassed, waits)), string.Join('\n', judged.Reasons));
    }

    [Test]
    public async Task Goes_by_the_hubs_clock_where_the_nodes_own_is_behind()
    {
        await using var desk = await TestDesk.StartAsync();
        var announced = await Arrivals.At(desk).AnnounceAsync();
        var promised = desk.Part<DocumentStates>().Read(announced.Document, state => new Promise(state.Id, state.Dispatch, state.Sender, state.Dispatcher, 1, state.DispatchedAt))!;
        var later = desk.Clock.GetUtcNow().AddDays(60);
        desk.Part<TrustedAuthorities>().Refresh([desk.Site.Root], [desk.Site.ListAt(later)], desk.Site.Directory);
        await File.WriteAllTextAsync(desk.Site.Folder.Policy, """{ "revocation": { "required": true } }""");
        var verification = new PackageVerification(desk.Part<TrustedAuthorities>(), desk.Part<DirectoryCopy>(), SitePolicy.Read(desk.Site.Folder.Policy), desk.Clock);

        var judged = await verification.JudgeAsync(new MemoryStream(announced.Bytes), promised with { At = later }, CancellationToken.None);

        Assert.That(judged.Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', judged.Reasons));
    }

    [Test]
    public async Task Holds_the_list_against_the_version_it_names_where_that_is_here()
    {
        await using var desk = await TestDesk.StartAsync();
        var announced = await Arrivals.At(desk).AnnounceAsync();
        var copy = desk.Part<DirectoryCopy>();
        var newer = desk.Site.Directory.Next(NodeSite.Now, [.. desk.Site.Directory.Offices, new Office(PartyId.Parse("demo/new"), "新设局", "新设局") { HostedBy = NodeSite.NodeId }]);
        var newest = newer.Next(NodeSite.Now, newer.Offices);
        foreach (var version in new[] { newer, newest })
        {
            var xml = OfficeDirectoryXml.Write(version);
            copy.Keep(new DirectoryPublishedBody(version.Version, Digest.Of(xml)), version.Version, xml);
        }

        desk.Part<NodeRecords>().Write(() => desk.Part<NodeRecords>().Directories.Delete(2));
        var promised = desk.Part<DocumentStates>().Read(announced.Document, state => new Promise(state.Id, state.Dispatch, state.Sender, state.Dispatcher, 100, state.DispatchedAt))!;
        var dispatch = promised.Dispatch with { Recipients = new RecipientList([NodeSite.Recipient, PartyId.Parse("demo/new")], []) };

        var (early, missing, late) = (await JudgeAsync(1), await JudgeAsync(2), await JudgeAsync(3));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((early.Indication, early.Reasons.Single().English), Is.EqualTo((Indication.TotalFailed, "The Dispatched rests on directory version 1, which has no recipient demo/new.")));
            Assert.That(missing.Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', missing.Reasons));
            Assert.That(late.Indication, Is.EqualTo(Indication.TotalPassed), string.Join('\n', late.Reasons));
        }

        Task<PackageJudgement> JudgeAsync(long version) => desk.Part<PackageVerification>().JudgeAsync(
            new MemoryStream(announced.Bytes), promised with { Dispatch = dispatch with { DirectoryVersion = version } }, CancellationToken.None);
    }

    [Test]
    public async Task Delivers_what_waited_when_the_list_comes()
    {
        await using var desk = await TestDesk.StartAsync(adapt: services =>
        {
            var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            File.WriteAllText(path, """{ "revocation": { "required": true } }""");
            services.AddSingleton(SitePolicy.Read(path));
            File.Delete(path);
        });
        var arrivals = Arrivals.At(desk);
        desk.Clock.Advance(TimeSpan.FromDays(60));
        var document = await arrivals.ReceiveAsync();
        var waiting = desk.Part<NodeRecords>().Packages.FindById(document.ToString()).State;

        var list = desk.Site.ListAt(desk.Clock.GetUtcNow());
        desk.Part<TrustedAuthorities>().Refresh([desk.Site.Root], [list], desk.Site.Directory);
        await desk.Part<Delivery>().ReconsiderAsync(CancellationToken.None);

        Assert.That((waiting, desk.Part<NodeRecords>().Packages.FindById(document.ToString()).State), Is.EqualTo((PackageState.Unverified, PackageState.Verified)));
    }

    private WebApplication Build() => NodeApplication.Build(site.Folder, site.Node, new PagesSettings());

    private async Task<TestPackage> PackageAsync(bool isAltered)
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var pdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None));
        if (isAltered)
        {
            pdf[30] ^= 1;
        }

        return await TestPackage.MakeAsync(text: Encoding.ASCII.GetString(pdf)["%PDF-1.7 ".Length..]);
    }

    /// <summary>The ledger has a Dispatched and an Accepted of the package, and its bytes are here.</summary>
    private async Task AcceptAsync(WebApplication node, TestPackage package)
    {
        var (records, shelf) = (node.Services.GetRequiredService<NodeRecords>(), node.Services.GetRequiredService<PackageShelf>());
        var dispatch = NodeSite.Dispatch(1);
        var body = (DispatchBody)dispatch.Body with { Package = package.Id, PackageSize = package.Bytes.Length };
        records.Entries.Insert(await site.LoggedAsync(dispatch with { Body = body }, 2));
        records.Entries.Insert(await site.LoggedAsync(new DocExchange.Node.Outbox.StatementDraft(StatementType.Accepted, NodeSite.NodeId, null, dispatch.Document, new AcceptedBody(body.Package, body.PackageSize)), 3));
        var path = shelf.NewDraftPath();
        await File.WriteAllBytesAsync(path, package.Bytes);
        shelf.Publish(path, package.Id);
    }
}
