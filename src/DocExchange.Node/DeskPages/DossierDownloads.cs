using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Inbox;
using DocExchange.Node.DeskPages.Board;
using DocExchange.Node.DeskPages.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Pages.SigningIn;
using DocExchange.Protocol;
using Grpc.Core;
using Microsoft.Net.Http.Headers;

namespace DocExchange.Node.DeskPages;

/// <summary>Dossiers (证据卷宗) taken away from the desk: by the sender, and by a recipient once it has signed. The hub issues them.</summary>
internal static class DossierDownloads
{
    public static void Map(IEndpointRouteBuilder site)
    {
        site.MapGet("/o/{Office}/in/{document}/dossier", SaveReceivedAsync).WithMetadata(new AllowedAttribute(Roles.Clerk, Roles.Reader));
        site.MapGet("/o/{Office}/out/{document}/dossier", SaveSentAsync).WithMetadata(OutboxEndpoints.Readers);
    }

    private static async Task SaveReceivedAsync(string office, string document, HttpContext http, ReceivedDocuments documents, Dossiers dossiers)
    {
        ReceivedFiles.RequireSaving(await documents.OpenAsync(office, document, http.RequestAborted));
        await SendAsync(http, dossiers, document, office);
    }

    private static async Task SaveSentAsync(string office, string document, HttpContext http, Boards boards, DeskPeople people, Dossiers dossiers)
    {
        // Only what this office sent.
        _ = boards.Of(people.Hosted(office), DraftMetadata.DocumentIdOf(document));
        await SendAsync(http, dossiers, document, office);
    }

    private static async Task SendAsync(HttpContext http, Dossiers dossiers, string document, string office)
    {
        try
        {
            await foreach (var chunk in dossiers.ReadAsync(document, office, http.RequestAborted))
            {
                if (!http.Response.HasStarted)
                {
                    var header = new ContentDispositionHeaderValue("attachment");
                    header.SetHttpFileName(ReceivedFiles.FileNameOf(chunk.Name));
                    http.Response.Headers.ContentDisposition = header.ToString();
                    http.Response.ContentType = "application/zip";
                    http.Response.ContentLength = (long)chunk.Size;
                }

                await http.Response.BodyWriter.WriteAsync(chunk.Chunk.Memory, http.RequestAborted);
            }
        }
        catch (RpcException failure) when (!http.Response.HasStarted)
        {
            throw failure.ToRefusal() ?? new RefusedException(Refusal.Busy, "中心没有给出卷宗，请稍后再试。", "The hub did not give the dossier. Try again later.");
        }
    }
}
