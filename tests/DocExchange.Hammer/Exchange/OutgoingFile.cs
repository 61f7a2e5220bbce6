using System.Security.Cryptography;

namespace DocExchange.Hammer.Exchange;

/// <summary>A file of a document to be sent; bytes that repeat are not held twice.</summary>
internal sealed record OutgoingFile(string Name, long Size, byte[] Pattern)
{
    public static OutgoingFile Of(string name, byte[] content) => new(name, content.Length, content);

    /// <summary>Random bytes, which nothing on the way can compress; over 1 MiB the same megabyte again and again.</summary>
    public static OutgoingFile Random(string name, long size) => new(name, size, RandomNumberGenerator.GetBytes((int)Math.Min(size, 1024 * 1024)));

    public IEnumerable<ReadOnlyMemory<byte>> Pieces(int most)
    {
        for (long at = 0; at < Size;)
        {
            var offset = (int)(at % Pattern.Length);
            var length = (int)Math.Min(Math.Min(most, Pattern.Length - offset), Size - at);
            yield return Pattern.AsMemory(offset, length);
            at += length;
        }
    }
}
