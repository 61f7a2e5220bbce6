using System.Runtime.CompilerServices;
using DocExchange.Core.Refusals;
using DocExchange.Node.HubLink;
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
        var request = new Wire.GetDossierRequest { DocumentId = documentId, Office = whom };
        await foreach (var chunk in link.ReadAsync("不能取证据卷宗", "no dossier can be had", hub => hub.Archive.GetDossier(request, cancellationToken: cancellation), cancellation))
        {
            yield return chunk;
        }
    }
}
