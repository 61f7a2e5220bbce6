namespace DocExchange.Cli;

/// <summary>Reads no more of a file than is wanted, whatever size it states: pipes and devices state none.</summary>
internal static class BoundedFile
{
    private const int PieceSize = 64 * 1024;

    /// <summary>All of it; null where it has more bytes than <paramref name="most"/>, of which no more than one is read beyond.</summary>
    public static byte[]? TryRead(string path, long most)
    {
        using var file = File.OpenRead(path);
        if (!HasSize(file))
        {
            using var collected = new MemoryStream();
            return CopyTo(collected, file, most) ? collected.ToArray() : null;
        }

        if (file.Length > most)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>False for pipes and devices, and for what is empty or seems so.</summary>
    public static bool HasSize(FileStream file) => file.CanSeek && file.Length > 0;

    /// <returns>False where there is more; what was read before is in the target.</returns>
    public static bool CopyTo(Stream target, Stream source, long most)
    {
        var piece = new byte[PieceSize];
        for (var left = most; ;)
        {
            var read = source.Read(piece, 0, (int)Math.Min(piece.Length, left + 1));
            if (read == 0 || read > left)
            {
                target.Write(piece, 0, (int)Math.Min(read, left));
                return read == 0;
            }

            target.Write(piece, 0, read);
            left -= read;
        }
    }
}
