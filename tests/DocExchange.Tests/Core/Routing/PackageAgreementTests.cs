using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Core.Routing;

public sealed class PackageAgreementTests
{
    private HubUnderTest hub = null!;

    private OfficeDirectory Directory => hub.Get<DirectoryKeeper>().Current;

    [OneTimeSetUp]
    public async Task StartAsync() => hub = await HubUnderTest.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await hub.DisposeAsync();

    [Test]
    public async Task Finds_nothing_against_a_package_that_is_as_promised() =>
        Assert.That(await CheckAsync(await TestPackage.MakeAsync()), Is.Empty);

    [TestCase("京政发〔2026〕1号", "bj", true)]
    [TestCase("津政发〔2026〕1号", "bj", false)]
    [TestCase("津政发〔2026〕1号", "tj", true)]
    [TestCase("津政发〔2026〕1号", "none", true)]
    [TestCase("津政发〔2026〕1号", "bj tj", true)]
    [TestCase(null, "bj", true)]
    public void Knows_whose_agency_code_a_number_begins_with(string? number, string issuers, bool isTheirs)
    {
        var offices = new[] { ("bj", "京政发"), ("tj", "津政发"), ("none", "") }
            .Select(office => new Office(PartyId.Parse($"x/{office.Item1}"), office.Item1, office.Item1) { AgencyCodes = office.Item2.Length > 0 ? [office.Item2] : [] });
        var directory = new OfficeDirectory("x", 1, Start, [.. offices], [], [], [], []);

        var against = PackageAgreement.CheckNumber(number is null ? null : DocumentNumber.Parse(number), issuers.Split(' ').Select(each => PartyId.Parse($"x/{each}")), directory);

        Assert.That(against.Any(), Is.Not.EqualTo(isTheirs));
    }

    [Test]
    public async Task Names_each_field_that_disagrees()
    {
        var package = await TestPackage.MakeAsync();
        (string, DispatchBody)[] cases =
        [
            ("The title disagrees", package.Dispatch with { Title = "x" }),
            ("The number disagrees", package.Dispatch with { Number = null }),
            ("The document type disagrees", package.Dispatch with { DocumentType = "01" }),
            ("The urgency disagrees", package.Dispatch with { Urgency = "特急" }),
            ("The deadline for signing disagrees", package.Dispatch with { SignBy = Start }),
            ("The deadline for the reply disagrees", package.Dispatch with { ReplyBy = Start }),
            ("The document it replaces disagrees", package.Dispatch with { Replaces = package.Document }),
            ("The package is not the file", package.Dispatch with { Package = new(Digest.Of("x"u8)) }),
            ("names no main recipient", package.Dispatch with { Recipients = new RecipientList([], [Dongcheng]) }),
            ("rests on directory version 0", package.Dispatch with { DirectoryVersion = 0 }),
            ("has no node yet", package.Dispatch with { Recipients = new RecipientList([Unhosted], []) }),
            ("has no recipient bj/none", package.Dispatch with { Recipients = new RecipientList([PartyId.Office("bj", "none")], []) }),
        ];
        foreach (var (expected, dispatch) in cases)
        {
            Assert.That((await CheckAsync(package with { Dispatch = dispatch })).Single().English, Does.Contain(expected));
        }
    }

    [Test]
    public async Task Wants_the_signature_and_the_seal_of_every_issuer()
    {
        var both = TestPackage.Metadata() with
        {
            Issuers = [new Issuer("bj/gov", "北京市人民政府", SealPlacement.Container), new Issuer("bj/bgs", "北京市人民政府办公厅", SealPlacement.Container)],
        };
        Assert.That((await CheckAsync(await TestPackage.MakeAsync(both))).Select(reason => reason.English), Is.EqualTo(new[]
        {
            "The issuer bj/bgs has not signed with a key bound to it.", "There is no seal of the issuer bj/bgs that verifies.",
        }));
    }

    [Test]
    public async Task Wants_entitlement_for_the_host_only_since_further_issuers_speak_by_their_signatures()
    {
        var site = await ExchangeSite.GetAsync();
        Issuer host = new(Government.ToString(), "北京市人民政府", SealPlacement.None);
        Issuer other = new(Dongcheng.ToString(), "东城区人民政府", SealPlacement.None);
        var hosted = await JointAsync([host, other], [Government, Dongcheng]);
        var usurped = await JointAsync([other, host], [Dongcheng, Government]);
        var unsigned = await JointAsync([host, other], [Government]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await CheckAsync(hosted), Is.Empty);
            Assert.That((await CheckAsync(usurped)).Select(reason => reason.Code), Is.EqualTo(new[] { "NOT_ENTITLED" }));
            Assert.That((await CheckAsync(unsigned)).Select(reason => reason.English), Is.EqualTo(new[] { "The issuer bj/dc has not signed with a key bound to it." }));
        }

