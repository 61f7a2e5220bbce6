using System.Collections.Concurrent;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Trust.Merkle;

/// <summary>All entries in memory, hashed by the definition of RFC 6962 §2.1 without any shortcut.</summary>
internal sealed class ReferenceTree(IReadOnlyList<byte[]> entries) : IHashSource
{
    /// <summary>The entries of the Certificate Transparency reference tests.</summary>
    public static ReferenceTree CertificateTransparency { get; } = new(
        [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)]);

    public static ReferenceTree OfSize(int size) => new([.. Enumerable.Range(0, size).Select(BitConverter.GetBytes)]);

    private readonly ConcurrentDictionary<(int, int), Digest> known = [];

    public IReadOnlyList<byte[]> Entries => entries;

    public Digest Root(int size) => Range(0, size);

    public Digest Hash(int level, long index) => Range((int)(index << level), (int)((index + 1) << level));

    private Digest Range(int begin, int end)
    {
        Assert.That(end, Is.LessThanOrEqualTo(entries.Count), "asked for entries that do not exist");
        if (known.TryGetValue((begin, end), out var hash))
        {
            return hash;
        }

        var half = 1;
        while (half * 2 < end - begin)
        {
            half *= 2;
        }

        return known[(begin, end)] = (end - begin) switch
        {
            0 => Digest.Of([]),
            1 => Digest.Of([0x00, .. entries[begin]]),
            _ => Digest.Of([0x01, .. Range(begin, begin + half).Span, .. Range(begin + half, end).Span]),
        };
    }
}
