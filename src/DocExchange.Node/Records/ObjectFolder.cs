using DocExchange.Trust.Digests;

namespace DocExchange.Node.Records;

/// <summary>Objects that statements name by SHA-256: directories, revocation lists, long lists of recipients. Never changed.</summary>
internal sealed class ObjectFolder(DataFolder folder)
{
    /// <summary>The object is on disk when this returns. Putting one twice changes nothing.</summary>
    public Digest Put(ReadOnlySpan<byte> content)
    {
        var digest = Digest.Of(content);
        if (!File.Exists(PathOf(digest)))
        {
            DurableFile.Write(PathOf(digest), content);
        }

        return digest;
    }

    /// <summary>Null where it is not at hand, or no longer what its name says.</summary>
    public byte[]? Get(Digest digest)
    {
        if (!File.Exists(PathOf(digest)))
        {
            return null;
        }

        var content = File.ReadAllBytes(PathOf(digest));
        return Digest.Of(content) == digest ? content : null;
    }

    private string PathOf(Digest digest) => Path.Combine(folder.Objects, digest.ToString());
}
