using DocExchange.Core.Operating;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Core.Operating;
using DocExchange.Tests.Durability;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>What <c>hub init</c> says comes next.</summary>
[NonParallelizable]
internal sealed class HubInitTests
{
    [TestCase(false, "docex hub run --data ", "docex hub certify")]
    [TestCase(true, "docex hub certify --data ", "docex hub run")]
    public async Task Names_the_step_that_comes_next(bool isExternal, string next, string later)
    {
        using var folder = new TemporaryFolder();
        string[] external = isExternal ? ["--external-ca"] : [];
        var (code, printed, _) = await CapturedConsole.RunAsync(() => new HubVerbs(new VerbLanguage(IsEnglish: false)).InvokeAsync(
            ["init", "--data", folder.Under("hub"), "--exchange", "bj", "--organization", "办公厅", "--address", "127.0.0.1:7443", "--enrolment", "127.0.0.1:7444", .. external]));

        Assert.That(code, Is.Zero);
        Assert.That(printed, Does.Contain(next + folder.Under("hub")).And.Not.Contain(later));
    }
}
