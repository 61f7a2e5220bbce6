using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Pages;
using Google.Protobuf;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Offices;

/// <summary>No office ends because a file forgot it: at the hub's socket and on the console's page.</summary>
internal sealed class EndingOfficesTests
{
    private const string WithoutTwo = """
        office,gov,北京市人民政府,市政府,,京政发,北京,,,,
        office,bgs,北京市人民政府办公厅,市政府办公厅,,京政办发,北京,gov,,gov,010-1
        office,dc,东城区人民政府,东城区,,东政发,北京,gov,districts,,010-2
        office,xc,西城区人民政府,西城区,,西政发,北京,gov,districts,,010-99
        office,ft,丰台区人民政府,丰台区,,丰政发,北京,gov,districts,,
        """;

    [Test]
    public async Task An_import_ends_offices_only_where_the_operator_says_so()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var service = hub.Make<AdministrationService>();
        var request = new Wire.ImportOfficesRequest { Csv = ByteString.CopyFromUtf8(WithoutTwo) };
        var size = hub.Ledger.Size;

        var refused = await HubUnderTest.RefusalOf(() => service.ImportOffices(request, new FakeCallContext()));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Refusal, refused.Details["ended"]), Is.EqualTo((Refusal.Disagreement, "2")));
            Assert.That(refused.English, Does.Contain("does not name 2 offices").And.Contain("海淀区人民政府 (hd), 延庆区人民政府 (yq)").And.Contain("--end-missing"));
            Assert.That(refused.Message, Does.Contain("2 个单位").And.Contain("海淀区人民政府（hd）、延庆区人民政府（yq）").And.Contain("--end-missing"));
            Assert.That((hub.Ledger.Size, IsInForce(hub)), Is.EqualTo((size, true)), "nothing was published");
        }

        request.EndMissing = true;
        var change = await service.ImportOffices(request, new FakeCallContext());
        Assert.That((change.Added, change.Changed, change.Ended, change.Offices, IsInForce(hub)), Is.EqualTo((1u, 1u, 2u, 7u, false)));

        request.Csv = ByteString.CopyFromUtf8("# office,gov,北京市人民政府\n");
        Assert.That((await HubUnderTest.RefusalOf(() => service.ImportOffices(request, new FakeCallContext()))).English, Does.Contain("the file names no office"), "whatever was agreed to");
    }

    [Test]
    public async Task A_file_that_says_what_is_in_force_makes_no_new_version_and_one_that_renames_a_group_does()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var service = hub.Make<AdministrationService>();
        var request = new Wire.ImportOfficesRequest { Csv = ByteString.CopyFromUtf8(WithoutTwo), EndMissing = true };
        var first = await service.ImportOffices(request, new FakeCallContext());
        var size = hub.Ledger.Size;

        hub.Clock.Advance(TimeSpan.FromDays(3));
        var again = await service.ImportOffices(request, new FakeCallContext());
        var untouched = hub.Ledger.Size;
        request.Csv = ByteString.CopyFromUtf8("group,districts,各城区\n" + WithoutTwo);
        var renamed = await service.ImportOffices(request, new FakeCallContext());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Unchanged, Is.False);
            Assert.That((again.Unchanged, again.DirectoryVersion, again.LedgerIndex, again.Offices), Is.EqualTo((true, first.DirectoryVersion, first.LedgerIndex, first.Offices)));
            Assert.That(untouched, Is.EqualTo(size));
            Assert.That((renamed.Unchanged, renamed.DirectoryVersion), Is.EqualTo((false, first.DirectoryVersion + 1)));
        }
    }

    [Test]
    public async Task An_import_that_waits_for_another_is_compared_with_what_the_other_made()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var service = hub.Make<AdministrationService>();
        var request = new Wire.ImportOfficesRequest { Csv = ByteString.CopyFromUtf8(WithoutTwo), EndMissing = true };
        using var isUnderWay = new SemaphoreSlim(0);
        using var mayGoOn = new ManualResetEventSlim();
        var first = Task.Run(() => hub.Get<DirectoryPublishing>().ImportAsync(
            request.Csv.ToByteArray(),
            hub.Clock.GetUtcNow(),
            _ =>
            {
                isUnderWay.Release();
                mayGoOn.Wait();
                return true;
            },
            CancellationToken.None));
        await isUnderWay.WaitAsync();

        var second = service.ImportOffices(request, new FakeCallContext());
        mayGoOn.Set();

        var (_, version, isUnchanged, _) = await first;
        Assert.That((isUnchanged, (await second).Unchanged, (await second).DirectoryVersion), Is.EqualTo((false, true, (ulong)version)));
    }

    [Test]
    public async Task The_page_names_what_would_end_and_wants_that_list_confirmed()
    {
        await using var console = await TestConsole.StartAsync();
        var system = await console.SignInAsync("ending", Roles.System);

        var asked = await ImportAsync(system, WithoutTwo);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.Text, Does.Contain("文件未列出目录中的 2 个单位").And.Contain("海淀区人民政府（hd）").And.Contain("延庆区人民政府（yq）"));
            Assert.That(IsInForce(console.Hub), Is.True);
        }

        var consent = System.Text.RegularExpressions.Regex.Match(asked.Html, "name=\"Consent\" value=\"([0-9a-f]{64})\"").Groups[1].Value;
        var another = await ImportAsync(system, WithoutTwo.Replace("office,ft", "# office,ft", StringComparison.Ordinal).Replace("office,xc", "# office,xc", StringComparison.Ordinal), consent);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(another.Text, Does.Contain("文件未列出目录中的 3 个单位").And.Contain("西城区人民政府（xc）"), "the consent was to another list");
            Assert.That(IsInForce(console.Hub), Is.True);
        }

        var done = await ImportAsync(system, WithoutTwo, consent);
        Assert.That((done.Location, IsInForce(console.Hub)), Is.EqualTo(("/offices", false)), done.Text);
        Assert.That((await system.GetAsync("/offices")).Text, Does.Contain("新增 1 个单位，变更 1 个，撤销 2 个"));
    }

    private static bool IsInForce(HubUnderTest hub) => hub.Get<DirectoryKeeper>().Current.Find(Haidian)!.Period.Until is null;

    private static async Task<Shown> ImportAsync(PagesClient browser, string csv, string? consent = null)
    {
        var (name, value) = await browser.TokenAsync();
        using var form = new MultipartFormDataContent { { new StringContent("import"), "_handler" }, { new StringContent(value), name }, { new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(csv)), "Csv", "offices.csv" } };
        if (consent is not null)
        {
            form.Add(new StringContent(consent), "Consent");
        }

        return await browser.SendAsync(HttpMethod.Post, "/offices/import", form);
    }
}
