namespace DocExchange.Trust.Containers;

/// <summary>
/// A part to be packed: <c>metadata.xml</c>, <c>body/&lt;name&gt;</c> or <c>attachments/&lt;nnn&gt;-&lt;name&gt;</c>.
/// <paramref name="Open"/> is called once for each pass over the part, and the stream it gives is disposed.
/// </summary>
public sealed record PackagePart(string Path, string MediaType, Func<Stream> Open)
{
    public static PackagePart Metadata(byte[] xml) =>
        new(EntryNames.Metadata, MediaTypes.Xml, () => new MemoryStream(xml, writable: false));

    /// <exception cref="PackageFormatException">The name is hostile or too long.</exception>
    public static PackagePart Body(string name, Func<Stream> open)
    {
        EntryNames.Check(name);
        return new PackagePart(EntryNames.BodyFolder + name, MediaTypes.Of(name), open);
    }

    /// <param name="number">From 1 to 999, without gaps over the package.</param>
    /// <exception cref="PackageFormatException">The name is hostile or too long.</exception>
    public static PackagePart Attachment(int number, string name, Func<Stream> open)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 999);
        EntryNames.Check(name);
        return new PackagePart(EntryNames.AttachmentPrefix(number) + name, MediaTypes.Of(name), open);
    }
}
