using System.CommandLine;
using System.Text.Json;
using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Hub.Operations;
using DocExchange.Node;
using DocExchange.Tests.Core.Operating;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Durability.Auditing;

/// <summary><c>trail</c> at the hub and at a node.</summary>
[NonParallelizable]
internal sealed class TrailVerbTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Write()
    {
        folder = new TemporaryFolder();
        using var trail = AuditTrail.Open(folder.Under("audit.log"), new LocalDisk(), TimeProvider.System);
        foreach (var act in new[] { "Invite", "StopSeal", "Invite" })
        {
            trail.Append(new AuditedAct(act, "uid 0 张三", "asked", new Dictionary<string, string> { ["office"] = "东城\"区" }));
        }
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    [Test]
    public async Task Gives_one_JSON_array_whose_hashes_can_be_checked([Values] bool isHub, [Values("--format", "--as")] string option)
    {
        var file = folder.Under("trail.json");

        var code = await Parse(isHub, option, "json", "--act", "invite", "--out", file).InvokeAsync();

        Assert.That(code, Is.Zero);
        var lines = JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray().ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.Select(line => line.GetProperty("line").GetInt32()), Is.EqualTo(new[] { 1, 3 }));
            Assert.That(lines.Select(line => line.GetProperty("act").GetString()), Is.All.EqualTo("Invite"));
            Assert.That(lines.Select(line => line.GetProperty("who").GetString()), Is.All.EqualTo("uid 0 张三"));
            Assert.That(lines.Select(line => line.GetProperty("what").GetProperty("office").GetString()), Is.All.EqualTo("东城\"区"));
            Assert.That(lines.Select(line => AuditLine.HashOf(Digest.Parse(Text(line, "before")), System.Text.Encoding.UTF8.GetBytes(Text(line, "json"))).ToString()), Is.EqualTo(lines.Select(line => Text(line, "hash"))));
        }
    }

    [Test]
    public async Task Gives_an_empty_array_where_nothing_matches([Values] bool isHub)
    {
        var file = folder.Under("trail.json");

        await Parse(isHub, "--format", "json", "--act", "none", "--out", file).InvokeAsync();

        Assert.That(JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Says_that_there_is_no_trail_where_there_is_none([Values] bool isHub)
    {
        var (code, _, said) = await RunAsync(isHub, folder.Under("elsewhere"));

        Assert.That(code, Is.EqualTo(1));
        Assert.That(said, Does.Contain("没有审计日志").And.Contain(folder.Under("elsewhere")).And.Contain("--data"));
    }

    [Test]
    public async Task Says_that_no_line_is_like_that([Values] bool isHub)
    {
        var (code, lines, said) = await RunAsync(isHub, folder.Path, "--act", "none");

        Assert.That((code, lines, said.Trim()), Is.EqualTo((0, "", "没有符合条件的审计日志。")));
    }

    [Test]
    public void Says_why_in_the_readers_language()
    {
        var entry = new TrailEntry(1, default, "Act", "x", "refused", new Dictionary<string, string> { ["of"] = "1", [TrailEntry.Why] = "PENDING: 待批准。", [TrailEntry.WhyEnglish] = "PENDING: Waits." }, Digest.Of([]), []);
        var before = entry with { What = new Dictionary<string, string> { [TrailEntry.Why] = "PENDING: Waits." } };

        Assert.That(entry.WhatFor(isEnglish: false).Select(each => $"{each.Key}={each.Value}"), Is.EqualTo(new[] { "of=1", "why=PENDING: 待批准。" }));
        Assert.That(entry.WhatFor(isEnglish: true).Select(each => $"{each.Key}={each.Value}"), Is.EqualTo(new[] { "of=1", "why=PENDING: Waits." }));
        Assert.That(before.WhatFor(isEnglish: true).Single().Value, Is.EqualTo("PENDING: Waits."), "a line of an earlier version");
    }

    [TestCase("csv")]
    [TestCase("lines")]
    [TestCase("text")]
    public void Refuses_another_form_beside_JSON(string form)
    {
        foreach (var isHub in new[] { true, false })
        {
            Assert.That(Parse(isHub, "--format", "json", "--as", form).Errors.Select(error => error.Message), Is.EqualTo(new[] { $"--format json 与 --as {form} 只能选其一。" }));
            Assert.That(Parse(isHub, "--format", "text", "--as", form).Errors, Is.Empty);
        }
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static Task<(int Code, string Lines, string Said)> RunAsync(bool isHub, string data, params string[] options) =>
        CapturedConsole.RunAsync(() => RootOf(isHub).Parse(["trail", "--data", data, .. options]).InvokeAsync());

    private ParseResult Parse(bool isHub, params string[] options) => RootOf(isHub).Parse(["trail", "--data", folder.Path, .. options]);

    private static RootCommand RootOf(bool isHub)
    {
        var language = new VerbLanguage(IsEnglish: false);
        return isHub ? new HubVerbs(language).Root() : new Verbs(language).Root();
    }
}
