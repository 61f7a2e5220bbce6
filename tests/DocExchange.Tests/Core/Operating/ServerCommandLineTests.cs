using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Hub.Operations;
using DocExchange.Node;

namespace DocExchange.Tests.Core.Operating;

[NonParallelizable]
internal sealed class ServerCommandLineTests
{
    private static readonly VerbLanguage Chinese = new(IsEnglish: false);

    [Test]
    public async Task After_a_verb_nobody_knows_nothing_else_is_complained_of()
    {
        string[] args = ["bogus", "--data", "/nowhere"];
        var hub = await CapturedConsole.RunAsync(() => new HubVerbs(Chinese).InvokeAsync(args));
        var node = await CapturedConsole.RunAsync(() => new Verbs(Chinese).InvokeAsync(args));

        Assert.That(hub, Is.EqualTo((64, "", "不认识“bogus”。\n用法见 docex hub --help。 [USAGE]\n")));
        Assert.That(node, Is.EqualTo((64, "", "不认识“bogus”。\n用法见 docex node --help。 [USAGE]\n")));
    }

    [Test]
    public async Task A_fault_of_the_program_itself_ends_with_70_and_says_all_of_it()
    {
        var verb = new Command("break");
        verb.SetAction(int (ParseResult _) => throw new InvalidOperationException("broken"));

        var (code, output, error) = await CapturedConsole.RunAsync(() => new ServerCommandLine("docex hub", Chinese, timeToEnd: null).InvokeAsync(new RootCommand { verb }, ["break"]));

        Assert.That((code, output), Is.EqualTo((70, "")));
        Assert.That(error, Does.Contain("内部错误").And.Contain("InvalidOperationException: broken"));
    }
}
