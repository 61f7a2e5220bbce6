using DocExchange.Core.Operating;
using DocExchange.Tests.Cli;

namespace DocExchange.Tests.Core.Operating;

/// <summary>Whoever types something wrong is told so in Chinese.</summary>
internal sealed class UsageWordsTests
{
    [TestCase("Option '--at' expects a single argument but 2 were provided.", "选项 --at 只取一个值，给出了 2 个。含空格的值请加引号。")]
    [TestCase("Option '--at' is required.", "缺少选项 --at。")]
    [TestCase("Required argument 'FILE' missing for command: 'verify'.", "命令 verify 缺少参数 FILE。")]
    [TestCase("Required argument missing for option: '--at'.", "选项 --at 缺少取值。")]
    [TestCase("Required command was not provided.", "请给出子命令。")]
    [TestCase("Unrecognized command or argument 'x'.", "不认识“x”。")]
    [TestCase("Cannot parse argument 'x' for option '--n' as expected type 'System.Int32'. Did you mean one of the following?\nname", "选项 --n 不能取“x”。")]
    [TestCase("Cannot parse argument 'x' for command 'close-alarm' as expected type 'System.UInt32'.", "命令 close-alarm 的参数不能取“x”。")]
    [TestCase("Cannot parse argument 'x' as expected type 'System.UInt32'.", "不能取“x”。")]
    [TestCase("Response file not found 'x'.", "没有参数文件“x”。")]
    [TestCase("Error reading response file 'x': denied", "参数文件“x”无法读取。")]
    [TestCase("'x' was not matched. Did you mean one of the following?", "不认识“x”。是否为：")]
    [TestCase("--version option cannot be combined with other arguments.", "选项 --version 不能与其他参数同用。")]
    public void Says_what_the_library_says(string english, string chinese) => Assert.That(UsageWords.Of(english).Chinese, Is.EqualTo(chinese));

    [Test]
    public void A_value_that_looks_like_an_option_is_told_the_form_that_is_taken()
    {
        var wrong = WrongCommandLine.Of(["send", "--title", "--紧急"], [], [], ["--紧急"], "docex send")!;

        Assert.That(wrong.Sentences(new VerbLanguage(IsEnglish: false)), Is.EqualTo(new[] { "不认识“--紧急”。如果它是 --title 的值，请写作 --title=--紧急。" }));
        Assert.That(wrong.Sentences(new VerbLanguage(IsEnglish: true)).Single(), Does.Contain("write --title=--紧急."));
        Assert.That(WrongCommandLine.Of(["verify", "--bogus"], [], ["--bogus"], [], "docex verify")!.Messages, Is.EqualTo(new[] { new UsageSentence("不认识“--bogus”。", "Unrecognized command or argument '--bogus'.") }));
    }

    [TestCase("verify", "a.asice", "--at", "1", "--at", "2")]
    [TestCase("verify", "a.asice", "--at")]
    [TestCase("node", "close-alarm", "x", "--note", "y", "--node", "z")]
    [TestCase("node", "close-alarm", "1", "2", "--note", "y", "--node", "z")]
    [TestCase("hub", "close-volume", "1", "2")]
    [TestCase("verify")]
    public async Task Says_no_English_to_who_types_something_wrong(params string[] words)
    {
        var run = await CommandLine.RunAsync(words);

        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Error.Split("用法见")[0], Does.Match(@"\p{IsCJKUnifiedIdeographs}").And.Not.Match("[a-z]+ [a-z]+ [a-z]+"), run.Error);
    }

    [TestCase("Cannot parse argument 'x' for command 'close-alarm' as expected type 'System.UInt32'.", "'x' is no value for the command 'close-alarm', which takes a whole number.")]
    [TestCase("Cannot parse argument 'x' as expected type 'System.UInt32'.", "'x' is no value here; a whole number is wanted.")]
    public void An_English_sentence_names_no_type(string said, string told) => Assert.That(UsageWords.Of(said).English, Is.EqualTo(told));
}
