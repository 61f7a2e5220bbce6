using System.Text;
using DocExchange.Trust.Digests;

namespace DocExchange.Core.Dossiers;

/// <summary>SHA-256 of every other entry, in the form of <c>sha256sum</c>. One encoding.</summary>
internal static class DossierSums
{
    public static byte[] Write(IEnumerable<(string Path, Digest Sha256)> digests)
    {
        var text = new StringBuilder();
        foreach (var (path, sha256) in digests)
        {
            text.Append(sha256).Append("  ").Append(path).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <exception cref="FormatException">The bytes are not exactly what <see cref="Write"/> gives.</exception>
    public static IReadOnlyList<(string Path, Digest Sha256)> Read(ReadOnlySpan<byte> bytes)
    {
        var digests = Encoding.Latin1.GetString(bytes).Split('\n')[..^1]
            .Select(line => line.Split("  ", 2) is [var sha256, var path] ? (path, Digest.Parse(sha256)) : throw new FormatException("A line of SHA256SUMS is a digest, two blanks and a name."))
            .ToList();
        return Write(digests).AsSpan().SequenceEqual(bytes) ? digests : throw new FormatException("SHA256SUMS is not written as sha256sum writes it.");
    }
}
