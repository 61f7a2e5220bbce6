using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Tests.Core.Offices;

namespace DocExchange.Tests.Core.Routing;

public sealed class AddressingTests
{
    private static readonly PartyId Sender = PartyId.Office("bj", "bgs");

    [Test]
    public void Expands_a_group_without_the_sender_and_without_those_excluded() =>
        Assert.That(Expand(["各区"], [], ["西城区"]), Is.EqualTo((new[] { "bj/dc" }, Array.Empty<string>())));

    [Test]
    public void Finds_offices_by_id_name_and_short_name() =>
        Assert.That(Expand(["dc", "西城区人民政府"], ["bj/gov"]), Is.EqualTo((new[] { "bj/dc", "bj/xc" }, new[] { "bj/gov" })));

    [Test]
    public void Lists_an_office_that_is_named_twice_once_as_main_recipient() =>
        Assert.That(Expand(["东城区", "各区"], ["东城区", "市政府"]), Is.EqualTo((new[] { "bj/dc", "bj/xc" }, new[] { "bj/gov" })));

    [TestCase("海淀区")]
    [TestCase("tj/dc")]
    [TestCase("老区")]
    [TestCase("")]
    public void Refuses_a_name_the_directory_does_not_have_or_no_longer(string name) =>
        Assert.That(() => Expand([name]), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.UnknownRecipient));

    [Test]
    public void Refuses_to_address_nobody() =>
        Assert.That(() => Expand(["东城区"], [], ["东城区"]), Throws.TypeOf<RefusedException>().With.Message.Contains("没有主送单位"));

    private static (string[] Main, string[] Copies) Expand(string[] main, string[]? copies = null, string[]? exclude = null)
    {
        var list = new Addressing(main, copies ?? [], exclude ?? []).Expand(SampleDirectory.Small, Sender, SampleDirectory.Time);
        return ([.. list.Main.Select(id => id.ToString())], [.. list.Copies.Select(id => id.ToString())]);
    }
}
