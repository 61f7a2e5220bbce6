using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Node.Records;

namespace DocExchange.Node.Outbox;

/// <summary>
/// 发文字号 in use by documents this node sent, per 机关代字 and year. A number is taken in the transaction that queues its
/// document, and free again when the document is refused, rejected or voided.
/// </summary>
internal sealed class NumberRegister(NodeRecords records)
{
    /// <summary>One above the highest in use.</summary>
    /// <exception cref="RefusedException">The series is used up.</exception>
    public DocumentNumber NextOf(string agencyCode, int year)
    {
        var first = Checked(agencyCode, year, 1);
        var highest = records.Numbers.Find(row => row.Series == first.Series).Select(row => row.Value).DefaultIfEmpty(0).Max();
        return Checked(agencyCode, year, highest + 1);
    }

    /// <summary>
    /// Inside a write. Keeps a number for a draft (联合发文 in the making), so that it is not given out meanwhile. A draft
    /// made anew under the same number takes the reservation over; the first to be dispatched has the number.
    /// </summary>
    public void Reserve(DocumentNumber number, DocumentId draft)
    {
        if (records.Numbers.FindById(number.ToString()) is null or { IsReserved: true })
        {
            records.Numbers.Upsert(Row(number, draft, isReserved: true));
        }
    }

    /// <summary>Inside a write.</summary>
    /// <param name="replaced">The document whose number a 更正重印件 keeps.</param>
    /// <exception cref="RefusedException">Another document has the number.</exception>
    public void Take(DocumentNumber number, DocumentId document, DocumentId? replaced)
    {
        RequireFree(number, document, replaced);
        records.Numbers.Upsert(Row(number, document, isReserved: false));
    }

    /// <exception cref="RefusedException">Another document has the number.</exception>
    public void RequireFree(DocumentNumber number, DocumentId document, DocumentId? replaced)
    {
        var taken = records.Numbers.FindById(number.ToString());
        if (taken is { IsReserved: false } && taken.Document != document.ToString() && taken.Document != replaced?.ToString())
        {
            throw new RefusedException(
                Refusal.NumberTaken,
                $"发文字号 {number} 已被另一公文使用。请另取字号；更正重印件请注明所替换的公文。",
                $"The number {number} is used by another document. Take another one; for a corrected reprint name the document it replaces.");
        }
    }

    /// <summary>Inside a write. A number that passed on to a replacement stays in use.</summary>
    public void Release(string number, DocumentId document)
    {
        if (records.Numbers.FindById(number)?.Document == document.ToString())
        {
            records.Numbers.Delete(number);
        }
    }

    private static NumberRow Row(DocumentNumber number, DocumentId document, bool isReserved) => new()
    {
        Id = number.ToString(),
        Series = number.Series,
        Value = number.Number,
        Document = document.ToString(),
        IsReserved = isReserved,
    };

    private static DocumentNumber Checked(string agencyCode, int year, int number)
    {
        try
        {
            return DocumentNumber.Of(agencyCode, year, number);
        }
        catch (ArgumentException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, $"机关代字“{agencyCode}”或年份 {year} 无效，或该年度字号已用完。", fault.Message);
        }
    }
}
