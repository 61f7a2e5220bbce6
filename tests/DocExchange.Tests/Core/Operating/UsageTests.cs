using DocExchange.Core.Operating;
using DocExchange.Hub.Operations;
using DocExchange.Node;
using DocExchange.Tests.Durability;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Core.Operating;

/// <summary>What was typed wrong ends with 64, at docex, hub and node alike, and says which form is wanted.</summary>
internal sealed class UsageTests
{
    private static readonly VerbLanguage Chinese = new(IsEnglish: false);

    [TestCase("2026-01-31", "2026-01-31T00:00:00Z")]
    [TestCase("2026-01-31T08:00Z", "2026-01-31T08:00:00Z")]
    [TestCase("2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z")]
    [TestCase("2026-01-31T08:00:00.25+08:00", "2026-01-31T00:00:00.25Z")]
    [TestCase("2026-01-31T08:00:00", "2026-01-31T08:00:00Z")]
    [TestCase("2026-01-31 08:00:00+08:00", "2026-01-31T00:00:00Z")]
    [TestCase("2026-01-31t08:00:00z", "2026-01-31T08:00:00Z")]
    [TestCase("2026-01-31T08:00:00.123456789Z", "2026-01-31T08:00:00.1234567Z")]
    public void A_time_is_a_day_or_of_RFC_3339(string text, string time) =>
        Assert.That(TypedValue.Time("--at", text), Is.EqualTo(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));

    [TestCase("31.01.2026")]
    [TestCase("1/2/2026")]
    [TestCase("2026-02-30")]
    [TestCase("2026-01-31T08:00.5Z")]
    [TestCase("昨天")]
    [TestCase("2026-01-31T08:00:00.Z")]
    [TestCase("2026-01-31T08:00:00123Z")]
    public void Anything_else_is_told_the_form_and_where_it_was_typed(string text)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => TypedValue.Time("--at", text), Throws.InstanceOf<UsageException>().With.Message.Contains("--at").And.Message.Contains(text).And.Message.Contains("2026-01-31T08:00:00Z"));
            Assert.That(() => TypedValue.Day("--from", text), Throws.InstanceOf<UsageException>().With.Message.Contains("--from").And.Message.Contains("2026-01-31"));
            Assert.That(() => TypedValue.Document(text), Throws.InstanceOf<UsageException>().With.Message.Contains("64"));
        }
    }

    [Test]
    public void What_was_not_typed_is_not_judged() => Assert.That((TypedValue.Day("--from", ""), TypedValue.Time("--at", null)), Is.EqualTo(("", (DateTimeOffset?)null)));

    [Test]
    public void An_option_nobody_knows_is_no_value()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(StrayOptions.In(["verify", "--bogus"], ["--bogus"], []), Is.EqualTo(new[] { "--bogus" }));
            Assert.That(StrayOptions.In(["verify", "-x"], ["-x"], []), Is.EqualTo(new[] { "-x" }));
            Assert.That(StrayOptions.In(["verify", "-"], ["-"], []), Is.Empty);
            Assert.That(StrayOptions.In(["verify", "--", "--bogus"], ["--bogus"], []), Is.Empty);
            Assert.That(StrayOptions.In(["send", "--title", "--bogus"], [], ["--bogus"]), Is.EqualTo(new[] { "--bogus" }));
            Assert.That(StrayOptions.In(["send", "--title=--bogus", "--masthead", "-"], [], ["--bogus", "-"]), Is.Empty);
        }
    }

    [TestCase("certify", "--data", "/nowhere", "--authority", "a.pem", "--certificate", "b.pem", "--bogus")]
    [TestCase("init", "--data", "--bogus", "--exchange", "bj", "--organization", "x", "--address", "a:1", "--enrolment", "a:2")]
    [TestCase("audit", "--data", "/nowhere", "--bogus")]
    [TestCase("trail", "--data", "/nowhere", "--from", "yesterday")]
    [TestCase("trail", "--data", "/nowhere", "--until", "1/2/2026")]
    public async Task The_hub_ends_with_64(params string[] args) => Assert.That(await new HubVerbs(Chinese).InvokeAsync(args), Is.EqualTo(64));

    [TestCase("enrol", "--data", "/nowhere", "--invitation", "x.json", "--offices-suite", "a=gm", "--bogus")]
    [TestCase("token", "make", "--data", "/nowhere", "--office", "fgw", "--application", "OA", "--role", "king")]
    [TestCase("trail", "--data", "/nowhere", "--from", "yesterday")]
    public async Task A_node_ends_with_64(params string[] args) => Assert.That(await new Verbs(Chinese).InvokeAsync(args), Is.EqualTo(64));

    [TestCase("--exchange", "Beijing", "小写字母")]
    [TestCase("--address", "7443", "host:port")]
    [TestCase("--listen", "here", "IP 地址")]
    [TestCase("--witness-quorum", "0", "1 至 63")]
    public async Task A_hub_that_is_set_up_with_a_value_of_the_wrong_form_is_told_the_form(string option, string value, string form)
    {
        using var folder = new TemporaryFolder();
        var values = new Dictionary<string, string> { ["--exchange"] = "beijing", ["--organization"] = "办公厅", ["--address"] = "hub:7443", ["--enrolment"] = "hub:7444" };
        values[option] = value;
        var settings = new HubSettings
        {
            Exchange = values["--exchange"],
            Organization = values["--organization"],
            Address = values["--address"],
            EnrolmentAddress = values["--enrolment"],
            Listen = values.GetValueOrDefault("--listen", "127.0.0.1"),
            WitnessQuorum = int.Parse(values.GetValueOrDefault("--witness-quorum", "2"), System.Globalization.CultureInfo.InvariantCulture),
        };

        var refused = await Assert.ThrowsAsync<UsageException>(() => HubSetup.CreateAsync(new HubFolder(folder.Under("hub")), settings, TimeProvider.System, CancellationToken.None));
        var code = await new HubVerbs(Chinese).InvokeAsync(["init", "--data", folder.Under("hub"), .. values.SelectMany(each => new[] { each.Key, each.Value })]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused!.Message, Does.Contain(value).And.Contain(form).And.Not.Contain("[a-z"));
            Assert.That(code, Is.EqualTo(64));
            Assert.That(Directory.Exists(folder.Under("hub")), Is.False);
        }
    }
}
