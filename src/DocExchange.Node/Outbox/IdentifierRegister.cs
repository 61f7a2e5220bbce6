using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Node.Records;

namespace DocExchange.Node.Outbox;

/// <summary>
/// 公文标识 (GB/T 33477) of documents made or sent here: per credit code, inner unit, year and type a serial of its own. One that
/// has left is never given again, whatever becomes of its document; one that was kept for a draft is free when the draft is gone.
/// </summary>
internal sealed class IdentifierRegister(NodeRecords records, NumbersInHand? inHand = null)
{
    private const int MostSerials = 99_999;

    private readonly NumbersInHand inHand = inHand ?? new NumbersInHand();

    /// <summary>One above the highest in use of the office itself.</summary>
    /// <exception cref="RefusedException">The year's serials of this type are used up.</exception>
    public DocumentIdentifier NextOf(UnifiedSocialCreditCode office, int year, DocumentType type)
    {
        DocumentIdentifier Of(int number) => DocumentIdentifier.Make(office, DocumentIdentifier.Whole, year, type, number);
        var serial = inHand.NextOf(NumbersInHand.SeriesOf(Of(1)), () => HighestOf(Of(1)), number => !records.Identifiers.Exists(Field.Is(Field.Id, Of(number).ToString())));
        return serial <= MostSerials
            ? Of(serial)
            : throw new RefusedException(
                Refusal.NumberTaken, $"{office} {year} 年“{type.Chinese()}”的公文标识流水号已用完，请自行填写或填“-”。", $"The serials of identifiers of {office} for {year} and this type are used up. Give one, or '-' for none.");
    }

    /// <summary>No higher one of its series is in the register.</summary>
    public bool IsNew(DocumentIdentifier identifier) => identifier.Serial > HighestOf(identifier);

    /// <exception cref="RefusedException">Another document has it.</exception>
    public void RequireFree(DocumentIdentifier identifier, DocumentId document)
    {
        if (records.Identifiers.FindById(identifier.ToString()) is { IsReserved: false } taken && taken.Document != document.ToString())
        {
            throw new RefusedException(
                Refusal.NumberTaken,
                $"公文标识 {identifier} 已被另一公文使用。请另填，或留空由系统编排。",
                $"The identifier {identifier} is used by another document. Give another one, or leave it empty to have one made.");
        }
    }

    /// <summary>Before anybody seals a draft: two that keep the same cannot both leave.</summary>
    /// <param name="earlier">The document it was kept for when the draft was frozen before; null where it was not.</param>
    /// <exception cref="RefusedException">It is kept for another draft.</exception>
    public void RequireNotKept(DocumentIdentifier identifier, DocumentId document, string? earlier)
    {
        if (records.Identifiers.FindById(identifier.ToString()) is { IsReserved: true } kept && kept.Document != document.ToString() && kept.Document != earlier)
        {
            throw new RefusedException(
                Refusal.NumberTaken,
                $"公文标识 {identifier} 已为另一件待发公文保留。请另填，或留空由系统编排。",
                $"The identifier {identifier} is kept for another document that has not left yet. Give another one, or leave it empty to have one made.");
        }
    }

    /// <summary>Inside a write: keeps it for a draft. The first to be dispatched has it.</summary>
    public void Reserve(DocumentIdentifier identifier, DocumentId draft)
    {
        if (records.Identifiers.FindById(identifier.ToString()) is null or { IsReserved: true })
        {
            records.Identifiers.Upsert(new IdentifierRow { Id = identifier.ToString(), Document = draft.ToString(), IsReserved = true });
        }
    }

    /// <summary>Inside a write.</summary>
    /// <exception cref="RefusedException">Another document has it.</exception>
    public void Take(DocumentIdentifier identifier, DocumentId document)
    {
        RequireFree(identifier, document);
        records.Identifiers.Upsert(new IdentifierRow { Id = identifier.ToString(), Document = document.ToString(), IsReserved = false });
    }

    /// <summary>Inside a write. Gives back what was only kept for a draft.</summary>
    public void Unreserve(string identifier, DocumentId draft)
    {
        if (records.Identifiers.FindById(identifier) is { IsReserved: true } row && row.Document == draft.ToString())
        {
            records.Identifiers.Delete(identifier);
        }
    }

    // Of those that differ in nothing but their serial; 0 where there is none.
    private int HighestOf(DocumentIdentifier one)
    {
        string Of(int number) => DocumentIdentifier.Make(one.Office, one.InnerUnit, one.Year, one.Type, number).ToString();
        var highest = records.Identifiers.Query().Where(Field.Between(Field.Id, Of(1), Of(MostSerials))).OrderByDescending("$._id").Limit(1).ToEnumerable().FirstOrDefault();
        return highest is null ? 0 : DocumentIdentifier.Parse(highest.Id).Serial;
    }
}
