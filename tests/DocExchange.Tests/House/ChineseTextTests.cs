using System.Text.Json;
using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>Chinese sentences have Chinese punctuation, and no English sentences of others inside.</summary>
public sealed partial class ChineseTextTests
{
    private static readonly IReadOnlyList<(string File, string Text)> Texts =
    [
        .. from file in Repository.Files
           where file.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(file) is ".cs" or ".razor"
           from Match literal in Literal().Matches(Repository.Read(file))
           where Han().IsMatch(literal.Groups["text"].Value)
           select (file, literal.Groups["text"].Value + literal.Groups["more"].Value),
        .. from file in Repository.Files
           where file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".words.json", StringComparison.Ordinal)
           from word in JsonDocument.Parse(Repository.Read(file)).RootElement.EnumerateObject()
           select (file, word.Value[0].GetString()!),
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

    [Test]
    public void Nothing_Chinese_has_an_English_sentence_inside()
    {
        Assert.That(Texts.Select(each => Path.GetExtension(each.File)).Distinct(), Is.EquivalentTo(new[] { ".cs", ".razor", ".json" }));

        // The descriptions of the interface for programs are English, with the words of the field.
        Assert.That(Texts.Where(each => HasEnglishSentence(each.Text) && !each.File.Contains("/OaApi/", StringComparison.Ordinal)).Select(each => $"{each.File}: {each.Text}"), Is.Empty);
    }

    /// <summary>What FaultWords.Of says of a plain fault of our own has lost its reason; seen only where both stand in one file.</summary>
    [Test]
    public void A_file_that_tells_faults_in_Chinese_throws_its_own_in_both_languages() =>
        Assert.That(
            Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(file) == ".cs" && LosesReason(Repository.Read(file))), Is.Empty,
            "Throw a WordedFormatException.");

    [TestCase("无法读写：The file could not be opened by anybody.", true)]
    [TestCase("共 {0} 个单位: the lines after these were not looked at", true)]
    [TestCase("文件“{path}”无法读取（PEM 或 DER），见 docex node trail --help。", false)]
    [TestCase("The document type's name or code, such as 通知 or 08", false)]
    public void An_English_sentence_in_a_Chinese_one_is_found(string text, bool isFound) => Assert.That(HasEnglishSentence(text), Is.EqualTo(isFound));

    [TestCase("无法读写：{fault.Message}", true)]
    [TestCase("连接不上：{rpc.Status.Detail}", true)]
    [TestCase("无法读写：{FaultWords.Of(fault)}", false)]
    public void The_message_of_a_fault_in_a_Chinese_sentence_is_found(string text, bool isFound) => Assert.That(OthersWords().IsMatch(text), Is.EqualTo(isFound));

    [TestCase("catch (FormatException fault) { Say(FaultWords.Of(fault)); } throw new FormatException(\"no\");", true)]
    [TestCase("catch (FormatException fault) { Say(FaultWords.Of(fault)); } throw new WordedFormatException(\"不\", \"no\");", false)]
    public void A_reason_that_would_be_lost_is_found(string code, bool isFound) => Assert.That(LosesReason(code), Is.EqualTo(isFound));

    [TestCase("已被吊销,自", true)]
    [TestCase("(原因:密钥泄露)", true)]
    [TestCase("“甲”:无效", true)]
    [TestCase("已被吊销，自", false)]
    [TestCase("RFC 5280 (4.2), DER", false)]
    public void Half_width_punctuation_is_told_from_what_stands_between_letters(string text, bool isWrong) => Assert.That(HalfWidth().IsMatch(text), Is.EqualTo(isWrong));

    // A sentence is Chinese where its first letter is; one in both languages has them apart by a slash.
    private static bool HasEnglishSentence(string text) =>
        Hole().Replace(text, "“”") is var plain && FirstLetter().Match(plain) is { Success: true } first && Han().IsMatch(first.Value) && EnglishSentence().IsMatch(plain.Split(" / ")[0]);

    private static bool LosesReason(string code) => code.Contains("FaultWords.Of(", StringComparison.Ordinal) && code.Contains("new FormatException(", StringComparison.Ordinal);

    [GeneratedRegex("""\$?"(?<text>(?:[^"\\\n]|\\.)*)"(?<more>\s*\+\s*[\w.]+)?""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Han();

    [GeneratedRegex(@"[\u4e00-\u9fffA-Za-z]")]
    private static partial Regex FirstLetter();

    [GeneratedRegex(@"(?<![\w<-])[A-Za-z]?[a-z]+(?: [a-z']+){3,}")]
    private static partial Regex EnglishSentence();

    [GeneratedRegex(@"\bFinding\b|PathFindings\.")]
    private static partial Regex MakesFindings();

    [GeneratedRegex(@"[\u4e00-\u9fff”）][,;:?!](?=[\u4e00-\u9fff“（])|[\u4e00-\u9fff”]\(|\([\u4e00-\u9fff“]|[\u4e00-\u9fff”]\)")]
    private static partial Regex HalfWidth();

    [GeneratedRegex(@"\{\w+\.(?:Message|Status\.Detail)\}|\.(?:Message|Detail)\z")]
    private static partial Regex OthersWords();
}
