using DocExchange.Cli;
using DocExchange.Cli.Demo;
using DocExchange.Cli.Operating;
using DocExchange.Tests.Durability;

namespace DocExchange.Tests.Cli;

internal sealed class CommandLineTests
{
    [TestCase]
    [TestCase("nonsense")]
    [TestCase("pki")]
    [TestCase("verify")]
    [TestCase("verify", "--format", "xml", "file")]
    [TestCase("sign-for", "abc")]
    [TestCase("demo", "--offices", "one")]
    [TestCase("demo", "--offices", "1")]
    [TestCase("demo", "--offices", "142")]
    [TestCase("demo", "--suite", "rsa")]
    [TestCase("demo", "--title", " ")]
    [TestCase("demo", "--number", "京政发2026-1号")]
    [TestCase("demo", "--number", "京教发〔2026〕1号")]
    [TestCase("pki", "issue", "--ca", "/nowhere", "--request", "/nowhere", "--out", "/nowhere", "--profile", "tls")]
    [TestCase("return", "abc", "--office", "a", "--node", "x")]
    [TestCase("sent-on-paper", "abc", "--office", "a", "--node", "x")]
    [TestCase("verify", "--bogus")]
    [TestCase("verify", "--bogus", "file")]
    [TestCase("verify", "file", "--trust", "--bogus")]
    [TestCase("verify", "file", "--at", "yesterday")]
    [TestCase("cert", "check", "--trust", "x", "--bogus")]
    [TestCase("hub", "import", "--hub", "/nowhere", "--bogus")]
    [TestCase("hub", "import-certificate", "a.pem", "--hub", "/nowhere", "--bogus")]
    [TestCase("pki", "revoke", "--ca", "/nowhere", "--certificate", "/nowhere", "--since", "1/2/2026")]
    public async Task Answers_wrong_usage_with_64(params string[] args) =>
        Assert.That((await CommandLine.RunAsync(args)).ExitCode, Is.EqualTo(ExitCode.Usage));

