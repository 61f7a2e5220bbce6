using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace DocExchange.Core.Documents;

/// <summary>收文编号: what a receiving office writes in its register, free text of at most 40 characters such as 2026-0001.</summary>
public sealed record RegisterNumber
{
    public const int MaxLength = 40;

    private RegisterNumber(string value)
    {
        Value = value;
    }

    public string Value { get; }

    /// <exception cref="FormatException">The text is empty, too long, or holds characters that cannot be shown.</exception>
    public static RegisterNumber Parse(string text) =>
        SingleLineText.FirstFault(text, MaxLength) is not { } fault
            ? new RegisterNumber(text)
            : throw new FormatException($"The register number '{Quoted.Short(text)}' {fault.English}.");

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RegisterNumber? number)
    {
        number = text is not null && SingleLineText.FirstFault(text, MaxLength) is null ? new RegisterNumber(text) : null;
        return number is not null;
    }

    /// <summary>What a new register begins the year with: 2026-0001.</summary>
    public static RegisterNumber First(int year) => new($"{year:D4}-0001");

    /// <summary>
    /// Suggests the number after <paramref name="previous"/>: its trailing digits, before a 号 if there is one, plus one,
    /// padded to the same width. Null when there are none or the result would be too long.
    /// </summary>
    public static RegisterNumber? Next(RegisterNumber previous)
    {
        var text = previous.Value;
        var end = text.EndsWith('号') ? text.Length - 1 : text.Length;
        var start = end;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
        {
            start--;
        }

        if (start == end)
        {
            return null;
        }

        var next = (BigInteger.Parse(text.AsSpan(start, end - start)) + 1).ToString().PadLeft(end - start, '0');
        return TryParse($"{text[..start]}{next}{text[end..]}", out var suggestion) ? suggestion : null;
    }

    public override string ToString() => Value;
}
