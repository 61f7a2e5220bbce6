using System.Text.RegularExpressions;

namespace DocExchange.Core.Operating;

/// <summary>
/// What the command line library says, in Chinese, and in English without the names of types that only programmers know. Its own
/// translations cannot be loaded by a program that carries no culture data; a sentence that is not known here stays English.
/// </summary>
public static partial class UsageWords
{
    private static readonly (Regex Said, string Chinese)[] Sentences =
    [
        (OptionRequired(), "缺少选项 $1。"),
        (ArgumentRequired(), "命令 $2 缺少参数 $1。"),
        (OptionNeedsValue(), "选项 $1 缺少取值。"),
        (NotAmong(), "“$1”不是可用的取值。可用："),
        (Unrecognized(), "不认识“$1”。"),
        (CommandRequired(), "请给出子命令。"),
        (CannotParse(), "选项 $2 不能取“$1”。"),
        (CannotParseArgument(), "命令 $2 的参数不能取“$1”。"),
        (CannotParseAny(), "不能取“$1”。"),
        (OneArgument(), "选项 $1 只取一个值，给出了 $2 个。含空格的值请加引号。"),
        (NoResponseFile(), "没有参数文件“$1”。"),
        (BadResponseFile(), "参数文件“$1”无法读取。"),
        (NotMatched(), "不认识“$1”。是否为："),
        (NotCombined(), "选项 $1 不能与其他参数同用。"),
    ];

    private static readonly (string English, string Chinese)[] Headings =
    [
        ("Description:", "说明："), ("Usage:", "用法："), ("Arguments:", "参数："), ("Options:", "选项："), ("Commands:", "命令："),
        ("Show help and usage information", "显示帮助"), ("Show version information", "显示版本"), ("[default: ", "[默认："), ("(REQUIRED)", "（必需）"),
        ("[command] [options]", "[命令] [选项]"), ("[command]", "[命令]"), ("[options]", "[选项]"),
    ];

    /// <summary>What the library said, in both languages.</summary>
    public static UsageSentence Of(string message)
    {
        var known = Sentences.FirstOrDefault(sentence => sentence.Said.IsMatch(message));
        return new UsageSentence(known.Said is null ? message : known.Said.Replace(message, known.Chinese), EnglishOf(message));
    }

    /// <param name="program">How the library calls the program.</param>
    /// <param name="called">How people call it.</param>
    public static string OfHelp(string help, VerbLanguage language, string program = "", string called = "")
    {
        var named = program.Length == 0 ? help : help.Replace(program, called, StringComparison.Ordinal);
        return language.IsEnglish ? named : Headings.Aggregate(named, (text, heading) => text.Replace(heading.English, heading.Chinese, StringComparison.Ordinal));
    }

    private static string EnglishOf(string message)
    {
        var option = CannotParse().Replace(message, match => $"'{match.Groups[1]}' is no value for the option '{match.Groups[2]}', which takes {KindOf(match.Groups[3].Value)}.");
        var argument = CannotParseArgument().Replace(option, match => $"'{match.Groups[1]}' is no value for the command '{match.Groups[2]}', which takes {KindOf(match.Groups[3].Value)}.");
        return CannotParseAny().Replace(argument, match => $"'{match.Groups[1]}' is no value here; {KindOf(match.Groups[2].Value)} is wanted.");
    }

    private static string KindOf(string type) => type.Contains("Int", StringComparison.Ordinal) ? "a whole number" : type.Contains("Boolean", StringComparison.Ordinal) ? "true or false" : "another kind of value";

    [GeneratedRegex(@"\AOption '([^']*)' is required\.")]
    private static partial Regex OptionRequired();

    [GeneratedRegex(@"\ARequired argument '([^']*)' missing for command: '([^']*)'\.")]
    private static partial Regex ArgumentRequired();

    [GeneratedRegex(@"\ARequired argument missing for option: '?([^'.]*)'?\.")]
    private static partial Regex OptionNeedsValue();

    [GeneratedRegex(@"\AArgument '([^']*)' not recognized\. Must be one of:")]
    private static partial Regex NotAmong();

    [GeneratedRegex(@"\AUnrecognized command or argument '([^']*)'\.")]
    private static partial Regex Unrecognized();

    [GeneratedRegex(@"\ARequired command was not provided\.")]
    private static partial Regex CommandRequired();

    [GeneratedRegex(@"\ACannot parse argument '([^']*)' for option '([^']*)'(?: as expected type '(.*)')?.*\z", RegexOptions.Singleline)]
    private static partial Regex CannotParse();

    [GeneratedRegex(@"\ACannot parse argument '([^']*)' for command '([^']*)'(?: as expected type '(.*)')?.*\z", RegexOptions.Singleline)]
    private static partial Regex CannotParseArgument();

    [GeneratedRegex(@"\ACannot parse argument '([^']*)' as expected type '(.*)'.*\z", RegexOptions.Singleline)]
    private static partial Regex CannotParseAny();

    [GeneratedRegex(@"\AOption '([^']*)' expects a single argument but (\d+) were provided\.")]
    private static partial Regex OneArgument();

    [GeneratedRegex(@"\AResponse file not found '([^']*)'\.")]
    private static partial Regex NoResponseFile();

    [GeneratedRegex(@"\AError reading response file '([^']*)': .*", RegexOptions.Singleline)]
    private static partial Regex BadResponseFile();

    [GeneratedRegex(@"\A'([^']*)' was not matched\. Did you mean one of the following\?")]
    private static partial Regex NotMatched();

    [GeneratedRegex(@"\A(\S+) option cannot be combined with other arguments\.")]
    private static partial Regex NotCombined();
}
