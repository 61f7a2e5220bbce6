using DocExchange.Trust.Digests;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>
/// The digests of what archive time-stamps index: each part is hashed once for an algorithm, however many time-stamps
/// there are. For one examination, on one thread.
/// </summary>
internal sealed class IndexedParts(SignedDataPieces pieces, CmsLimits limits)
{
    private readonly Dictionary<ReadOnlyMemory<byte>, IReadOnlyList<Digest>> inside = [];

    private readonly Dictionary<(DigestAlgorithm Algorithm, int Part, int Signer), IReadOnlyList<string>> digests = [];

    public SignedDataPieces Pieces => pieces;

    public IReadOnlyList<string> Certificates(DigestAlgorithm algorithm) => Of((algorithm, 0, -1), () => pieces.Certificates);

    /// <summary>Of the lists and answers among the revocation information, in its order; null for what is neither.</summary>
    public IReadOnlyList<Digest?> RevocationFingerprints => field ??= [.. pieces.Revocations.Select(ValidationValues.FingerprintOf)];

    /// <summary>Of the lists and answers in a value of revocation-values.</summary>
    public IReadOnlyList<Digest> RevocationsIn(ReadOnlyMemory<byte> value)
    {
        if (!inside.TryGetValue(value, out var known))
        {
            known = ValidationValues.RevocationsIn(value, limits);
            inside[value] = known;
        }

        return known;
    }

    public IReadOnlyList<string> Revocations(DigestAlgorithm algorithm) => Of((algorithm, 1, -1), () => pieces.Revocations);

    /// <param name="isWhole">Each attribute with all its values, otherwise each value after the attribute's type.</param>
    public IReadOnlyList<string> Unsigned(DigestAlgorithm algorithm, int signer, bool isWhole) => isWhole
        ? Of((algorithm, 3, signer), () => pieces.Signers[signer].Unsigned)
        : Of((algorithm, 2, signer), () => pieces.Signers[signer].UnsignedValues().Select(value => (ReadOnlyMemory<byte>)value));

    private IReadOnlyList<string> Of((DigestAlgorithm Algorithm, int Part, int Signer) key, Func<IEnumerable<ReadOnlyMemory<byte>>> values)
    {
        if (!digests.TryGetValue(key, out var known))
        {
            known = [.. values().Select(value => Convert.ToHexString(DigestAlgorithms.Hash(key.Algorithm, value.Span)))];
            digests[key] = known;
        }

        return known;
    }
}
