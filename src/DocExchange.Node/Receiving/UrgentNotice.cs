using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Records;

namespace DocExchange.Node.Receiving;

/// <summary>特急 documents alarm until somebody at the desk has acknowledged them: kept, with who it was and when.</summary>
internal sealed partial class UrgentNotice(NodeRecords records, ReceivedList list, ReceivedLines lines, TimeProvider time, ILogger<UrgentNotice> logger)
{
    /// <summary>Once: the first person counts.</summary>
    /// <exception cref="RefusedException">The office has no such document.</exception>
    public void Acknowledge(string office, DocumentId document, Actor person)
    {
        var row = list.Find(office, document) ?? throw new RefusedException(Refusal.UnknownDocument, $"本单位没有收到公文 {document}。", $"The office has not received the document {document}.");
        var isFirst = records.Write(() =>
        {
            if (records.Acknowledged.FindById(row.Id) is not null)
            {
                return false;
            }

            records.Acknowledged.Insert(new AcknowledgedRow { Id = row.Id, Person = person.Id, Name = person.Name, At = time.GetUtcNow().ToUnixTimeMilliseconds() });
            lines.Refresh(document);
            return true;
        });
        if (isFirst)
        {
            LogAcknowledged(document.ToString(), office, person.Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The urgent document {Document} for {Office} was acknowledged by {Person}")]
    private partial void LogAcknowledged(string document, string office, string person);
}
