namespace DocExchange.Trust.Pdf;

/// <summary>What a stream says of its length.</summary>
/// <param name="Number">The length, or the number of the object that is.</param>
internal sealed record PdfLength(long Number, bool IsReference)
{
    /// <summary>Null for what is neither a number nor a reference.</summary>
    public static PdfLength? Of(ReadOnlyMemory<byte> value)
    {
        var words = new PdfWords(value);
        return words.Number() is not { } number ? null
            : words.Rest.IsEmpty ? new PdfLength(number, IsReference: false)
            : words.Number() is not null && words.Is("R") && words.Rest.IsEmpty ? new PdfLength(number, IsReference: true) : null;
    }
}