    [Test]
    public async Task Says_how_to_start_a_node_that_does_not_run()
    {
        var listed = await CommandLine.RunAsync("inbox", "--node", "/nowhere");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(listed.Error, Does.Contain("docex node run --data /nowhere").And.Contain("[NOT_RUNNING]"));
        }
    }

    [TestCase("inbox")]
    [TestCase("draft", "list", "--office", "bgs", "--account", "zhang3", "--password-file")]
    public async Task Says_the_same_of_one_that_left_its_socket_behind(params string[] verb)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Under("node.sock"), "left behind");
        string[] password = verb[^1] == "--password-file" ? [folder.Under("node.sock")] : [];

        var listed = await CommandLine.RunAsync([.. verb, .. password, "--node", folder.Path]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed.ExitCode, Is.EqualTo(ExitCode.Failed));
            Assert.That(listed.Error, Does.StartWith("节点未运行：").And.Contain("[NOT_RUNNING]"));
        }
    }

    [Test]
    public async Task Names_an_option_it_does_not_know_rather_than_a_file_of_that_name()
    {
        var answered = await CommandLine.RunAsync("verify", "--bogus", "--format", "json");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answered.Error, Does.StartWith("不认识“--bogus”。\n用法见 docex verify --help。"));
            Assert.That(answered.Json.GetProperty("error").GetString(), Is.EqualTo("USAGE"));
        }
    }

    [Test]
    public async Task Names_the_verb_whose_help_explains_and_no_type_of_a_program()
    {
        var asked = await CommandLine.RunAsync("hub", "dossier", "abc", "--lang", "en", "--format", "json");
        var typed = await CommandLine.RunAsync("demo", "--offices", "one", "--lang", "en");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.Error, Does.Contain("See docex hub dossier --help."));
            Assert.That(asked.Json.GetProperty("error").GetString(), Is.EqualTo("USAGE"));
            Assert.That(asked.Json.GetProperty("message").GetString(), Does.Contain("--out"));
            Assert.That(typed.Error, Does.Contain("'one' is no value for the option '--offices', which takes a whole number.").And.Not.Contain("System."));
        }
    }

    [Test]
    public async Task A_demonstration_with_a_body_nobody_could_open_is_refused_before_anything_is_made()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Under("正文.pdf"), "not a document");

        var refused = await CommandLine.RunAsync("demo", "--body", folder.Under("正文.pdf"), "--keep", folder.Under("data"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.Usage));
            Assert.That(refused.Error, Does.Contain("不是 PDF"));
            Assert.That(Directory.Exists(folder.Under("data")), Is.False);
        }
    }

    [Test]
    public async Task Prints_nothing_but_JSON_when_asked_for_it()
    {
        var failed = await CommandLine.RunAsync("hub", "status", "--hub", "/nowhere", "--format", "json");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed.Json.GetProperty("error").GetString(), Is.EqualTo("NOT_RUNNING"));
            Assert.That(failed.Json.GetProperty("message").GetString(), Does.Contain("中心未运行"));
        }
    }

    [Test]
    public async Task Helps_in_the_language_chosen()
    {
        var chinese = await CommandLine.RunAsync("verify", "--help");
        var english = await CommandLine.RunAsync("verify", "--help", "--lang", "en");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(chinese.Output, Does.Contain("用法：").And.Contain("离线验证"));
            Assert.That(english.Output, Does.Contain("Usage:").And.Contain("offline"));
        }
    }

    [Test]
    public void Hands_on_what_stands_after_a_verb_of_the_hub_or_node()
    {
        var root = Docex.Root(new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, false, false));
        var parsed = root.Parse(["hub", "init", "--data", "/tmp/x", "--exchange", "bj", "--listen", "0.0.0.0"]);
        var verb = (ProcessVerb)parsed.CommandResult.Command;

        Assert.That(verb.HandedOn(parsed), Is.EqualTo(new[] { "--data", "/tmp/x", "--exchange", "bj", "--listen", "0.0.0.0" }));
    }

    [TestCase("--lang", "en", "--data", "/tmp/x", "--format", "json")]
    [TestCase("--data", "/tmp/x", "--format=json", "--lang=en")]
    public void Keeps_its_own_options_from_the_hub_and_the_node(params string[] options)
    {
        var root = Docex.Root(new Terminal(TextWriter.Null, TextWriter.Null, TimeProvider.System, false, false));
        var parsed = root.Parse(["hub", "run", .. options]);
        var verb = (ProcessVerb)parsed.CommandResult.Command;

        Assert.That(verb.HandedOn(parsed), Is.EqualTo(new[] { "--data", "/tmp/x" }));
    }

    [TestCase("sent", "abc", "--office", "a")]
    [TestCase("hub", "sent", "abc", "--office", "a")]
    public async Task Names_only_the_verb_it_does_not_know(params string[] args)
    {
        var answered = await CommandLine.RunAsync(args);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answered.ExitCode, Is.EqualTo(ExitCode.Usage));
            Assert.That(answered.Error, Does.StartWith("不认识“sent”。\n用法"));
        }
    }

    [TestCase(2, 1, 1)]
    [TestCase(18, 9, 9)]
    [TestCase(19, 18, 1)]
    [TestCase(141, 18, 123)]
    public void Samples_the_districts_first_and_leaves_no_node_empty(int count, int districts, int departments)
    {
        var offices = SampleOffices.First(count);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(offices.OfDistricts, Has.Count.EqualTo(districts));
            Assert.That(offices.OfDepartments, Has.Count.EqualTo(departments));
            Assert.That(offices.Recipients.Select(office => office.Name), Is.Unique);
            Assert.That(offices.Csv.Split('\n').Count(line => line.StartsWith("office,", StringComparison.Ordinal)), Is.EqualTo(count + 2));
        }
    }
}
