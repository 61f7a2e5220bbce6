using System.Text;
using System.Xml;
using DocExchange.Core.Statements;

namespace DocExchange.Hub.Submission;

/// <summary>Reasons speak of what a hostile package holds; a Rejected must still be a statement: well-formed and not too long.</summary>
internal static class RejectionText
{
    private const int MaxReasons = 50;
    private const int MaxLength = 600;
    private const int MaxBytes = 30_000;

    // Worst case of a character in XML: &quot;
    private const int BytesOfCharacter = 6;

    /// <summary>The first reasons that fit; there is always one where one was given.</summary>
    public static List<RejectionReason> Fit(IReadOnlyList<RejectionReason> reasons)
    {
        var fitted = new List<RejectionReason>();
        var left = MaxBytes;
        foreach (var reason in reasons.Take(MaxReasons))
        {
            var clean = new RejectionReason(Clean(reason.Code), Clean(reason.Chinese), Clean(reason.English));
            left -= BytesOf(clean);
            if (left < 0)
            {
                break;
            }

            fitted.Add(clean);
        }

        return fitted;
    }

    private static int BytesOf(RejectionReason reason) =>
        100 + new[] { reason.Code, reason.Chinese, reason.English }.Sum(text => text.Sum(letter => letter is '<' or '>' or '&' or '"' or < ' ' ? BytesOfCharacter : letter < 0x80 ? 1 : 3));

    private static string Clean(string text)
    {
        var clean = new StringBuilder();
        for (var at = 0; at < text.Length && clean.Length < MaxLength; at++)
        {
            if (at + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[at + 1], text[at]))
            {
                clean.Append(text, at++, 2);
            }
            else
            {
                clean.Append(XmlConvert.IsXmlChar(text[at]) ? text[at] : '\uFFFD');
            }
        }

        return clean.Length < MaxLength ? clean.ToString() : clean.Append('…').ToString();
    }
}
