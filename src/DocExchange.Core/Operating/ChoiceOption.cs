using System.CommandLine;

namespace DocExchange.Core.Operating;

/// <summary>An option of all verbs that takes one word of a list.</summary>
public sealed class ChoiceOption : Option<string>
{
    public ChoiceOption(string name, string description, string[] choices, string fallback)
        : base(name)
    {
        (Recursive, Description, DefaultValueFactory) = (true, description, _ => fallback);
        this.AcceptOnlyFromAmong(choices);
    }
}
