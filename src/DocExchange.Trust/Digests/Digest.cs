using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DocExchange.Trust.Faults;

namespace DocExchange.Trust.Digests;

/// <summary>
/// A SHA-256 value (FIPS 180-4), 32 bytes, by which documents, packages, statements, certificates and ledger
/// nodes are named. Written as 64 lower-case hexadecimal characters. The default value is all zeros.
/// </summary>
public readonly struct Digest : IEquatable<Digest>, IComparable<Digest>
{
    public const int Size = 32;

    private readonly Bytes bytes;

    private Digest(ReadOnlySpan<byte> value)
    {
        value.CopyTo(bytes);
    }

    public bool IsZero => !Span.ContainsAnyExcept((byte)0);

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => bytes;

    /// <exception cref="ArgumentException">The value is not exactly 32 bytes long.</exception>
    public static Digest FromBytes(ReadOnlySpan<byte> value) =>
        value.Length == Size ? new Digest(value) : throw new ArgumentException($"A SHA-256 value has {Size} bytes, not {value.Length}.", nameof(value));

    /// <summary>The SHA-256 value of <paramref name="data"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new Digest(hash);
    }

    /// <summary>The SHA-256 value of what is left of <paramref name="stream"/>, read in pieces: memory stays flat.</summary>
    public static async ValueTask<Digest> OfAsync(Stream stream, CancellationToken cancellation) =>
        FromBytes(await SHA256.HashDataAsync(stream, cancellation));

    /// <exception cref="FormatException">The text is not 64 hexadecimal characters.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new WordedFormatException(
            $"“{Shorten(text)}”不是 SHA-256 值，应为 64 个十六进制字符。", $"'{Shorten(text)}' is not a SHA-256 value: 64 hexadecimal characters are expected.");

    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        Span<byte> value = stackalloc byte[Size];
        if (text is null || text.Length != 2 * Size || Convert.FromHexString(text, value, out _, out var written) != System.Buffers.OperationStatus.Done || written != Size)
        {
            return false;
        }

        digest = new Digest(value);
        return true;
    }

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(Digest other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => MemoryMarshal.Read<int>(Span);

    public int CompareTo(Digest other) => Span.SequenceCompareTo(other.Span);

    public override string ToString() => Convert.ToHexStringLower(Span);

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    private static string Shorten(string? text) => text is null ? "" : text.Length <= 80 ? text : text[..80] + "…";

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte first;
    }
}
