using DocExchange.Cli;
using DocExchange.Cli.Documents;
using DocExchange.Cli.Drafts;
using DocExchange.Core.Routing;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Tests.Cli;

/// <summary>What people read in the terminal is in one language.</summary>
internal sealed class PrintedWordsTests
{
    [Test]
    public void Draft_and_its_recipients()
    {
        var fields = new Draft { DocumentType = "08", SignBy = "2026-03-05T09:00:00Z", Addressing = new() { Main = { "qx", "demo/fgw" }, Copies = { "czj" } } };
        var sheet = new DraftSheet { Line = new DraftLine { Draft = "0011", Stage = "Editing", Title = "关于防汛的通知" }, Fields = fields, Main = 2, Copies = 1 };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DraftScreens.Lines(ScreenIn(isEnglish: false), sheet), Is.EqualTo(new[]
            {
                "0011  拟稿  《关于防汛的通知》", "文种 通知", "主送 qx demo/fgw", "抄送 czj", "签收期限 2026-03-05T09:00:00Z", "主送 2、抄送 1 个单位",
            }));
            Assert.That(DraftScreens.Lines(ScreenIn(isEnglish: true), sheet), Has.None.Matches("[主送抄送文种]$").And.Member("To qx demo/fgw").And.Member("Type Notice"));
        }
    }

    [Test]
    public void Every_state_and_phase()
    {
        var screen = ScreenIn(isEnglish: false);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Enum.GetNames<DeliveryState>().Select(name => StateWords.State(screen, name)), Has.None.Matches("[A-Za-z]"));
            Assert.That(Enum.GetNames<DocumentPhase>().Select(name => StateWords.Phase(screen, name)), Has.None.Matches("[A-Za-z]"));
            Assert.That(StateWords.State(screen, "OfANewerNode"), Is.EqualTo("OfANewerNode"));
            Assert.That(StateWords.Phase(ScreenIn(isEnglish: true), "Voided"), Is.EqualTo("Voided"));
        }
    }

    [Test]
    public void What_a_stranger_named_writes_no_line_of_its_own()
    {
        var output = new StringWriter();
        new Screen(new Terminal(output, TextWriter.Null, TimeProvider.System, IsEnglish: false, IsInteractive: false), isJson: false).Show(new { }, "甲\u001b[2K\u202e乙\n丙");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Screen.OneLine("CN=甲\n✓ 验证通过\u001b[2K\u202e\u2028"), Is.EqualTo("CN=甲\\u000A✓ 验证通过\\u001B[2K\\u202E\\u2028"));
            Assert.That(Screen.OneLine("证书“C=CN”有效"), Is.EqualTo("证书“C=CN”有效"));
            Assert.That(output.ToString(), Is.EqualTo("甲\\u001B[2K\\u202E乙\n丙\n"));
        }
    }

    private static Screen ScreenIn(bool isEnglish) =>
        new(new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, isEnglish, IsInteractive: false), isJson: false);
}
