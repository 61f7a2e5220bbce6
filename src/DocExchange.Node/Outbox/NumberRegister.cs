using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Durability;
using DocExchange.Node.Records;
using LiteDB;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Outbox;

/// <summary>
/// 发文字号 in use by documents this node sent, per 机关代字 and year. A number is taken in the transaction that queues its
/// document, and free again when the document is refused, rejected or voided. That of a voided one is given again only to who asks for it by name: it has been read.
/// </summary>
internal sealed class NumberRegister(NodeRecords records, NumbersInHand? inHand = null)
{
    private const string Ever = "number-ever ";

    private readonly NumbersInHand inHand = inHand ?? new NumbersInHand();

    /// <summary>One above the highest that is in use, or was by a document that went out; or one that a document in the making gave back.</summary>
    /// <exception cref="RefusedException">The series is used up.</exception>
    public DocumentNumber NextOf(string agencyCode, int year)
    {
        var series = Checked(agencyCode, year, 1).Series;
        return Checked(agencyCode, year, inHand.NextOf(series, () => HighestOf(series), number => !records.Numbers.Exists(Field.Is(Field.Id, Checked(agencyCode, year, number).ToString()))));
    }

    /// <summary>No higher one of its series is in use or was.</summary>
    public bool IsNew(DocumentNumber number) => number.Number > HighestOf(number.Series);

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
    /// <param name="wentOut">The document was accepted and voided since: its number is passed over from now on.</param>
    public void Release(string number, DocumentId document, bool wentOut = false)
    {
        if (wentOut)
        {
            PassOver(number);
        }

        if (records.Numbers.FindById(number)?.Document == document.ToString())
        {
            records.Numbers.Delete(number);
        }
    }

    /// <summary>Inside a write. Gives back a number that was only kept for a draft.</summary>
    public void Unreserve(string number, DocumentId draft)
    {
        if (records.Numbers.FindById(number) is { IsReserved: true } row && row.Document == draft.ToString())
        {
            records.Numbers.Delete(number);
        }
    }

    /// <summary>The series as it stands: what is next, which numbers were passed over, which are kept for drafts.</summary>
    public NumberSeries SeriesOf(string agencyCode, int year)
    {
        var series = Checked(agencyCode, year, 1).Series;
        var rows = records.Numbers.Find(Of(series)).ToDictionary(row => row.Value, row => row.IsReserved);
        var highest = Math.Max(rows.Keys.DefaultIfEmpty(0).Max(), EverOf(series));
        var gaps = Enumerable.Range(1, highest).Where(value => !rows.ContainsKey(value)).Take(NumberSeries.MostGaps).ToList();
        return new NumberSeries(series, highest + 1, gaps, highest - rows.Count, [.. rows.Where(row => row.Value).Select(row => row.Key).Order().Take(NumberSeries.MostGaps)]);
    }

    /// <summary>Whether the number is used or kept by another document.</summary>
    public (bool IsTaken, bool IsReserved, string? Document) StandingOf(DocumentNumber number) => records.Numbers.FindById(number.ToString()) is { } row
        ? (!row.IsReserved, row.IsReserved, row.Document)
        : (false, false, null);

    /// <summary>
    /// After a version of before data were marked: writes the rows anew, with the place they are found by, and passes over the
    /// numbers of documents that were accepted and voided.
    /// </summary>
    public void FillIn()
    {
        // By itself: an index cannot be dropped in a transaction.
        records.Numbers.DropIndex(nameof(NumberRow.Series));
        records.Write(() =>
        {
            foreach (var row in records.Numbers.Find(Field.Is(nameof(NumberRow.Place), BsonValue.Null)).ToList())
            {
                records.Numbers.Update(row);
            }

            foreach (var row in records.Outbox.FindAll().Where(row => row.State == nameof(DocumentPhase.Voided)).ToList())
            {
                var summary = Wire.DocumentSummary.Parser.ParseFrom(row.Summary);
                if (summary.AcceptedAt.Length > 0)
                {
                    PassOver(summary.Number);
                }
            }
        });
    }

    private void PassOver(string number)
    {
        if (DocumentNumber.TryParse(number, out var used) && EverOf(used.Series) < used.Number)
        {
            records.Set(Ever + used.Series, used.Number);
        }
    }

    private int HighestOf(string series) => Math.Max(EverOf(series), records.Numbers.Query()
        .Where(Of(series)).OrderByDescending("$." + nameof(NumberRow.Place)).Limit(1).ToEnumerable().Select(row => row.Value).FirstOrDefault());

    // The highest of documents that went out and were voided; 0 where there are none.
    private int EverOf(string series) => (int)(records.Setting(Ever + series)?.Number ?? 0);

    private static BsonExpression Of(string series) => Field.Between(nameof(NumberRow.Place), NumberRow.PlaceOf(series, 0), NumberRow.PlaceOf(series, int.MaxValue));

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

/// <summary>The numbers of a 机关代字 in a year.</summary>
/// <param name="Gaps">断号: the first that were passed over, ascending.</param>
/// <param name="GapCount">All that were.</param>
/// <param name="Reserved">Kept for drafts.</param>
internal sealed record NumberSeries(string Series, int Next, IReadOnlyList<int> Gaps, int GapCount, IReadOnlyList<int> Reserved)
{
    public const int MostGaps = 30;
}
