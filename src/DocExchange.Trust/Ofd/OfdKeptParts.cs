namespace DocExchange.Trust.Ofd;

/// <summary>
/// Parts that were unpacked for their digest and will be asked for what they name: files of XML, as far as there is room, so
/// that an ordinary document is unpacked once. Each is given away once.
/// </summary>
internal sealed class OfdKeptParts
{
    private const long MaxSize = 1 << 20;
    private const long MaxTotal = 8 << 20;

    private readonly Dictionary<string, byte[]> parts = new(StringComparer.Ordinal);
    private long total;

    public bool HasRoomFor(OfdEntry entry) =>
        entry.Size <= MaxSize && total + entry.Size <= MaxTotal && entry.Path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) && !parts.ContainsKey(entry.Path);

    public void Add(OfdEntry entry, byte[] bytes)
    {
        parts.Add(entry.Path, bytes);
        total += bytes.Length;
    }

    public byte[]? Take(OfdEntry entry)
    {
        if (!parts.Remove(entry.Path, out var bytes))
        {
            return null;
        }

        total -= bytes.Length;
        return bytes;
    }
}
