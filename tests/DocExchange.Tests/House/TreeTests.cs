using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>What is true of every file of the project.</summary>
public sealed partial class TreeTests
{
    private const int MostLines = 300;

    private static readonly string[] TextFiles = [".cs", ".csproj", ".props", ".sln", ".slnf", ".proto", ".xsd", ".xml", ".json", ".md", ".sh", ".csv", ".mjs", ".txt", ""];

    [Test]
    public void No_source_file_has_more_than_300_lines()
    {
        var tooLong = Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => (File: file, Lines: Repository.Read(file).Count(letter => letter == '\n')))
            .Where(each => each.Lines > MostLines)
            .Select(each => $"{each.File}: {each.Lines}");

        Assert.That(tooLong, Is.Empty, "Cut them where a reader would.");
    }

    // Spelt so that this file does not find itself.
    [Test]
    public void Nothing_names_a_folder_of_the_machine_it_was_written_on()
    {
        var found = Texts().SelectMany(file => Repository.Read(file).Split('\n')
            .Where(line => PrivatePlaces().IsMatch(line))
            .Select(line => $"{file}: {line.Trim()}"));

        Assert.That(found, Is.Empty);
    }

    [Test]
    public void No_private_key_lies_in_the_tree_but_the_samples()
    {
        var keys = Repository.Files.Where(file => Path.GetExtension(file) is ".p12" or ".pfx" or ".key" or ".p8")
            .Concat(Texts().Where(file => Repository.Read(file).Contains("PRIVATE KEY" + "-----", StringComparison.Ordinal)))
            .Where(file => !file.StartsWith("certs-sample/", StringComparison.Ordinal));

        Assert.That(keys, Is.Empty, "Make keys where they are needed; tests draw their own.");
    }

    [Test]
    public void Nothing_is_left_for_later()
    {
        var found = Texts().Where(file => file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("tools/", StringComparison.Ordinal))
            .SelectMany(file => Repository.Read(file).Split('\n').Where(line => Unfinished().IsMatch(line)).Select(line => $"{file}: {line.Trim()}"));

        Assert.That(found, Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "File modes are of Unix.")]
    public void Every_script_can_be_run()
    {
        var scripts = Repository.Files.Where(file => !file.EndsWith("tools/environment.sh", StringComparison.Ordinal) && Repository.Read(file).StartsWith("#!", StringComparison.Ordinal)).ToList();

        Assert.That(scripts, Does.Contain(".ci/run").And.Contain("tools/test.sh").And.Contain("tools/demo.sh").And.Contain("tools/docex"));
        Assert.That(scripts.Where(script => !File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute)), Is.Empty);
    }

    private static IEnumerable<string> Texts() => Repository.Files.Where(file => TextFiles.Contains(Path.GetExtension(file)) && !file.EndsWith(".lock.json", StringComparison.Ordinal) && file != ".git");

    [GeneratedRegex(@"/wor[k]/|/far[m]/|/tmp/w[t]\b|/tmp/brie[f]|/roo[t]/|/hom[e]/\w|/User[s]/\w|\\User[s]\\|[.]librar[y]\b|subagen[t]", RegexOptions.CultureInvariant)]
    private static partial Regex PrivatePlaces();

    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|HAC[K]|XX[X]|NotImplementedExceptio[n])\b", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished();
}
