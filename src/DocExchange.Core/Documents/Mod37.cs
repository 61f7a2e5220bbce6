namespace DocExchange.Core.Documents;

/// <summary>
/// The check character of ISO/IEC 7064 MOD 37,36 over 0-9 A-Z. It finds every single wrong character and all but one
/// in 630 swaps of neighbours.
/// </summary>
internal static class Mod37
{
    public const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <param name="text">Characters of <see cref="Alphabet"/> only.</param>
    public static char CheckCharacter(ReadOnlySpan<char> text)
    {
        var product = 36;
        foreach (var character in text)
        {
            var sum = (product + Alphabet.IndexOf(character)) % 36;
            product = (sum == 0 ? 36 : sum) * 2 % 37;
        }

        return Alphabet[(37 - product) % 36];
    }
}
