using DocExchange.Hub.Delivery;
using DocExchange.Hub.Dossiers;
using DocExchange.Hub.Operations;
using DocExchange.Protocol;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Archiving;

/// <summary>The archive for nodes.</summary>
internal sealed class ArchiveService(ArchiveQueries queries, PackageDelivery packages, DossierDesk dossiers) : Wire.Archive.ArchiveBase
{
    public override Task<Wire.SearchReply> Search(Wire.SearchRequest request, ServerCallContext context) =>
        Task.FromResult(queries.Search(request, Caller.NodeOf(context)));

    public override Task<Wire.ArchivedDocument> Get(Wire.GetDocumentRequest request, ServerCallContext context) =>
        Task.FromResult(queries.Get(request.DocumentId, Caller.NodeOf(context)));

    public override async Task GetStory(Wire.GetDocumentRequest request, IServerStreamWriter<Wire.StoryEntry> entries, ServerCallContext context)
    {
        foreach (var entry in queries.Story(request.DocumentId, Caller.NodeOf(context)))
        {
            await entries.WriteAsync(entry, context.CancellationToken);
        }
    }

    public override Task GetPackage(Wire.GetPackageRequest request, IServerStreamWriter<Wire.ArchiveChunk> chunks, ServerCallContext context) =>
        packages.SendAsync(queries.Find(request.DocumentId, Caller.NodeOf(context)).Document, Caller.NodeOf(context), request.Offset.ToCount("offset"), chunks, context.CancellationToken);

    public override Task GetDossier(Wire.GetDossierRequest request, IServerStreamWriter<Wire.ArchiveChunk> chunks, ServerCallContext context) =>
        dossiers.SendAsync(request, Caller.NodeOf(context), chunks, context.CancellationToken);
}
