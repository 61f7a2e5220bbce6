using DocExchange.Core.Operating;

namespace DocExchange.Cli.Verifying;

/// <summary>
/// A file to be judged, which is read more than once and at will: what comes through a pipe (<c>-</c> is standard input) or from a
/// device is kept in a file of its own until it is disposed of.
/// </summary>
internal sealed class GivenFile : IDisposable
{
    /// <summary>What is taken of a pipe or a device, in bytes: 256 MiB. A file on a disk may be larger.</summary>
    public const long MaxPiped = 256 * 1024 * 1024;

    // As other programs name it.
    private const string StandardInput = "-";

    private readonly DirectoryInfo? own;

    private GivenFile(string path, DirectoryInfo? own)
    {
        Path = path;
        this.own = own;
    }

    public string Path { get; }

    /// <exception cref="FailedException">There is none, or more comes through a pipe than is taken.</exception>
    public static GivenFile Open(string path, long most = MaxPiped)
    {
        path = path == StandardInput ? "/dev/stdin" : path;
        BoundedFile.RequireReadable(path);

        using var source = File.OpenRead(path);

        // Files of the system (/proc) state no size and cannot be read again at will.
        if (PathKinds.Of(path) == PathKind.File && source.Length > 0)
        {
            return new GivenFile(path, null);
        }

        // Nobody else can read the folder.
        var folder = Directory.CreateTempSubdirectory("docex-given-");
        var given = new GivenFile(System.IO.Path.Combine(folder.FullName, "given"), folder);
        try
        {
            using var target = File.Create(given.Path);
            return BoundedFile.CopyTo(target, source, most) ? given : throw new FailedException(
                "TOO_LARGE",
                $"“{path}”是管道或设备，内容超过 {most} 字节。请先存为文件。",
                $"'{path}' is a pipe or a device and gives more than {most} bytes. Save it as a file first.");
        }
        catch
        {
            given.Dispose();
            throw;
        }
    }

    public void Dispose() => own?.Delete(recursive: true);
}
