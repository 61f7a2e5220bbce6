using System.CommandLine;
using DocExchange.Core.Operating;

namespace DocExchange.Cli;

/// <summary>One verb of the command line: its options, and what it does.</summary>
internal abstract class Verb : Command
{
    protected Verb(Terminal terminal, string name, string chinese, string english)
        : base(name, terminal.Say(chinese, english))
    {
        Terminal = terminal;
        SetAction((parse, cancellation) =>
        {
            var format = parse.GetValue<string>(Docex.FormatName);
            var screen = new Screen(terminal, format == "json");
            return Failures.GuardAsync(screen, () => (format == Docex.Html && !WritesPages) || (format == Docex.Csv && !WritesTables) ? throw NotOffered(format) : RunAsync(parse, screen, cancellation));
        });
    }

    /// <summary>Whether the result can be had as a page (<c>--format html</c>).</summary>
    protected virtual bool WritesPages => false;

    /// <summary>Whether the result can be had as a table (<c>--format csv</c>).</summary>
    protected virtual bool WritesTables => false;

    protected Terminal Terminal { get; }

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(ParseResult parse, Screen screen, CancellationToken cancellation);

    private static UsageException NotOffered(string format) => new($"此命令没有 {format} 格式的输出。", $"This verb has no {format} output.");

    internal Option<T> Option<T>(string name, string chinese, string english, T? fallback = default)
    {
        var option = new Option<T>(name) { Description = Terminal.Say(chinese, english) };
        if (fallback is not null && !EqualityComparer<T>.Default.Equals(fallback, default))
        {
            option.DefaultValueFactory = _ => fallback;
        }

        Add(option);
        return option;
    }

    protected Option<T> Required<T>(string name, string chinese, string english)
    {
        var option = Option<T>(name, chinese, english);
        option.Required = true;
        return option;
    }

    /// <summary>An option that may be given several times.</summary>
    protected Option<string[]> Repeated(string name, string chinese, string english)
    {
        var option = Option<string[]>(name, chinese, english);
        option.Arity = ArgumentArity.ZeroOrMore;
        return option;
    }

    protected Argument<string> Argument(string name, string chinese, string english)
    {
        var argument = new Argument<string>(name) { Description = Terminal.Say(chinese, english) };
        Add(argument);
        return argument;
    }
}

/// <summary>Verbs under one noun.</summary>
internal sealed class VerbGroup : Command
{
    public VerbGroup(Terminal terminal, string name, string chinese, string english, params IEnumerable<Command> verbs)
        : base(name, terminal.Say(chinese, english))
    {
        foreach (var verb in verbs)
        {
            Add(verb);
        }
    }
}
