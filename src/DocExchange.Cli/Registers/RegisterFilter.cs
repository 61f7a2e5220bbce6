using System.CommandLine;

namespace DocExchange.Cli.Registers;

/// <summary>Which lines of a register are asked for: options of the verb it is made for.</summary>
internal abstract class RegisterFilter(Terminal terminal, Command verb)
{
    protected Option<T> Add<T>(string name, string chinese, string english, T otherwise)
    {
        var option = new Option<T>(name) { Description = terminal.Say(chinese, english), DefaultValueFactory = _ => otherwise };
        verb.Add(option);
        return option;
    }
}
