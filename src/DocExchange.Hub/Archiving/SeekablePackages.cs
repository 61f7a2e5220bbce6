using System.Security.Cryptography;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;

namespace DocExchange.Hub.Archiving;

/// <summary>
/// Packages to read at will. The spool has them as files; a volume gives one only from its beginning to its end, so that it
/// is copied first, into a file that goes with its stream.
/// </summary>
internal sealed class SeekablePackages(ISpool spool, IArchiveStore archive, HubFolder folder)
{
    /// <summary>Null where neither has it.</summary>
    /// <param name="preferArchive">What the archive holds is to be looked at, even where the spool has it too.</param>
    /// <exception cref="ArchiveDamagedException">The volume is damaged.</exception>
    public async Task<Stream?> OpenAsync(DocumentSnapshot document, bool preferArchive, CancellationToken cancellation)
    {
        var package = document.Package.Value;
        return preferArchive
            ? await CopyAsync(archive.OpenPackage(package), cancellation) ?? spool.OpenRead(package)
            : spool.OpenRead(package) ?? await CopyAsync(archive.OpenPackage(package), cancellation);
    }

    private async Task<Stream?> CopyAsync(Stream? pieces, CancellationToken cancellation)
    {
        if (pieces is null)
        {
            return null;
        }

        await using (pieces)
        {
            Directory.CreateDirectory(folder.Scratch);
            var copy = new FileStream(Path.Combine(folder.Scratch, RandomNumberGenerator.GetHexString(32, lowercase: true) + ".package"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            try
            {
                await pieces.CopyToAsync(copy, cancellation);
                copy.Position = 0;
                return copy;
            }
            catch
            {
                await copy.DisposeAsync();
                throw;
            }
        }
    }
}
