using System.Security.Cryptography;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Inbox;
using DocExchange.Node.Offices;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.OaApi;

/// <summary>
/// Takes a document as a form (RFC 7578): first the part <c>metadata</c>, then one <c>body</c>, then any
/// <c>attachment</c>; files go to disk as they come. Then makes, seals, verifies and sends it.
/// </summary>
internal sealed partial class OaSending(
    DeskPeople people, DirectoryCopy directories, Departure departure, Drafting drafting, Issuing issuing, Dispatching dispatching, SealUses uses, PackageShelf shelf, IOptions<DeskOptions> options, TimeProvider time,
    ILogger<OaSending> log)
{
    private const int LargestMetadata = 64 * 1024;
    private const int LongestBoundary = 100;
    private const int LongestName = 200;

    /// <summary>A document that was received; its files are gone when disposed.</summary>
    /// <param name="Digest">SHA-256 of all of it.</param>
    internal sealed record Received(OaDraft Draft, IReadOnlyList<Local.FileName> Files, IReadOnlyList<string> Paths, byte[] Digest) : IDisposable
    {
        public void Dispose()
        {
            foreach (var path in Paths)
            {
                File.Delete(path);
            }
        }
    }

    /// <exception cref="RefusedException">It is not such a form, or too large.</exception>
    public async Task<Received> ReceiveAsync(HttpRequest request, CancellationToken cancellation)
    {
        var reader = new MultipartReader(BoundaryOf(request), request.Body);
        var (files, paths) = (new List<Local.FileName>(), new List<string>());
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var draft = await ReadDraftAsync(await reader.ReadNextSectionAsync(cancellation), digest, cancellation);
            var left = options.Value.MaxSize;
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                var name = NameOf(section, files.Count == 0 ? "body" : "attachment");
                if (files.Count == options.Value.MaxFiles)
                {
                    throw new RefusedException(Refusal.TooLarge, $"文件不得超过 {options.Value.MaxFiles} 个。", $"There are more than {options.Value.MaxFiles} files.");
                }

                paths.Add(shelf.NewDraftPath());
                var (size, sha256) = await SaveAsync(section.Body, paths[^1], left, cancellation);
                left -= size;
                files.Add(new Local.FileName { Name = name, Size = (ulong)size });
                digest.AppendData(System.Text.Encoding.UTF8.GetBytes(name + "\0"));
                digest.AppendData(sha256);
            }

            return new Received(draft, files, paths, digest.GetHashAndReset());
        }
        catch
        {
            paths.ForEach(File.Delete);
            throw;
        }
    }

    /// <exception cref="RefusedException">The token may not, or the document is not sound.</exception>
    public async Task<OaAnswer> SendAsync(ApiCaller caller, Received received, CancellationToken cancellation)
    {
        var given = received.Draft;
        var draft = DraftOf(caller, received);
        DraftMetadata.RefuseClassified(draft);
        var sender = people.Hosted(caller.Office);
        var actor = ActorOf(caller, given);
        var destination = departure.Address(directories.Newest(), draft.Addressing, sender, options.Value.MaxNames);
        Departure.RequireEnrolled(destination);
        var issuers = IssuersOf(draft, destination.Directory, sender);
        using var files = DraftFiles.At(draft, received.Paths, options.Value);
        var reply = await drafting.MakeAsync(
            new DraftOrder(draft, sender, destination, issuers, issuers),
            files,
            (package, _, turn) => dispatching.DispatchAsync(
                new Local.DispatchOrder { Office = draft.Office, Addressing = draft.Addressing },
                actor,
                package.DraftPath,
                left => uses.Record(left.Document, left.Metadata, issuers, actor.Name, actor.Name),
                turn,
                cancellation),
            cancellation);
        LogSent(reply.DocumentId, caller.Office, caller.Token, caller.Application, actor.Id);
        return new OaAnswer(
            StatusCodes.Status201Created,
            new OaSent(reply.DocumentId, reply.PackageId, reply.Number.Length > 0 ? reply.Number : null, (int)reply.Main, (int)reply.Copies, [.. reply.Warnings]),
            $"{OaRoutes.Root}/documents/{reply.DocumentId}");
    }

    private static Actor ActorOf(ApiCaller caller, OaDraft given)
    {
        var role = caller.Require([Roles.Dispatcher]);
        if (given.Seal == "container")
        {
            caller.Require([Roles.SealKeeper]);
        }

        return OaActs.ActorOf(given.Person, role);
    }

    private IReadOnlyList<PartyId> IssuersOf(Local.Draft draft, OfficeDirectory directory, PartyId sender)
    {
        issuing.RequireOnePersonMay(!draft.WithoutSeal && !draft.SealInBody);
        var issuers = people.Issuers(draft, sender);
        foreach (var issuer in issuers)
        {
            if (directory.Find(issuer) is null || !directory.MayActFor(sender, issuer, time.GetUtcNow()))
            {
                throw DeskPeople.NotEntitled(directory, sender, issuer.ToString());
            }

            issuing.RequireMeans(issuer, !draft.WithoutSeal && !draft.SealInBody);
        }

        return issuers;
    }

    private static Local.Draft DraftOf(ApiCaller caller, Received received)
    {
        var given = received.Draft;
        return new Local.Draft
        {
            Office = caller.Office,
            Issuers = { given.Issuers ?? [] },
            Title = given.Title,
            Number = given.Number ?? "",
            AgencyCode = given.AgencyCode ?? "",
            DocumentType = given.Type,
            Urgency = given.Urgency ?? "",
            Signer = given.Signer ?? "",
            Addressing = new Local.Addressing { Main = { given.To }, Copies = { given.Cc ?? [] }, Exclude = { given.Except ?? [] } },
            SignBy = given.SignBy ?? "",
            ReplyBy = given.ReplyBy ?? "",
            IssuedOn = given.Date ?? "",
            Replaces = given.Replaces ?? "",
            WithoutSeal = given.Seal == "none",
            SealInBody = given.Seal == "body",
            Elements = given.Elements?.ToDraft(),
            Files = { received.Files },
        };
    }

    private static async Task<OaDraft> ReadDraftAsync(MultipartSection? section, IncrementalHash digest, CancellationToken cancellation)
    {
        if (section?.GetContentDispositionHeader() is not { } disposition || HeaderUtilities.RemoveQuotes(disposition.Name) != "metadata")
        {
            throw Malformed("首个部分须为 metadata（JSON）", "the first part is metadata (JSON)");
        }

        var bytes = await OaRoutes.ReadAsync(section.Body, LargestMetadata, cancellation);
        digest.AppendData(bytes);
        var draft = OaRoutes.Parse<OaDraft>(bytes);
        return draft is { Title: not null, Type: not null, Person: not null, To: not null, Seal: "container" or "body" or "none" }
            ? draft
            : throw Malformed("title、type、person、to 必填，seal 为 container、body 或 none", "title, type, person and to are needed, and seal is container, body or none");
    }

    private static string NameOf(MultipartSection section, string part)
    {
        var disposition = section.GetContentDispositionHeader();
        var name = HeaderUtilities.RemoveQuotes(disposition?.FileNameStar.HasValue == true ? disposition.FileNameStar : disposition?.FileName ?? default).Value;
        return HeaderUtilities.RemoveQuotes(disposition?.Name ?? default) == part && name is { Length: > 0 and <= LongestName }
            ? name
            : throw Malformed($"此处须为带文件名的 {part} 部分", $"here belongs a part {part} with a file name");
    }

    private static async Task<(long Size, byte[] Sha256)> SaveAsync(Stream content, string path, long most, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = DurableFile.Create(path);
        var buffer = new byte[128 * 1024];
        var size = 0L;
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0; size += read)
        {
            if (size + read > most)
            {
                throw new RefusedException(Refusal.TooLarge, "公文的文件总大小超过上限。", "The files of the document are larger together than the limit.");
            }

            digest.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return (size, digest.GetHashAndReset());
    }

    private static string BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= LongestBoundary } boundary
            ? boundary
            : throw Malformed("须为 multipart/form-data", "it is multipart/form-data");

    private static RefusedException Malformed(string chinese, string english) => new(Refusal.FormatFailure, $"提交的公文格式不符：{chinese}。", $"What was sent is not a document's form: {english}.");

    [LoggerMessage(Level = LogLevel.Information, Message = "Dispatched {Document} for {Office} by token {Token} ({Application}), person {Person}")]
    private partial void LogSent(string document, string office, string token, string application, string person);
}