        async Task<TestPackage> JointAsync(Issuer[] issuers, PartyId[] signers) => await TestPackage.MakeAsync(
            TestPackage.Metadata() with { Issuers = [.. issuers] }, isSealed: false, signers: [.. signers.Select(signer => site.Offices[signer].Key)]);
    }

    [Test]
    public async Task Wants_no_seal_where_the_metadata_promises_none()
    {
        var unsealed = TestPackage.Metadata() with { Issuers = [new Issuer("bj/gov", "北京市人民政府", SealPlacement.None)] };
        Assert.That(await CheckAsync(await TestPackage.MakeAsync(unsealed, isSealed: false)), Is.Empty);
    }

    [Test]
    public async Task Refuses_a_dispatcher_who_may_not_act_for_the_issuer()
    {
        var metadata = TestPackage.Metadata() with { DispatchedBy = Haidian.ToString() };
        Assert.That((await CheckAsync(await TestPackage.MakeAsync(metadata), Haidian)).Select(reason => reason.Code), Is.EqualTo(new[] { "NOT_ENTITLED" }));
    }

    [Test]
    public async Task Refuses_a_number_of_an_agency_that_is_not_the_issuers() =>
        Assert.That((await CheckAsync(await TestPackage.MakeAsync(TestPackage.Metadata("海政发〔2026〕1号")))).Single().English, Does.Contain("is none of the issuers'"));

    [TestCase("东城区人民政府", "bj/dc")]
    [TestCase("东城区", "bj/dc")]
    [TestCase("北京市 人民政府办公厅", "bj/bgs")]
    [TestCase("东城区人民\u200D政府", "bj/dc")]
    [TestCase("东城区人民\uFE00政府", "bj/dc")]
    [TestCase("东城区人民\u3164政府", "bj/dc")]
    [TestCase("东城区\u2F08民政府", "bj/dc")]
    [TestCase("东城\uD87E\uDC00人民政府", "bj/dc")]
    [TestCase("\u200C东城区", "bj/dc")]
    public async Task Refuses_a_document_that_prints_the_name_of_another_office(string printed, string other) =>
        Assert.That((await CheckAsync(await PrintedAsync(printed))).Single().English, Does.Contain($"that of {other}, not of the issuer bj/gov"));

    [TestCase("市政府")]
    [TestCase("北京市　人民政府")]
    [TestCase("首都人民政府")]
    [TestCase("首都\u2F08民政府")]
    [TestCase("东城区\u2F08民政府机关")]
    [TestCase("东城区人民\u2F08政府")]
    public async Task Takes_a_printed_name_that_is_no_other_offices(string printed) => Assert.That(await CheckAsync(await PrintedAsync(printed)), Is.Empty);

    // Which version a document rests on its maker chooses.
    [Test]
    public async Task Refuses_a_name_that_is_now_another_offices_though_the_document_rests_on_a_version_that_gave_it_to_the_issuer()
    {
        OfficeDirectory Calling(string issuer, string other) => Directory.Next(Start, [.. Directory.Offices.Select(office =>
            office.Id == Government ? office with { Name = issuer, ShortName = issuer } : office.Id == Haidian ? office with { Name = other } : office)]);

        var package = await TestPackage.MakeAsync();
        var against = await CheckAsync(package, directory: Calling("首都人民政府", "北京市人民政府"), named: Directory);
        var renamed = await CheckAsync(package, directory: Calling("首都人民政府", "海淀区人民政府"), named: Directory);

        Assert.That(against.Select(reason => reason.English), Has.Some.Contains("that of bj/hd, not of the issuer bj/gov"));
        Assert.That(renamed.Select(reason => reason.English), Has.None.Contains("not of the issuer"));
    }

    private static Task<TestPackage> PrintedAsync(string printed) =>
        TestPackage.MakeAsync(TestPackage.Metadata() with { Issuers = [new Issuer(Government.ToString(), printed, SealPlacement.Container)] });

    [Test]
    public async Task Refuses_a_classified_document()
    {
        var secret = TestPackage.Metadata() with { Security = new SecurityMark(Classification.Secret, "10年"), CopyNumber = "000001" };
        Assert.That((await CheckAsync(await TestPackage.MakeAsync(secret))).Select(reason => reason.Code), Is.EqualTo(new[] { "CLASSIFIED" }));
    }

    [Test]
    public async Task Refuses_what_is_no_package() =>
        Assert.That(await CheckAsync(await TestPackage.MakeAsync() with { Bytes = new byte[500] }), Is.Not.Empty);

    [Test]
    public async Task Refuses_a_seal_that_was_stopped_though_its_signature_is_good()
    {
        var stopped = Directory.Next(Start, [.. Directory.Offices.Select(office => office.Id == Government ? office with { Seals = [.. office.Seals.Select(seal => seal with { IsStopped = true })] } : office)]);

        var package = await TestPackage.MakeAsync();

        var against = await CheckAsync(package, directory: stopped);
        var alone = await new PackageValidator(hub.Get<DirectoryKeeper>().Trust, ValidationPolicy.Strict, PackageLimits.Default)
            .ValidateAsync(new MemoryStream(package.Bytes), hub.Clock.GetUtcNow(), CancellationToken.None);

        // The stop is the directory's word: of the seal's own validation there is no sub-indication of it.
        Assert.That((alone.Verdict.Indication, alone.Verdict.SubIndication), Is.EqualTo((Indication.TotalPassed, SubIndication.None)));
        Assert.That(against.Select(reason => reason.Code), Has.Member("SEAL_STOPPED").And.No.Member("SIGNATURE_MISSING"));
        Assert.That(against.Select(reason => reason.English), Has.Member("The seal of the issuer bj/gov has been stopped."));
    }

    [Test]
    public async Task Tells_a_seal_that_is_not_listed_from_one_whose_period_is_over()
    {
        OfficeDirectory With(Func<OfficeSeal, OfficeSeal> change) =>
            Directory.Next(Start, [.. Directory.Offices.Select(office => office.Id == Government ? office with { Seals = [.. office.Seals.Select(change)] } : office)]);

        var package = await TestPackage.MakeAsync();
        var notListed = await CheckAsync(package, directory: With(seal => seal with { Seal = DocExchange.Trust.Digests.Digest.Of("other"u8) }));
        var over = await CheckAsync(package, directory: With(seal => seal with { Period = new Period(Start.AddYears(-2), Start.AddYears(-1)) }));

        Assert.That(notListed.Select(reason => reason.Code), Has.Member("SEAL_NOT_LISTED"));
        Assert.That(over.Select(reason => reason.Code), Has.Member("SEAL_OUT_OF_PERIOD"));
    }

    [Test]
    public async Task Says_that_a_version_never_was_only_where_every_version_is_known()
    {
        var package = await TestPackage.MakeAsync();
        var later = Directory.Next(Start);
        var ahead = package with { Dispatch = package.Dispatch with { DirectoryVersion = later.Version + 1 } };

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await CheckAsync(package, directory: later, isNamedHere: false)).Single().English, Does.Contain("which there is not"));
            Assert.That(await CheckAsync(package, directory: later, isNamedHere: false, isWhole: false), Is.Empty);
            Assert.That((await CheckAsync(ahead, directory: later, isNamedHere: false, isWhole: false)).Single().English, Does.Contain("which there is not"), "later than the newest");
        }
    }

    private async Task<IReadOnlyList<RejectionReason>> CheckAsync(
        TestPackage package, PartyId? sender = null, OfficeDirectory? directory = null, OfficeDirectory? named = null, bool isNamedHere = true, bool isWhole = true)
    {
        var validator = new PackageValidator(hub.Get<DirectoryKeeper>().Trust, ValidationPolicy.Strict, PackageLimits.Default);
        var verdict = await validator.ValidateAsync(new MemoryStream(package.Bytes), hub.Clock.GetUtcNow(), CancellationToken.None);
        var statement = new Statement
        {
            Exchange = Exchange,
            Type = StatementType.Dispatched,
            Issuer = sender ?? GeneralOffice,
            Actor = new Actor("1", "张三", Roles.Dispatcher, "local"),
            ClaimedAt = Start,
            Document = package.Document,
            Chain = new ChainPosition("c", 1, null),
            Body = package.Dispatch,
        };
        return PackageAgreement.Check(verdict, statement, directory ?? Directory, isNamedHere ? named ?? Directory : null, hub.Clock.GetUtcNow(), isWhole);
    }
}
