using DocExchange.Core.Dossiers;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Validation;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Dossiers;

/// <summary>
/// Issues dossiers (证据卷宗): one file with a package and everything needed to verify it offline. What goes in is
/// selected, measured and signed first, then written, so that the size is known before the first byte. Memory does not
/// grow with the package. Safe for concurrent use; a few are made at a time, others wait.
/// </summary>
internal sealed class DossierDesk(
    DossierSelection selection, DossierParts parts, IArchiveStore archive, ISpool spool, DirectoryKeeper directories, HubIdentity identity, SitePolicy site, TimeProvider clock) : IDisposable
{
    /// <summary>Each reads its package twice before it is written.</summary>
    private const int AtOnce = 2;

    private readonly SemaphoreSlim room = new(AtOnce);

    /// <param name="caller">The node that asks; null for the hub's own people.</param>
    /// <param name="office">Whom it is for: it gets what concerns it. Null for all of the caller's offices, or for everything.</param>
    /// <param name="write">Given the name for the file, its size, and how to write it to a stream.</param>
    /// <exception cref="RefusedException">Unknown, not accepted, withdrawn, not theirs to see, or too large.</exception>
    public async Task IssueAsync(string documentId, PartyId? caller, PartyId? office, Func<IssuedDossier, Task> write, CancellationToken cancellation)
    {
        var contents = await selection.SelectAsync(documentId, caller, office, cancellation);
        StoredArchive dossier;
        await room.WaitAsync(cancellation);
        try
        {
            dossier = await ComposeAsync(contents, cancellation);
        }
        finally
        {
            // Before it is written: who reads slowly keeps nobody waiting.
            room.Release();
        }

        await write(new IssuedDossier(NameOf(contents.Document), dossier));
    }

    /// <summary>The same, as the answer to a call.</summary>
    /// <exception cref="RefusedException">As above; also where the office's id cannot be read.</exception>
    public Task SendAsync(Wire.GetDossierRequest request, PartyId? caller, IAsyncStreamWriter<Wire.ArchiveChunk> chunks, CancellationToken cancellation) => IssueAsync(
        request.DocumentId,
        caller,
        request.Office.Length == 0 ? null : OfficeIn(request.Office),
        dossier => dossier.WriteToAsync(new ChunkStream(chunks, dossier, cancellation), cancellation),
        cancellation);

    public void Dispose() => room.Dispose();

    private PartyId OfficeIn(string text)
    {
        try
        {
            return PartyId.Parse(text, directories.Current.Exchange);
        }
        catch (FormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, "单位标识有误：" + FaultWords.Of(fault), fault.Message);
        }
    }

    private async Task<StoredArchive> ComposeAsync(DossierContents contents, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var policy = site.Own with { RevocationRequired = true };
        var package = contents.Document.Package.Value;
        var facts = await MeasureAsync(package, policy, now, cancellation);
        try
        {
            return await DossierWriter.ComposeAsync(parts.Of(contents, () => Open(package), facts, policy, now), identity.Key, now, cancellation);
        }
        catch (PackageFormatException tooLarge) when (tooLarge.Code == PackageFaults.SizeLimit)
        {
            throw new RefusedException(
                Refusal.TooLarge, "卷宗过大，请分别另存公文包与凭证：" + tooLarge.Chinese, "The dossier would be too large; save the package and the statements each by itself. " + tooLarge.English);
        }
    }

    private async Task<FileFacts> MeasureAsync(Digest package, ValidationPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var seekable = spool.OpenRead(package) ?? await CopyAsync(package, cancellation);
        var judged = await FileVerifier.VerifyAsync(seekable, null, new FileDemands(directories.Trust, policy, PackageLimits.Default, now), cancellation);
        return judged.Facts ?? throw new InvalidDataException($"The package {package} cannot be read as one; verify the archive volume.");
    }

    // The archive reads from front to back only; a package is judged by jumping about in it.
    private async Task<Stream> CopyAsync(Digest package, CancellationToken cancellation)
    {
        var copy = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var archived = Open(package);
        await archived.CopyToAsync(copy, cancellation);
        copy.Position = 0;
        return copy;
    }

    private Stream Open(Digest package) => archive.OpenPackage(package) ?? spool.OpenRead(package)
        ?? throw new RefusedException(Refusal.NotFound, $"公文包 {package} 既不在暂存区也不在档案卷中，请检查档案卷。", $"The package {package} is neither in the spool nor in a volume; check the archive volumes.");

    private static string NameOf(DocumentSnapshot document)
    {
        var isNumber = document.Number.Length > 0 && document.Number.All(letter => char.IsLetterOrDigit(letter) || letter is '〔' or '〕' or '-');
        return $"dossier-{(isNumber ? document.Number : document.Id.ToString())}.zip";
    }
}

/// <summary>A dossier that is ready to be written.</summary>
/// <param name="FileName">By its 发文字号, or its document id.</param>
internal sealed record IssuedDossier(string FileName, StoredArchive File)
{
    /// <summary>Bytes.</summary>
    public long Size => File.Size;

    public Task WriteToAsync(Stream output, CancellationToken cancellation) => File.WriteAsync(output, cancellation);
}
