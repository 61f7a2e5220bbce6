using System.Globalization;

namespace DocExchange.Hub.FullText;

/// <summary>How far the index is; stored in each of its commits, so that it is true of what that commit holds.</summary>
/// <param name="Size">The ledger size it reflects; 0 while it is being made anew.</param>
/// <param name="Walked">While it is made anew: documents dispatched up to this ledger index are in it.</param>
/// <param name="Goal">While it is made anew: the ledger size it will reflect when all are.</param>
internal sealed record FullTextProgress(long Size, long Walked, long Goal)
{
    private const string Form = "3";

    public static readonly FullTextProgress None = new(0, -1, 0);

    public Dictionary<string, string> Write() => new() { ["form"] = Form, ["size"] = Text(Size), ["walked"] = Text(Walked), ["goal"] = Text(Goal) };

    /// <returns>Null where it is of another form, or of none.</returns>
    public static FullTextProgress? Read(IDictionary<string, string> data) =>
        data.TryGetValue("form", out var form) && form == Form && TryGet(data, "size", out var size) && TryGet(data, "walked", out var walked) && TryGet(data, "goal", out var goal)
            ? new FullTextProgress(size, walked, goal)
            : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool TryGet(IDictionary<string, string> data, string name, out long number)
    {
        number = 0;
        return data.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}
