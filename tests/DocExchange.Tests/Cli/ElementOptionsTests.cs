using System.CommandLine;
using DocExchange.Cli;
using DocExchange.Cli.Documents;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Cli;

/// <summary>The elements of GB/T 33480 on the command line of <c>docex send</c> and <c>compose</c>.</summary>
internal sealed class ElementOptionsTests
{
    [Test]
    public void Writes_what_is_given_into_its_own_field()
    {
        var draft = Read(
            new Draft(),
            "--identifier", "-", "--copy-number", "000001", "--masthead", "示例市人民政府令", "--printed-number", "第1号", "--leader", "市长 张三", "--notes", "此件公开发布", "--printed-by", "办公厅",
            "--printed-on", "2026-03-05", "--release-level", "发至县团级", "--publicity", "主动公开", "--replies-to", "示发改〔2026〕5号", "--replies-to", "示发改〔2026〕6号", "--forwards", "国发〔2026〕3号");

        Assert.That(draft.Elements, Is.EqualTo(new DraftElements
        {
            Identifier = "-",
            CopyNumber = "000001",
            Masthead = "示例市人民政府令",
            PrintedNumber = "第1号",
            LeaderSignature = "市长 张三",
            Notes = "此件公开发布",
            PrintedBy = "办公厅",
            PrintedOn = "2026-03-05",
            ReleaseLevel = "发至县团级",
            Publicity = "主动公开",
            RepliesTo = { "示发改〔2026〕5号", "示发改〔2026〕6号" },
            Forwards = { "国发〔2026〕3号" },
        }));
    }

    [Test]
    public void Leaves_alone_what_is_not_given_and_an_empty_value_takes_away()
    {
        var before = new Draft { Elements = new DraftElements { Notes = "旧", Masthead = "旧", RepliesTo = { "旧" } } };

        var draft = Read(before, "--notes", "", "--replies-to", "");

        Assert.That(draft.Elements, Is.EqualTo(new DraftElements { Masthead = "旧" }));
    }

    private static Draft Read(Draft draft, params string[] args)
    {
        var verb = new Command("send");
        var options = new ElementOptions(new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, false, IsInteractive: false), verb);
        options.ApplyTo(verb.Parse(args), draft);
        return draft;
    }
}
