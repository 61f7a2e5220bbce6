using System.CommandLine;
using System.CommandLine.Help;

namespace DocExchange.Core.Operating;

/// <summary>What the executables of hub and node have in common: how their verbs answer, and how a line is carried out.</summary>
/// <param name="calledAs">What people call the program: <c>docex hub</c>.</param>
/// <param name="timeToEnd">How long a verb may go on once the process was told to end; null where the verbs hear that themselves.</param>
public sealed class ServerCommandLine(string calledAs, VerbLanguage language, TimeSpan? timeToEnd)
{
    // sysexits.h
    private const int Internal = 70;

    public Option<string> Format { get; } = new ChoiceOption("--format", language.Say("输出格式", "Output format"), VerbAnswer.Formats, VerbAnswer.Formats[0]);

    public Option<string> Languages { get; } =
        new ChoiceOption(VerbLanguage.OptionName, language.Say("语言", "Language"), VerbAnswer.Languages, language.Say(VerbAnswer.Languages[0], VerbAnswer.Languages[1]));

    /// <summary>How this call wants to be answered.</summary>
    public VerbAnswer AnswerOf(ParseResult parsed) => VerbAnswer.Of(parsed.GetValue(Format), parsed.GetValue(Languages));

    /// <returns>64 for wrong arguments, 70 for a fault of the program's own (sysexits.h), else what the verb says.</returns>
    public async Task<int> InvokeAsync(RootCommand root, IReadOnlyList<string> args)
    {
        var parsed = root.Parse(args);
        if (WrongCommandLine.Of(args, parsed, calledAs) is { } wrong)
        {
            return wrong.Complain(args, language);
        }

        try
        {
            using var help = new StringWriter();
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration { Output = parsed.Action is HelpAction ? help : Console.Out, ProcessTerminationTimeout = timeToEnd, EnableDefaultExceptionHandler = false });
            await Console.Out.WriteAsync(UsageWords.OfHelp(help.ToString(), language, RootCommand.ExecutableName, calledAs));
            return code;
        }
        catch (Exception fault)
        {
            await Console.Error.WriteLineAsync(VerbAnswer.InternalError(fault));
            return Internal;
        }
    }
}
