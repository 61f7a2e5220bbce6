using System.Text;

namespace DocExchange.Trust.Containers;

/// <summary>Follows a text that is known but for its values.</summary>
internal ref struct LiteralReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    public static PackageFormatException Invalid(string chinese, string english) =>
        new(PackageFaults.ManifestInvalid, $"清单 {EntryNames.Manifest} 无效：{chinese}。", $"The manifest {EntryNames.Manifest} is invalid: {english}.");

    public bool Take(string literal)
    {
        if (literal.Length > bytes.Length - position || !Ascii.Equals(bytes.Slice(position, literal.Length), literal))
        {
            return false;
        }

        position += literal.Length;
        return true;
    }

    public void Expect(string literal)
    {
        if (!Take(literal))
        {
            throw Differs(position + CommonLength(literal));
        }
    }

    public readonly void ExpectEnd()
    {
        if (position != bytes.Length)
        {
            throw Differs(position);
        }
    }

    /// <summary>Printable ASCII up to, not including, <paramref name="end"/>.</summary>
    public string Until(char end, int maxLength)
    {
        var rest = bytes[position..];
        var length = rest[..Math.Min(rest.Length, maxLength + 1)].IndexOf((byte)end);
        if (length < 0)
        {
            throw Differs(position);
        }

        if (rest[..length].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            throw Differs(position + rest.IndexOfAnyExceptInRange((byte)' ', (byte)'~'));
        }

        position += length;
        return Encoding.ASCII.GetString(rest[..length]);
    }

    private static PackageFormatException Differs(int offset) =>
        Invalid($"从第 {offset} 字节起不符合规定的写法", $"from byte {offset} on it differs from the one form that is allowed");

    private readonly int CommonLength(string literal)
    {
        var length = 0;
        while (length < literal.Length && position + length < bytes.Length && bytes[position + length] == literal[length])
        {
            length++;
        }

        return length;
    }
}
