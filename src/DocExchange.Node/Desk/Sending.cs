using System.Security.Cryptography;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Node.Inbox;
using DocExchange.Node.Keys;
using DocExchange.Node.Offices;
using DocExchange.Node.Outbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>
/// Makes a document of a draft and its files: numbers, signs and seals it with the keys of its issuers, and lets it leave.
/// One at a time from the number on, so that no number is given twice.
/// </summary>
internal sealed class Sending(
    DeskPeople people, DirectoryCopy directories, KeyRing keys, NumberRegister numbers, PackageShelf shelf, Departure departure, IOptions<DeskOptions> options, TimeProvider time) : IDisposable
{
    private const string SealedPath = "META-INF/ASiCManifest.xml";

    private readonly SemaphoreSlim gate = new(1);

    public async Task<Local.SendReply> SendAsync(IAsyncStreamReader<Local.SendRequest> requests, CancellationToken cancellation)
    {
        var draft = await requests.MoveNext(cancellation) && requests.Current.Draft is { } first ? first : throw NoDraft();
        DraftMetadata.RefuseClassified(draft);
        var sender = people.Hosted(draft.Office);
        var actor = DeskPeople.Actor(draft.Person, "发文", DeskPeople.Dispatcher, DeskPeople.SealKeeper);
        var destination = departure.Address(directories.Newest(), draft.Addressing, sender, options.Value.MaxNames);
        Departure.RequireEnrolled(destination);
        var issuers = IssuersOf(draft, destination.Directory, sender);
        CheckFiles(draft);

        var files = draft.Files.Select(_ => shelf.DraftPath(RandomNumberGenerator.GetHexString(32, lowercase: true))).ToList();
        try
        {
            await ReceiveAsync(requests, draft, files, cancellation);
            await gate.WaitAsync(cancellation);
            try
            {
                var metadata = Compose(draft, destination, sender, issuers, out var warnings);
                var package = await WriteAsync(metadata, issuers, draft, files, cancellation);
                var reply = await departure.LeaveAsync(package, destination, sender, actor, cancellation);
                reply.Warnings.AddRange(warnings);
                return reply;
            }
            finally
            {
                gate.Release();
            }
        }
        finally
        {
            files.ForEach(File.Delete);
        }
    }

    public void Dispose() => gate.Dispose();

    private IReadOnlyList<PartyId> IssuersOf(Local.Draft draft, OfficeDirectory directory, PartyId sender)
    {
        IReadOnlyList<PartyId> issuers = draft.Issuers.Count == 0 ? [sender] : [.. draft.Issuers.Select(people.Office).Distinct()];
        foreach (var issuer in issuers)
        {
            if (directory.Find(issuer) is null || !directory.MayActFor(sender, issuer, time.GetUtcNow()))
            {
                throw new RefusedException(
                    Refusal.NotEntitled,
                    $"机构目录第 {directory.Version} 版未授权 {sender} 代 {issuer} 发文。",
                    $"Directory version {directory.Version} does not let {sender} dispatch for {issuer}.");
            }

            _ = keys.SigningKeyOf(issuer);
            if (!draft.WithoutSeal)
            {
                _ = keys.SealOf(issuer);
            }
        }

        return issuers;
    }

    private void CheckFiles(Local.Draft draft)
    {
        var total = draft.Files.Aggregate(0UL, (sum, file) => sum > long.MaxValue ? sum : sum + Math.Min(file.Size, long.MaxValue));
        if (draft.Files.Count == 0 || draft.Files.Count > options.Value.MaxFiles || total > (ulong)options.Value.MaxSize)
        {
            throw new RefusedException(
                Refusal.TooLarge,
                $"公文应有正文，文件不超过 {options.Value.MaxFiles} 个、共 {options.Value.MaxSize} 字节；现有 {draft.Files.Count} 个、{total} 字节。",
                $"A document has a body, at most {options.Value.MaxFiles} files and {options.Value.MaxSize} bytes; this has {draft.Files.Count} files and {total} bytes.");
        }
    }

    private static async Task ReceiveAsync(IAsyncStreamReader<Local.SendRequest> requests, Local.Draft draft, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var rest = ReadOnlyMemory<byte>.Empty;
        for (var index = 0; index < files.Count; index++)
        {
            await using var file = DurableFile.Create(files[index]);
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

    private DocumentMetadata Compose(Local.Draft draft, Destination destination, PartyId sender, IReadOnlyList<PartyId> issuers, out IReadOnlyList<string> warnings)
    {
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone);
        var number = DraftMetadata.NumberOf(draft.Number)
            ?? (draft.AgencyCode.Length > 0 ? numbers.NextOf(draft.AgencyCode, DraftMetadata.DateOf(draft.IssuedOn, now).Year) : null);
        var metadata = DraftMetadata.Compose(draft, destination.Directory, sender, issuers, destination.Recipients, number, now);
        var findings = WritingRules.Check(metadata, WritingContexts.Of(destination, issuers));
        var blocks = findings.Where(finding => finding.Severity == RuleSeverity.Block).ToList();
        if (blocks.Count > 0)
        {
            throw new RefusedException(
                Refusal.Disagreement,
                "不符合行文规则：" + string.Concat(blocks.Select(finding => finding.Chinese)),
                "Against the rules of writing: " + string.Join(" ", blocks.Select(finding => finding.English)));
        }

        warnings = [.. findings.Select(finding => $"{finding.Code}: {finding.Chinese}")];
        return metadata;
    }

    private async Task<FinishedPackage> WriteAsync(
        DocumentMetadata metadata, IReadOnlyList<PartyId> issuers, Local.Draft draft, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var parts = new List<PackagePart> { PackagePart.Metadata(metadata.ToXml()) };
        parts.AddRange(files.Select((path, index) => index == 0
            ? PackagePart.Body(draft.Files[0].Name, () => File.OpenRead(path))
            : PackagePart.Attachment(index, draft.Files[index].Name, () => File.OpenRead(path))));
        var withSm3 = issuers.Any(issuer => keys.SigningKeyOf(issuer).Algorithm == KeyAlgorithm.Sm2);
        var manifest = await PackageManifest.CreateAsync(parts, withSm3, cancellation);
        var signature = await SignAsync(manifest.Bytes, issuers, cancellation);
        var seals = draft.WithoutSeal ? [] : await SealAsync(manifest.Bytes, issuers, cancellation);

        var path = shelf.DraftPath(RandomNumberGenerator.GetHexString(32, lowercase: true));
        try
        {
            await using var file = DurableFile.Create(path);
            var written = await PackageWriter.WriteAsync(file, manifest, parts, signature, seals, cancellation);
            return new FinishedPackage(path, written, new DocumentId(manifest.DocumentId), metadata);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private async Task<byte[]> SignAsync(byte[] manifest, IReadOnlyList<PartyId> issuers, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var signature = await CmsSigner.SignAsync(manifest, keys.SigningKeyOf(issuers[0]), now, CmsForm.Detached, cancellation);
        foreach (var issuer in issuers.Skip(1))
        {
            signature = await CmsSigner.AddSignerAsync(signature, ContentDigests.Of(manifest), keys.SigningKeyOf(issuer), now, cancellation);
        }

        return signature;
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> SealAsync(byte[] manifest, IReadOnlyList<PartyId> issuers, CancellationToken cancellation)
    {
        var seals = new List<ReadOnlyMemory<byte>>();
        foreach (var (key, seal) in issuers.Select(keys.SealOf))
        {
            seals.Add(await SealApplication.ApplyAsync(seal, key, manifest, SealedPath, time.GetUtcNow(), cancellation));
        }

        return seals;
    }

    private static RefusedException NoDraft() => new(Refusal.FormatFailure, "首条消息应为公文草稿。", "The first message must be the draft.");

    private static RefusedException WrongSize(string file) => new(
        Refusal.FormatFailure, $"收到的字节数与草稿所列文件大小不符（“{file}”）。", $"The bytes received do not fit the sizes in the draft (at '{file}').");
}
