using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Ofd;

/// <summary>SignedValue.dat and Seal.esl are DER; a few makers write them as base64 text, or as one PEM block, with zeros behind.</summary>
internal static class OfdArmour
{
    /// <summary>Null where it is neither, or where anything but blanks stands beside: that could be shown as something else, and nobody signs it.</summary>
    public static byte[]? Open(byte[] bytes) =>
        bytes is [0x30, ..] ? bytes
        : CmsSignedData.Unwrap(bytes.AsMemory().TrimEnd((byte)0)) is { Span: [0x30, ..] } opened ? opened.ToArray()
        : null;
}
