using System.Text;

namespace DocExchange.Trust.Validation;

/// <summary>The spelling ETSI EN 319 102-1 gives its indications: TOTAL_PASSED, SIG_CRYPTO_FAILURE and so on.</summary>
public static class IndicationNames
{
    public static string ToEtsi(this Indication indication) => Spell(indication.ToString());

    /// <summary>Null for <see cref="SubIndication.None"/>.</summary>
    public static string? ToEtsi(this SubIndication sub) => sub == SubIndication.None ? null : Spell(sub.ToString());

    private static string Spell(string pascal)
    {
        var spelled = new StringBuilder(pascal.Length + 8);
        foreach (var letter in pascal)
        {
            if (char.IsUpper(letter) && spelled.Length > 0)
            {
                spelled.Append('_');
            }

            spelled.Append(char.ToUpperInvariant(letter));
        }

        return spelled.ToString();
    }
}
