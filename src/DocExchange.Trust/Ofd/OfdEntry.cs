namespace DocExchange.Trust.Ofd;

/// <summary>A file in a foreign ZIP, as its directory describes it.</summary>
/// <param name="Path">With forward slashes, without one in front: <c>Doc_0/Document.xml</c>.</param>
/// <param name="RawName">The bytes of the name.</param>
/// <param name="HeaderOffset">Of the local header in the file.</param>
/// <param name="Crc">CRC-32 of the unpacked data.</param>
/// <param name="IsAmbiguous">Its fields in the directory name another file, state its sizes twice, name it by a way about, or say that it is no file.</param>
public sealed record OfdEntry(string Path, byte[] RawName, ushort Method, ushort Flags, long PackedSize, long Size, long HeaderOffset, uint Crc, bool IsAmbiguous)
{
    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const ushort EncryptedFlag = 1;

    /// <summary>The name in the ZIP has back slashes, or a slash in front.</summary>
    public bool IsSlashedOtherwise { get; init; }

    public bool IsEncrypted => (Flags & EncryptedFlag) != 0;

    /// <summary>Stored or deflated, and not encrypted.</summary>
    public bool IsReadable => !IsEncrypted && Method is Stored or Deflated;

    public bool IsStored => Method == Stored;
}
