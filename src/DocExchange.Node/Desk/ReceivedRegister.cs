using System.Globalization;
using DocExchange.Node.DeskPages.Registers;
using DocExchange.Node.Receiving;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>收文登记簿, as the pages show it, on the wire.</summary>
internal sealed class ReceivedRegister(InRegister register, InRegisterBook book, ReceivedDocuments documents)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 500;

    public Local.ReceivedRegisterReply List(Local.ReceivedRegisterRequest request)
    {
        RegisterFilters.Require(request);
        var year = request.Year == 0 ? "" : request.Year.ToString(CultureInfo.InvariantCulture);
        var page = register.Page(
            book.FilterOf(request.Office, year, request.Sender, request.State, request.Words), request.Page, request.Limit == 0 ? DefaultPage : (int)Math.Min(request.Limit, LargestPage));
        var reply = new Local.ReceivedRegisterReply { Next = page.Next };
        reply.Lines.AddRange(page.Rows.Select(LineOf));
        return reply;
    }

    private Local.ReceivedRegisterLine LineOf(ReceivedRow row) => new()
    {
        RegisterNumber = row.RegisterNumber ?? "",
        SignedForAt = Time(row.SignedForAt),
        Sender = row.Sender,
        SenderName = documents.NameOf(row.Sender),
        Number = row.Number,
        Title = row.Title,
        Urgency = row.Urgency,
        State = row.State,
        HandedOverAt = Time(row.HandedOverAt),
        ActedBy = row.ActedBy ?? "",
        DocumentId = row.Document,
    };

    private static string Time(long? milliseconds) => milliseconds is { } time ? Listing.Time(DateTimeOffset.FromUnixTimeMilliseconds(time)) : "";
}
