using System.Text.RegularExpressions;

namespace DocExchange.Core.Operating;

/// <summary>What the command line library says, without the names of types that only programmers know.</summary>
public static partial class PlainUsage
{
    /// <summary>As the library says it, but for a value of the wrong type.</summary>
    public static string Of(string message) => CannotParse().Replace(message, match => $"'{match.Groups[1]}' is no value for the option '{match.Groups[2]}', which takes {KindOf(match.Groups[3].Value)}.");

    private static string KindOf(string type) => type.Contains("Int", StringComparison.Ordinal) ? "a whole number" : type.Contains("Boolean", StringComparison.Ordinal) ? "true or false" : "another kind of value";

    [GeneratedRegex(@"\ACannot parse argument '([^']*)' for option '([^']*)' as expected type '(.*)'\.?.*\z", RegexOptions.Singleline)]
    private static partial Regex CannotParse();
}
