using System.Buffers.Binary;

namespace DocExchange.Trust.Ofd;

/// <summary>The extra fields of an entry, one behind the other: two bytes that say which, two with its size, and its content (APPNOTE §4.5.1).</summary>
internal static class OfdExtraFields
{
    private const int HeadSize = 4;

    /// <summary>Takes the next field from the front; false where there is none, or one that is cut off.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> extra, out ushort id, out ReadOnlySpan<byte> content)
    {
        id = 0;
        content = default;
        if (extra.Length < HeadSize || BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]) is var size && size > extra.Length - HeadSize)
        {
            return false;
        }

        id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
        content = extra.Slice(HeadSize, size);
        extra = extra[(HeadSize + size)..];
        return true;
    }
}
