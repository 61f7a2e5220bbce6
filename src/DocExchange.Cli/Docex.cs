using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json;
using DocExchange.Cli.Certificates;
using DocExchange.Cli.Demo;
using DocExchange.Cli.Doctor;
using DocExchange.Cli.Documents;
using DocExchange.Cli.Drafts;
using DocExchange.Cli.Ledgers;
using DocExchange.Cli.Operating;
using DocExchange.Cli.People;
using DocExchange.Cli.Pki;
using DocExchange.Cli.Sealing;
using DocExchange.Cli.Seals;
using DocExchange.Cli.Stamping;
using DocExchange.Cli.Tokens;
using DocExchange.Cli.Verifying;
using DocExchange.Core.Operating;

namespace DocExchange.Cli;

/// <summary>The command line <c>docex</c>: every verb there is.</summary>
internal static class Docex
{
    public const string FormatName = "--format";
    public const string LanguageName = VerbLanguage.OptionName;
    public const string Html = "html";
    public const string Csv = "csv";

    // Long enough for a hub and its nodes to finish what they are writing.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(60);

    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellation)
    {
        var parsed = Root(terminal).Parse(args);
        if (WrongCommandLine.Of(args, parsed, "docex") is { } wrong)
        {
            Complain(args, wrong, terminal);
            return ExitCode.Usage;
        }

        if (parsed is { Action: HelpAction, CommandResult.Command: ProcessVerb handedOn })
        {
            return await handedOn.HelpAsync(parsed, cancellation);
        }

        var isHelp = parsed.Action is HelpAction;
        var help = new StringWriter();
        var configuration = new InvocationConfiguration
        {
            Output = isHelp ? help : terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeToEnd,
        };
        var code = await parsed.InvokeAsync(configuration, cancellation);
        await terminal.Output.WriteAsync(UsageWords.OfHelp(help.ToString(), new VerbLanguage(terminal.IsEnglish)));
        return code;
    }

    public static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand(terminal.Say("DocExchange 公文交换系统。", "DocExchange exchanges official documents between offices."))
        {
            new ChoiceOption(FormatName, terminal.Say("输出格式（html 仅用于 verify，csv 仅用于 hub supervise）", "Output format (html for verify, csv for hub supervise only)"), ["text", "json", Html, Csv], "text"),
            new ChoiceOption(LanguageName, terminal.Say("语言", "Language"), VerbAnswer.Languages, VerbAnswer.Languages[0]),
        };
        foreach (var verb in Verbs(terminal))
        {
            root.Add(verb);
        }

        return root;
    }

    private static void Complain(IReadOnlyList<string> args, WrongCommandLine wrong, Terminal terminal)
    {
        var language = new VerbLanguage(terminal.IsEnglish);
        List<string> messages = [.. wrong.Sentences(language)];
        messages.ForEach(terminal.Error.WriteLine);
        terminal.Error.WriteLine(wrong.SeeHelp(language));
        if (WrongCommandLine.AsksForJson(args))
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(new { error = UsageException.Name, message = string.Join(' ', messages) }, Screen.Json));
        }
    }

    private static IEnumerable<Command> Verbs(Terminal terminal) =>
    [
        .. DocumentVerbs.All(terminal),
        DraftVerbs.All(terminal),
        SealingVerbs.All(terminal),
        PeopleVerbs.All(terminal),
        TokenVerbs.All(terminal),
        DeskVerbs.All(terminal),
        new VerifyVerb(terminal),
        new TimestampVerb(terminal),
        new DemoVerb(terminal),
        new DoctorVerb(terminal),
        OperatingVerbs.Hub(terminal),
        OperatingVerbs.Node(terminal),
        OperatingVerbs.Offices(terminal),
        LedgerVerbs.All(terminal),
        CertVerbs.All(terminal),
        PkiVerbs.All(terminal),
        SealVerbs.All(terminal),
    ];
}
