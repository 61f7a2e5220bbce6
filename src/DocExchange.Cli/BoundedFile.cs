using DocExchange.Core.Operating;

namespace DocExchange.Cli;

/// <summary>Reads no more of a file than is wanted, whatever size it states: pipes and devices state none.</summary>
internal static class BoundedFile
{
    private const int PieceSize = 64 * 1024;

    /// <summary>All of a file that is given by name, or of a pipe.</summary>
    /// <param name="most">Bytes.</param>
    /// <exception cref="FailedException">There is none (NOT_FOUND), it is none (NOT_A_FILE), or it is larger (TOO_LARGE).</exception>
    public static byte[] Read(string path, long most)
    {
        RequireReadable(path);
        return TryRead(path, most) ?? throw new FailedException("TOO_LARGE", $"文件“{path}”超过 {Shown(most)}。", $"The file '{path}' is larger than {Shown(most)}.");
    }

    /// <exception cref="FailedException">There is nothing to read at the path.</exception>
    public static void RequireReadable(string path)
    {
        switch (PathKinds.Of(path))
        {
            case PathKind.Nothing:
                throw new FailedException("NOT_FOUND", $"没有文件“{path}”。", $"There is no file '{path}'.");
            case PathKind.Folder:
                throw new FailedException("NOT_A_FILE", $"“{path}”是目录，请指明其中的文件。", $"'{path}' is a folder; name a file in it.");
            case PathKind.Other:
                throw new FailedException("NOT_A_FILE", $"“{path}”是套接字或块设备，不是文件。", $"'{path}' is a socket or a block device and no file.");
        }
    }

    /// <summary>All of it; null where it has more bytes than <paramref name="most"/>, of which no more than one is read beyond.</summary>
    public static byte[]? TryRead(string path, long most)
    {
        using var file = File.OpenRead(path);
        var stated = file.CanSeek ? file.Length : 0;
        if (stated > most)
        {
            return null;
        }

        using var collected = new MemoryStream((int)stated);
        if (!CopyTo(collected, file, most))
        {
            return null;
        }

        return collected.Length == collected.Capacity ? collected.GetBuffer() : collected.ToArray();
    }

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

    private static string Shown(long bytes) => bytes % (1 << 20) == 0 ? $"{bytes >> 20} MiB" : bytes % 1024 == 0 ? $"{bytes >> 10} KiB" : $"{bytes} B";
}
