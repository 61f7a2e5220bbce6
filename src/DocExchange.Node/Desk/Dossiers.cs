using System.Runtime.CompilerServices;
using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Desk;

/// <summary>Dossiers (证据卷宗) of this node's offices: the hub issues them, the desk passes them on as they come.</summary>
internal sealed class Dossiers(LinkStatus link, DeskPeople people)
{
    /// <summary>The file in pieces; the first says its name and size.</summary>
    /// <param name="office">An office hosted here; empty for all of them.</param>
    /// <exception cref="RefusedException">The office is not hosted here, or there is no link to the hub; the hub's refusals come as they are.</exception>
    public async IAsyncEnumerable<Wire.ArchiveChunk> ReadAsync(string documentId, string office, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var whom = office.Length == 0 ? "" : people.Hosted(office).ToString();
        var hub = link.Channel ?? throw new RefusedException(Refusal.Busy, "当前未与中心连接，不能取卷宗。", "There is no link to the hub at the moment, which issues dossiers.");
        using var call = hub.Archive.GetDossier(new Wire.GetDossierRequest { DocumentId = documentId, Office = whom }, cancellationToken: cancellation);
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellation))
        {
            yield return chunk;
        }
    }
}
