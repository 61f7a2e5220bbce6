using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Merkle;

/// <summary>Where the hashes of complete subtrees are kept. Safe for concurrent use.</summary>
public interface IHashSource
{
    /// <summary>
    /// The hash over the 2^<paramref name="level"/> entries from <paramref name="index"/> · 2^<paramref name="level"/>
    /// on; level 0 is a leaf. Only asked for where all these entries exist.
    /// </summary>
    Digest Hash(int level, long index);
}
