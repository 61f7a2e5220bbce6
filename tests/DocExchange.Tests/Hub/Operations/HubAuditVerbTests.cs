using System.Text.Json;
using DocExchange.Core.Operating;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Core.Operating;
using DocExchange.Tests.Durability;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>What <c>hub audit</c> prints for scripts.</summary>
[NonParallelizable]
internal sealed class HubAuditVerbTests
{
    [TestCase("zh", "审计日志")]
    [TestCase("en", "was altered")]
    public async Task Gives_each_problem_as_a_sentence_in_the_readers_language(string language, string said)
    {
        using var folder = new TemporaryFolder();
        var data = folder.Under("hub");
        await RunAsync("init", "--data", data, "--exchange", "bj", "--organization", "办公厅", "--address", "127.0.0.1:7443", "--enrolment", "127.0.0.1:7444");
        var trail = new HubFolder(data).AuditTrail;
        await File.WriteAllTextAsync(trail, (await File.ReadAllTextAsync(trail)).Replace("\"init\"", "\"else\"", StringComparison.Ordinal) + "{}\n");

        var (code, printed, _) = await RunAsync("audit", "--data", data, "--format", "json", "--lang", language);

        using var json = JsonDocument.Parse(printed);
        var problems = json.RootElement.GetProperty("problems").EnumerateArray().ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(problems.Select(problem => problem.ValueKind), Is.Not.Empty.And.All.EqualTo(JsonValueKind.String), printed);
            Assert.That(problems[0].GetString(), Does.Contain(said));
            Assert.That(json.RootElement.GetProperty("timestamps").ValueKind, Is.EqualTo(JsonValueKind.Object));
        }
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) =>
        CapturedConsole.RunAsync(() => new HubVerbs(new VerbLanguage(IsEnglish: false)).InvokeAsync(args));
}
