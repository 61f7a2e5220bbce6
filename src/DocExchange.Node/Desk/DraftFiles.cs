using DocExchange.Core.Refusals;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>The files of a draft while a package is made of them; what was received for it is gone when disposed.</summary>
internal sealed class DraftFiles : IDisposable
{
    private readonly Local.Draft draft;
    private readonly IReadOnlyList<string> paths;
    private readonly bool areOwn;

    private DraftFiles(Local.Draft draft, IReadOnlyList<string> paths, bool areOwn) => (this.draft, this.paths, this.areOwn) = (draft, paths, areOwn);

    /// <summary>Files that lie somewhere already, in the order of the draft, and stay there.</summary>
    /// <exception cref="RefusedException">There are none, too many, or too large ones, or the body is of no type the site takes, or not what its name says.</exception>
    public static DraftFiles At(Local.Draft draft, IReadOnlyList<string> paths, DeskOptions limits)
    {
        RequireLimits(draft, limits);
        DeskOptions.RequireBodyContent(draft.Files[0].Name, paths[0]);
        return new DraftFiles(draft, paths, areOwn: false);
    }

    /// <exception cref="RefusedException">There are none, too many, or too large ones; the body is of no type the site takes, or not what its name says; or the bytes do not fit the sizes.</exception>
    public static async Task<DraftFiles> ReceiveAsync(
        IAsyncStreamReader<Local.SendRequest> requests, Local.Draft draft, PackageShelf shelf, DeskOptions limits, CancellationToken cancellation)
    {
        RequireLimits(draft, limits);
        var files = new DraftFiles(draft, [.. draft.Files.Select(_ => shelf.NewDraftPath())], areOwn: true);
        try
        {
            await files.ReceiveAsync(requests, cancellation);
            DeskOptions.RequireBodyContent(draft.Files[0].Name, files.paths[0]);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Body first, then the attachments.</summary>
    public IEnumerable<PackagePart> Parts() => paths.Select((path, index) => index == 0
        ? PackagePart.Body(draft.Files[0].Name, () => File.OpenRead(path))
        : PackagePart.Attachment(index, draft.Files[index].Name, () => File.OpenRead(path)));

    public void Dispose()
    {
        foreach (var path in paths.Where(_ => areOwn))
        {
            File.Delete(path);
        }
    }

    private static void RequireLimits(Local.Draft draft, DeskOptions limits)
    {
        var total = draft.Files.Aggregate(0UL, (sum, file) => sum > long.MaxValue ? sum : sum + Math.Min(file.Size, long.MaxValue));
        if (draft.Files.Count == 0 || draft.Files.Count > limits.MaxFiles || total > (ulong)limits.MaxSize)
        {
            throw new RefusedException(
                Refusal.TooLarge,
                $"公文应有正文，文件不超过 {limits.MaxFiles} 个、共 {limits.MaxSize} 字节；现有 {draft.Files.Count} 个、{total} 字节。",
                $"A document has a body, at most {limits.MaxFiles} files and {limits.MaxSize} bytes; this has {draft.Files.Count} files and {total} bytes.");
        }

        limits.RequireBody(draft.Files[0].Name);
    }

    private async Task ReceiveAsync(IAsyncStreamReader<Local.SendRequest> requests, CancellationToken cancellation)
    {
        var rest = ReadOnlyMemory<byte>.Empty;
        for (var index = 0; index < paths.Count; index++)
        {
            await using var file = DurableFile.Create(paths[index]);
            for (var left = (long)draft.Files[index].Size; left > 0;)
            {
                if (rest.IsEmpty)
                {
                    rest = await requests.MoveNext(cancellation) ? requests.Current.Chunk.Memory : throw WrongSize(draft.Files[index].Name);
                    continue;
                }

                var taken = rest[..(int)Math.Min(rest.Length, left)];
                await file.WriteAsync(taken, cancellation);
                (rest, left) = (rest[taken.Length..], left - taken.Length);
            }
        }

        if (!rest.IsEmpty || await requests.MoveNext(cancellation))
        {
            throw WrongSize(draft.Files[^1].Name);
        }
    }

    private static RefusedException WrongSize(string file) => new(
        Refusal.FormatFailure, $"收到的字节数与草稿所列文件大小不符（“{file}”）。", $"The bytes received do not fit the sizes in the draft (at '{file}').");
}
