using DocExchange.Core.Operating;
using DocExchange.Node;
using DocExchange.Node.Desk;
using DocExchange.Node.OaApi;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.Configuration;

namespace DocExchange.Tests.Node;

/// <summary>settings.json of a node: what it may hold, and what it says of what it may not.</summary>
internal sealed class NodeSettingsTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Open() => folder = new TemporaryFolder();

    [TearDown]
    public void Close() => folder.Dispose();

    [Test]
    public void Need_no_file() => Assert.That(NodeSettings.Read<OaOptions>(folder.Under("settings.json")).MostTokens, Is.EqualTo(new OaOptions().MostTokens));

    [Test]
    public void Are_read_from_the_file_whatever_the_case_of_their_names()
    {
        Write("""{ "desk": { "timezone": "+06:00" }, "OaApi": { "MostTokens": 3 }, "HubLink": { "FirstPause": "00:00:00.500" } }""");

        Assert.That((NodeSettings.Read<DeskOptions>(folder.Under("settings.json")).TimeZone, NodeSettings.Read<OaOptions>(folder.Under("settings.json")).MostTokens), Is.EqualTo(("+06:00", 3)));
    }

    [TestCase("""{ "HubLinks": { "Window": 1 } }""", "没有名为“HubLinks”的设置")]
    [TestCase("""{ "Desk": true }""", "没有名为“Desk”的设置")]
    [TestCase("""{ "HubLink": { "Windows": 1 } }""", "没有名为“HubLink:Windows”的设置")]
    [TestCase("""{ "HubLink": { "Window": 0 } }""", "HubLink:Window 应为 1 至 10000，现为“0”")]
    [TestCase("""{ "HubLink": { "FirstPause": "01:00:00" } }""", "HubLink:FirstPause 应为 00:00:00.010 至 00:01:00")]
    [TestCase("""{ "HubLink": { "Window": "many" } }""", "HubLink:Window 的值“many”不可读")]
    [TestCase("""{ "Desk": { "TimeZone": "Mars" } }""", "Desk:TimeZone")]
    [TestCase("""{ "Monitoring": { "Address": "here" } }""", "Monitoring:Address")]
    [TestCase("""{ "Desk": { "BodyTypes": "" } }""", "缺少 Desk:BodyTypes")]
    [TestCase("""{ "Desk": { "BodyTypes": [ "ofd", "pdf" ] } }""", "Desk:BodyTypes 应为一个值")]
    [TestCase("""{ "Desk": { "BodyTypes": ".pdf" } }""", "Desk:BodyTypes 的值“.pdf”不可用")]
    [TestCase("{\n \"HubLink\": {", "第 2 行不是有效的 JSON")]
    public void Are_refused_by_name_where_they_are_wrong(string text, string said)
    {
        Write(text);

        Assert.That(() => NodeSettings.Load(new ConfigurationManager(), folder.Under("settings.json")), Throws.TypeOf<SettingsException>().With.Message.Contains(said));
    }

    [Test]
    public void Are_all_named_at_once()
    {
        Write("""{ "HubLink": { "Window": 0, "ChunkSize": 1, "Windw": 3 }, "OaApi": { "MostToken": 1 } }""");

        var fault = Assert.Throws<SettingsException>(() => NodeSettings.Load(new ConfigurationManager(), folder.Under("settings.json")))!;

        Assert.That(fault.English, Does.Contain("HubLink:Window ").And.Contain("HubLink:Windw'").And.Contain("HubLink:ChunkSize").And.Contain("OaApi:MostToken'"));
    }

    private void Write(string text) => File.WriteAllText(folder.Under("settings.json"), text);
}
