using System.Buffers.Binary;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// What the directory says that an entry is (APPNOTE §4.4.3, §4.4.4, §4.4.15). The upper half of the external attributes holds a
/// mode of Unix, which programs go by for other makers than Unix too.
/// </summary>
internal static class OfdEntryKind
{
    private const uint TypeMask = 0xF000;
    private const uint Link = 0xA000;
    private const uint File = 0x8000;
    private const uint OwnerReads = 0x0100;
    private const uint Permissions = 0x01FF;

    // Who made it (APPNOTE §4.4.2.2), of those whose attributes are 32 bits of DOS and Windows: FAT, OS/2, NTFS by number and as it is met, VFAT.
    private static readonly byte[] OfWindows = [0, 6, 10, 11, 14];

    // A volume label, a folder.
    private const uint NoFile = 0x08 | 0x10;

    // Patched data, strong encryption, masked headers.
    private const ushort NotReadElsewhere = 0x20 | 0x40 | 0x2000;

    // 6.3 is the newest.
    private const byte NewestVersion = 63;

    /// <exception cref="OfdFormatException">It is a link.</exception>
    public static void RejectLink(ReadOnlySpan<byte> record, string path)
    {
        if (TypeOf(record) == Link)
        {
            throw new OfdFormatException("OFD_LINK", $"压缩包中的“{path}”是链接，不予接受。", $"'{path}' in the ZIP file is a link.");
        }
    }

    /// <summary>Whether a file is called something else, so that other programs leave it out, or is marked as something that they do not read, or cannot once it is unpacked.</summary>
    public static bool IsOther(ReadOnlySpan<byte> record, string path) => !path.EndsWith('/')
        && (TypeOf(record) is not (0 or File) || (Attributes(record) & NoFile) != 0 || IsUnreadable(record) || (BinaryPrimitives.ReadUInt16LittleEndian(record[8..]) & NotReadElsewhere) != 0 || record[6] > NewestVersion);

    // Many makers state no mode at all; one that lets nobody read, no maker writes. Of Windows it is one where it says so: its attributes go on there, as of files from a cloud.
    private static bool IsUnreadable(ReadOnlySpan<byte> record) => Attributes(record) >> 16 is var mode && (mode & OwnerReads) == 0
        && (OfWindows.Contains(record[5]) ? (mode & TypeMask) == File && (mode & Permissions) != 0 : mode != 0);

    private static uint TypeOf(ReadOnlySpan<byte> record) => Attributes(record) >> 16 & TypeMask;

    private static uint Attributes(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record[38..]);
}
