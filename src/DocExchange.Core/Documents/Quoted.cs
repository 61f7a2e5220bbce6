namespace DocExchange.Core.Documents;

/// <summary>A piece of foreign text fit to be repeated in a message: short, without control characters.</summary>
internal static class Quoted
{
    public static string Short(string? text)
    {
        var cut = text is null ? "" : text.Length <= 60 ? text : text[..60] + "…";
        return SingleLineText.FirstFault(cut, 80)?.Code == "TEXT_CHARACTER"
            ? new string([.. cut.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?')])
            : cut;
    }
}
