using System.Diagnostics.CodeAnalysis;

namespace DocExchange.Core.Documents;

/// <summary>统一社会信用代码 (GB 32100-2015): 18 characters, the last of them a check character.</summary>
public sealed record UnifiedSocialCreditCode
{
    public const int Length = 18;

    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private UnifiedSocialCreditCode(string value)
    {
        Value = value;
    }

    public string Value { get; }

    /// <exception cref="FormatException">The text is not such a code, or its check character is wrong.</exception>
    public static UnifiedSocialCreditCode Parse(string text) =>
        TryParse(text, out var code)
            ? code
            : throw new FormatException($"'{Quoted.Short(text)}' is not a unified social credit code: {Length} characters of {Alphabet} with a right check character (GB 32100).");

    /// <summary>Accepts lower-case letters and white space around the code.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out UnifiedSocialCreditCode? code)
    {
        code = null;
        if (text is null || text.Length > 2 * Length)
        {
            return false;
        }

        var value = text.Trim().ToUpperInvariant();
        if (value.Length == Length && !value.AsSpan().ContainsAnyExcept(Alphabet) && value[^1] == CheckCharacter(value.AsSpan(0, Length - 1)))
        {
            code = new UnifiedSocialCreditCode(value);
        }

        return code is not null;
    }

    public override string ToString() => Value;

    /// <summary>GB 32100 §4.5: weights 3^(i−1) mod 31; the characters must be of the alphabet.</summary>
    internal static char CheckCharacter(ReadOnlySpan<char> seventeen)
    {
        var (sum, weight) = (0, 1);
        foreach (var character in seventeen)
        {
            sum += Alphabet.IndexOf(character) * weight;
            weight = weight * 3 % 31;
        }

        return Alphabet[(31 - (sum % 31)) % 31];
    }
}
