using System.Globalization;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;
using DocExchange.Pages.Excel;
using DocExchange.Pages.SigningIn;
using Grpc.Core;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.DeskPages.Registers;

/// <summary>Registers at the socket, for people who have signed in: what the pages give out and note, under the same rules.</summary>
internal sealed class RegistersService(SocketCaller caller, RegisterTables tables, ReceivedList list, OutboxBook sent, ArchiveNumbers archive, TimeProvider clock) : Local.Registers.RegistersBase
{
    [Allowed(Roles.Dispatcher, Roles.Supervisor, Roles.Reader, Roles.Archivist)]
    public override Task SaveSentRegister(Local.SaveSentRegisterRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var ((office, _), filter) = (caller.At(request.Office), RegisterFilters.Require(request.Filter ?? new Local.SentRegisterRequest()));
        return GiveAsync(request.Form, english => tables.Sent(office, filter.From, filter.To, filter.DocumentType, filter.Words, english), responseStream, context.CancellationToken);
    }

    [Allowed(Roles.Clerk, Roles.Reader, Roles.Archivist)]
    public override Task SaveReceivedRegister(Local.SaveReceivedRegisterRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var ((office, _), filter) = (caller.At(request.Office), RegisterFilters.Require(request.Filter ?? new Local.ReceivedRegisterRequest()));
        var year = filter.Year == 0 ? "" : filter.Year.ToString(CultureInfo.InvariantCulture);
        return GiveAsync(request.Form, english => tables.Received(office.Local, year, filter.Sender, filter.State, filter.Words, english), responseStream, context.CancellationToken);
    }

    [Allowed(Roles.SealKeeper, Roles.Supervisor)]
    public override Task SaveSealRegister(Local.SaveSealRegisterRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var filter = RegisterFilters.Require(request.Filter ?? new Local.ListSealUsesRequest(), clock);
        return GiveAsync(request.Form, english => tables.Seals(office, filter, english), responseStream, context.CancellationToken);
    }

    [Allowed(Roles.Dispatcher, Roles.Supervisor, Roles.Reader, Roles.Archivist)]
    public override async Task SaveBoard(Local.SaveBoardRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        var (office, _) = caller.At(request.Office);
        var board = await tables.BoardAsync(office, DraftMetadata.DocumentIdOf(request.DocumentId), request.Form?.InEnglish ?? false, context.CancellationToken);
        await GiveAsync(request.Form, _ => board, responseStream, context.CancellationToken);
    }

    [Allowed(Roles.Archivist, Roles.Dispatcher)]
    public override Task<Local.ArchiveNumberReply> RecordSentArchiveNumber(Local.ArchiveNumberRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        var document = DraftMetadata.DocumentIdOf(request.DocumentId);
        _ = sent.Find(office, document);
        archive.Record(office, document, request.Number, actor);
        return Task.FromResult(new Local.ArchiveNumberReply());
    }

    [Allowed(Roles.Archivist, Roles.Clerk)]
    public override Task<Local.ArchiveNumberReply> RecordReceivedArchiveNumber(Local.ArchiveNumberRequest request, ServerCallContext context)
    {
        var (office, actor) = caller.At(request.Office);
        var document = DraftMetadata.DocumentIdOf(request.DocumentId);
        list.Require(office.ToString(), document);
        archive.Record(office, document, request.Number, actor);
        return Task.FromResult(new Local.ArchiveNumberReply());
    }

    private static async Task GiveAsync(Local.TableForm? form, Func<bool, Table> tableOf, IServerStreamWriter<Wire.ArchiveChunk> replies, CancellationToken cancellation)
    {
        if (form?.Format is not ("xlsx" or "csv"))
        {
            throw new RefusedException(Refusal.FormatFailure, "导出格式为 xlsx 或 csv。", "The form of an export is xlsx or csv.");
        }

        await using var file = Workbook.Scratch();
        await (form.Format == "csv" ? CommaSeparated.WriteAsync(file, tableOf(form.InEnglish)) : Workbook.WriteAsync(file, tableOf(form.InEnglish)));
        file.Position = 0;
        await FileChunks.GiveAsync(file, replies, cancellation);
    }
}
