using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>Chinese sentences have Chinese punctuation, and no English sentences of others inside.</summary>
public sealed partial class ChineseTextTests
{
    private static readonly IReadOnlyList<(string File, string Text)> Texts =
    [
        .. from file in Repository.Files
           where file.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(file) == ".cs"
           from Match literal in Literal().Matches(Repository.Read(file))
           where Han().IsMatch(literal.Groups["text"].Value)
           select (file, literal.Groups["text"].Value + literal.Groups["more"].Value),
    ];

    [Test]
    public void Findings_have_no_half_width_punctuation_between_Chinese_characters()
    {
        // What people are told of files, in files that are made of findings.
        var ofFindings = Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(file) == ".cs" && MakesFindings().IsMatch(Repository.Read(file))).ToHashSet();
        var texts = Texts.Where(each => ofFindings.Contains(each.File)).ToList();

        Assert.That(texts, Has.Count.GreaterThan(300));
        Assert.That(texts.Where(each => HalfWidth().IsMatch(Hole().Replace(each.Text, "“”"))).Select(each => $"{each.File}: {each.Text}"), Is.Empty);
    }

    [Test]
    public void Nothing_Chinese_takes_in_the_message_of_a_fault() =>
        Assert.That(Texts.Where(each => OthersWords().IsMatch(each.Text) && !each.File.EndsWith("/FaultWords.cs", StringComparison.Ordinal)).Select(each => $"{each.File}: {each.Text}"), Is.Empty, "FaultWords.Of says it in Chinese.");

    [TestCase("已被吊销,自", true)]
    [TestCase("(原因:密钥泄露)", true)]
    [TestCase("“甲”:无效", true)]
    [TestCase("已被吊销，自", false)]
    [TestCase("RFC 5280 (4.2), DER", false)]
    public void Half_width_punctuation_is_told_from_what_stands_between_letters(string text, bool isWrong) => Assert.That(HalfWidth().IsMatch(text), Is.EqualTo(isWrong));

    [GeneratedRegex("""\$?"(?<text>(?:[^"\\\n]|\\.)*)"(?<more>\s*\+\s*[\w.]+)?""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Han();

    [GeneratedRegex(@"\bFinding\b|PathFindings\.")]
    private static partial Regex MakesFindings();

    [GeneratedRegex(@"[\u4e00-\u9fff”）][,;:?!](?=[\u4e00-\u9fff“（])|[\u4e00-\u9fff”]\(|\([\u4e00-\u9fff“]|[\u4e00-\u9fff”]\)")]
    private static partial Regex HalfWidth();

    [GeneratedRegex(@"\{\w+\.(?:Message|Status\.Detail)\}|\.(?:Message|Detail)\z")]
    private static partial Regex OthersWords();
}
