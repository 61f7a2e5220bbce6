using DocExchange.Trust.Digests;

namespace DocExchange.Core.Documents;

/// <summary>The SHA-256 value of a package's manifest: names the document whatever its signatures look like.</summary>
public readonly record struct DocumentId(Digest Value)
{
    public static DocumentId OfManifest(ReadOnlySpan<byte> manifest) => new(Digest.Of(manifest));

    /// <exception cref="FormatException">The text is not 64 hexadecimal characters.</exception>
    public static DocumentId Parse(string text) => new(Digest.Parse(text));

    public static bool TryParse(string? text, out DocumentId id)
    {
        var isDigest = Digest.TryParse(text, out var value);
        id = new DocumentId(value);
        return isDigest;
    }

    public override string ToString() => Value.ToString();
}

/// <summary>The SHA-256 value of a package file, signatures included: names exactly these bytes.</summary>
public readonly record struct PackageId(Digest Value)
{
    /// <exception cref="FormatException">The text is not 64 hexadecimal characters.</exception>
    public static PackageId Parse(string text) => new(Digest.Parse(text));

    public static bool TryParse(string? text, out PackageId id)
    {
        var isDigest = Digest.TryParse(text, out var value);
        id = new PackageId(value);
        return isDigest;
    }

    public override string ToString() => Value.ToString();
}
