using DocExchange.Trust.Digests;
using Google.Protobuf;

namespace DocExchange.Protocol;

/// <summary>Digests and byte fields of messages.</summary>
public static class Bytes
{
    public static ByteString ToWire(this Digest digest) => ByteString.CopyFrom(digest.Span);

    /// <summary>Without a copy: the memory must not change afterwards.</summary>
    public static ByteString ToWire(this ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    /// <exception cref="Core.Refusals.RefusedException">The number is beyond what any size, offset or index can be.</exception>
    public static long ToCount(this ulong field, string name) => field <= long.MaxValue
        ? (long)field
        : throw new Core.Refusals.RefusedException(
            Core.Refusals.Refusal.FormatFailure, $"字段 {name} 的值 {field} 过大。", $"The field {name} is {field}; no size, offset or index is that large.");

    /// <exception cref="Core.Refusals.RefusedException">The field does not hold 32 bytes.</exception>
    public static Digest ToDigest(this ByteString field, string name) => field.Length == Digest.Size
        ? Digest.FromBytes(field.Span)
        : throw new Core.Refusals.RefusedException(
            Core.Refusals.Refusal.FormatFailure,
            $"字段 {name} 应为 {Digest.Size} 字节的 SHA-256 值，实为 {field.Length} 字节。",
            $"The field {name} must be a SHA-256 value of {Digest.Size} bytes; it has {field.Length}.");
}
