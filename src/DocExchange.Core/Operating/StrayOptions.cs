namespace DocExchange.Core.Operating;

/// <summary>Options nobody knows, which the command line library takes for values where one is wanted.</summary>
public static class StrayOptions
{
    private const string End = "--";

    /// <param name="args">As typed; what follows <c>--</c>, or is joined to an option by <c>=</c>, may look like anything.</param>
    /// <param name="words">What was taken for a word that stands by itself, such as the name of a file.</param>
    /// <param name="values">What was taken for the value of an option: <c>-</c> and negative numbers are such.</param>
    public static IReadOnlyList<string> In(IEnumerable<string> args, IEnumerable<string> words, IEnumerable<string> values)
    {
        var typed = args.TakeWhile(arg => arg != End).ToHashSet();
        return
        [
            .. words.Where(word => word.Length > 1 && word[0] == '-')
                .Concat(values.Where(value => value.Length > End.Length && value.StartsWith(End, StringComparison.Ordinal)))
                .Where(typed.Contains),
        ];
    }
}
