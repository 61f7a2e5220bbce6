using System.Text.RegularExpressions;
using DocExchange.Trust.Faults;

namespace DocExchange.Core.Offices;

/// <summary>
/// The permanent, opaque name of a party: <c>&lt;exchange&gt;/&lt;id&gt;</c>. Offices have an id of lower-case
/// letters, digits and hyphens (<c>beijing/bgs</c>); machines have a tilde before it (<c>beijing/~hub</c> is the
/// hub, <c>beijing/~n-general</c> a node). Never reused, never derived from a host name.
/// </summary>
public sealed partial record PartyId : IComparable<PartyId>
{
    private PartyId(string exchange, string local)
    {
        Exchange = exchange;
        Local = local;
    }

    /// <summary>1 to 32 characters.</summary>
    public string Exchange { get; }

    /// <summary>1 to 41 characters, a machine's with its tilde.</summary>
    public string Local { get; }

    public bool IsMachine => Local[0] == '~';

    public bool IsHub => Local == "~hub";

    public static PartyId Hub(string exchange) => Parse($"{exchange}/~hub");

    public static PartyId Office(string exchange, string local) => Parse($"{exchange}/{local}");

    public static PartyId Node(string exchange, string local) => Parse($"{exchange}/~{local}");

    /// <exception cref="FormatException">The text is not of the form described for this type.</exception>
    public static PartyId Parse(string text) =>
        TryParse(text) ?? throw new WordedFormatException(
            $"“{Shorten(text)}”不是单位或节点的编号，应为“平台/编号”，只用小写字母、数字和连字符。",
            $"'{Shorten(text)}' is not a party's id: <exchange>/<id> of lower-case letters, digits and hyphens is expected.");

    public static PartyId? TryParse(string? text)
    {
        if (text is null || text.Length > 80)
        {
            return null;
        }

        var match = Form().Match(text);
        return match.Success ? new PartyId(match.Groups[1].Value, match.Groups[2].Value) : null;
    }

    /// <summary>An id given with or without its exchange, as people type it.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static PartyId Parse(string text, string exchange) => Parse(text.Contains('/') ? text : $"{exchange}/{text}");

    public int CompareTo(PartyId? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public override string ToString() => $"{Exchange}/{Local}";

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [GeneratedRegex(@"\A([a-z0-9][a-z0-9-]{0,31})/(~?[a-z0-9][a-z0-9-]{0,39})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
