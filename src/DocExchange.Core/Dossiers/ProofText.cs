using System.Globalization;
using System.Text;
using DocExchange.Trust.Digests;

namespace DocExchange.Core.Dossiers;

/// <summary>
/// Hashes of a Merkle proof (RFC 6962 §2.1) as text that a shell reads: two named numbers, then one hash a line in base64.
/// One encoding.
/// </summary>
/// <param name="From">Of an inclusion proof the entry's index, of a consistency proof the smaller size.</param>
/// <param name="To">The size the proof leads to.</param>
public sealed record ProofText(bool IsInclusion, long From, long To, IReadOnlyList<Digest> Hashes)
{
    public const int MaxSize = 16 * 1024;

    public static byte[] Inclusion(long index, long size, IReadOnlyList<Digest> hashes) => new ProofText(true, index, size, hashes).ToBytes();

    public static byte[] Consistency(long smaller, long larger, IReadOnlyList<Digest> hashes) => new ProofText(false, smaller, larger, hashes).ToBytes();

    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(IsInclusion ? "index" : "from")} {From}\n{(IsInclusion ? "size" : "to")} {To}\n");
        foreach (var hash in Hashes)
        {
            text.Append(Convert.ToBase64String(hash.Span)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <exception cref="FormatException">The bytes are not exactly what <see cref="ToBytes"/> gives for some proof.</exception>
    public static ProofText Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n');
        if (bytes.Length <= MaxSize && lines.Length >= 3 && NumberIn(lines[0], "index", "from") is { } from && NumberIn(lines[1], "size", "to") is { } to)
        {
            var proof = new ProofText(lines[0].StartsWith("index ", StringComparison.Ordinal), from, to, [.. lines[2..^1].Select(HashIn)]);
            if (proof.ToBytes().AsSpan().SequenceEqual(bytes))
            {
                return proof;
            }
        }

        throw new FormatException("This is not a proof: two numbers and hashes in base64, one a line, are expected.");
    }

    private static long? NumberIn(string line, string one, string other) =>
        line.Split(' ') is [var name, var number] && (name == one || name == other) && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static Digest HashIn(string line)
    {
        var hash = Convert.FromBase64String(line);
        return hash.Length == Digest.Size ? Digest.FromBytes(hash) : throw new FormatException($"A hash of a proof has {Digest.Size} bytes.");
    }
}
