using DocExchange.Node.DeskPages.Board;
using DocExchange.Node.DeskPages.Registers;
using DocExchange.Node.Outbox;
using Local = DocExchange.Protocol.Local.V1;

namespace DocExchange.Node.Desk;

/// <summary>发文登记簿, as the pages show it, on the wire.</summary>
internal sealed class SentRegister(OutboxBook book, DeskPeople people, TimeProvider time)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 500;

    public Local.SentRegisterReply List(Local.SentRegisterRequest request)
    {
        request = RegisterFilters.Require(request);
        var filter = RegisterLines.Filter(request.From, request.To, request.DocumentType, request.Words, time);
        var page = book.Page(people.Hosted(request.Office), filter, request.Page, request.Limit == 0 ? DefaultPage : (int)Math.Min(request.Limit, LargestPage));
        var reply = new Local.SentRegisterReply { Next = page.Next ?? "" };
        reply.Lines.AddRange(page.Lines.Select(line => new Local.SentRegisterLine
        {
            Serial = (uint)line.Sent.Serial,
            SentAt = Listing.Time(line.At),
            Summary = line.Summary,
            Signer = line.Sent.Signers,
            To = line.Sent.To,
            Copied = line.Sent.Copied,
            Copies = (uint)(line.Sent.Copies ?? 0),
            DispatchedBy = line.Sent.By,
        }));
        return reply;
    }
}
