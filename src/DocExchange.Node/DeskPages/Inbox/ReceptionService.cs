using System.Text;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Previews;
using DocExchange.Node.Receiving;
using DocExchange.Pages.SigningIn;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.DeskPages.Inbox;

/// <summary>Received documents at the socket, for people who have signed in: what the pages show and note, under the same rules.</summary>
internal sealed class ReceptionService(
    SocketCaller caller, ReceivedDocuments documents, ReceivingActs acts, BodyPreview preview, VerificationReport report, PrintedSheets sheets, RegisterNumbers numbers, ReceivedList list, UrgentNotice notice)
    : Local.Reception.ReceptionBase
{
    [Allowed(Roles.Clerk, Roles.Reader)]
    public override async Task PreviewBody(Local.PreviewBodyRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        var shown = await documents.OpenAsync(office.Local, request.DocumentId, context.CancellationToken);
        var body = ReceivedFiles.RequirePreview(shown);
        using var opened = await documents.ReadAsync(shown, body, context.CancellationToken);
        await acts.OpenedAsync(shown, actor, context.CancellationToken);
        await using var words = await preview.WordsOfAsync(opened.Content, body.MediaType, request.InEnglish, context.CancellationToken);
        await FileChunks.GiveAsync(words, responseStream, context.CancellationToken);
    }

    [Allowed(Roles.Clerk, Roles.Reader)]
    public override async Task SaveReport(Local.SaveReportRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var shown = await documents.OpenAsync(office.Local, request.DocumentId, context.CancellationToken);
        ReceivedFiles.RequireOpen(shown);
        var page = await report.MakeAsync(shown, (chinese, english) => request.InEnglish ? english : chinese, context.CancellationToken);
        await FileChunks.GiveAsync(new MemoryStream(Encoding.UTF8.GetBytes(page)), responseStream, context.CancellationToken);
    }

    [Allowed(Roles.Clerk, Roles.Reader)]
    public override async Task SaveSheets(Local.ReceivedDocumentRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var shown = await documents.OpenAsync(office.Local, request.DocumentId, context.CancellationToken);
        ReceivedFiles.RequireSaving(shown);
        var page = await sheets.MakeAsync(shown, documents.NameOf(office.ToString()));
        await FileChunks.GiveAsync(new MemoryStream(Encoding.UTF8.GetBytes(page)), responseStream, context.CancellationToken);
    }

    [Allowed(Roles.Clerk)]
    public override Task<Local.SuggestRegisterNumberReply> SuggestRegisterNumber(Local.ReceivedDocumentRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var line = list.Require(office.ToString(), DraftMetadata.DocumentIdOf(request.DocumentId));
        return Task.FromResult(new Local.SuggestRegisterNumberReply { RegisterNumber = line.RegisterNumber ?? numbers.Suggest(line), Form = numbers.FormOf(office.ToString()).Text });
    }

    [Allowed(Roles.Clerk)]
    public override Task<Local.ChooseNumberFormReply> ChooseNumberForm(Local.ChooseNumberFormRequest request, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        numbers.Choose(office.ToString(), request.Form);
        return Task.FromResult(new Local.ChooseNumberFormReply());
    }

    [Allowed(Roles.Clerk)]
    public override Task<Local.AcknowledgeUrgentReply> AcknowledgeUrgent(Local.ReceivedDocumentRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        notice.Acknowledge(office.ToString(), DraftMetadata.DocumentIdOf(request.DocumentId), actor);
        return Task.FromResult(new Local.AcknowledgeUrgentReply());
    }
}
