namespace DocExchange.Trust.Pdf;

/// <summary>A value of a PDF (ISO 32000-1 §7.3). Equal texts are equal values; unequal ones may mean the same.</summary>
/// <param name="Text">Names without escapes, dictionaries by key.</param>
internal sealed record PdfValue(string Text)
{
    public static readonly PdfValue Null = new("null");

    /// <summary>Null where it is no dictionary.</summary>
    public IReadOnlyDictionary<string, PdfValue>? Entries { get; private init; }

    /// <summary>Null where it is no array.</summary>
    public IReadOnlyList<PdfValue>? Items { get; private init; }

    /// <summary>The number of the object it refers to; null where it is no reference.</summary>
    public int? Target { get; private init; }

    public static PdfValue Dictionary(IReadOnlyDictionary<string, PdfValue> entries) =>
        new($"<<{string.Concat(entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} {entry.Value.Text} "))}>>") { Entries = entries };

    public static PdfValue Array(IReadOnlyList<PdfValue> items) => new($"[{string.Join(' ', items.Select(item => item.Text))}]") { Items = items };

    public static PdfValue Reference(int number) => new($"{number} 0 R") { Target = number };

    /// <summary>Of a dictionary; null where it has none.</summary>
    public PdfValue? Get(string key) => Entries is not null && Entries.TryGetValue(key, out var value) && value.Text != Null.Text ? value : null;

    public bool Is(string key, string text) => Get(key)?.Text == text;
}
