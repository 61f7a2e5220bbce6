using System.Text;

namespace DocExchange.Trust.Ofd;

/// <summary>The Info-ZIP Unicode path (APPNOTE §4.6.9): the name once more, in UTF-8, which many readers go by.</summary>
internal static class OfdUnicodePath
{
    private const ushort Field = 0x7075;

    // The version, and the CRC of the name in the header.
    private const int NameOffset = 5;

    /// <summary>Whether the fields of an entry name it other than <paramref name="path"/>, as this product reads its name, and than other code pages do.</summary>
    public static bool IsOther(ReadOnlySpan<byte> extra, ReadOnlySpan<byte> name, ushort flags, string path)
    {
        while (OfdExtraFields.TryTake(ref extra, out var id, out var content))
        {
            if (id == Field && content.Length >= NameOffset && content[NameOffset..] is var other
                && !other.SequenceEqual(name) && OfdNames.Resolve("", Encoding.UTF8.GetString(other)) is var said && said != path && !OfdNames.ReadingsOf(name.ToArray(), flags).Contains(said))
            {
                return true;
            }
        }

        return false;
    }
}
