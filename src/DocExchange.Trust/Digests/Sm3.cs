using Org.BouncyCastle.Crypto.Digests;

namespace DocExchange.Trust.Digests;

/// <summary>The 32-byte SM3 value of GB/T 32905, which electronic seals and OFD documents are protected by.</summary>
public static class Sm3
{
    public const int Size = 32;

    private const int BlockSize = 64 * 1024;

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hasher = new Sm3Hasher();
        hasher.Append(data);
        return hasher.Finish();
    }

    /// <summary>The value of what is left of <paramref name="stream"/>, read in pieces: memory stays flat.</summary>
    public static async ValueTask<byte[]> HashAsync(Stream stream, CancellationToken cancellation)
    {
        var hasher = new Sm3Hasher();
        var block = new byte[BlockSize];
        int read;
        while ((read = await stream.ReadAsync(block, cancellation)) > 0)
        {
            hasher.Append(block.AsSpan(0, read));
        }

        return hasher.Finish();
    }
}

/// <summary>SM3 over data that arrives in pieces. Not safe for concurrent use.</summary>
public sealed class Sm3Hasher
{
    private readonly SM3Digest inner = new();

    public void Append(ReadOnlySpan<byte> data) => inner.BlockUpdate(data);

    /// <summary>The value of everything appended so far; afterwards the hasher is empty again.</summary>
    public byte[] Finish()
    {
        var hash = new byte[Sm3.Size];
        inner.DoFinal(hash);
        return hash;
    }
}
