using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;

namespace DocExchange.Node.Records;

/// <summary>The 档号 an office filed a document under; its id is office and document.</summary>
internal sealed class ArchiveNumberRow
{
    public required string Id { get; set; }

    public required string Number { get; set; }

    public required string By { get; set; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public long At { get; set; }
}

/// <summary>
/// 归档号: the 档号 (DA/T 13) under which an office filed what it sent or received, as it stands in the registers. A note of the
/// office for itself: it is in no statement. Safe for concurrent use.
/// </summary>
internal sealed class ArchiveNumbers(NodeRecords records, TimeProvider time)
{
    public const int MaxLength = 60;

    /// <summary>Empty where the office has filed it under none yet.</summary>
    public string Of(string office, string document) => records.ArchiveNumbers.FindById(IdOf(office, document))?.Number ?? "";

    /// <summary>In the place of the one before; an empty one takes it away. On disk when it returns.</summary>
    /// <exception cref="RefusedException">It is too long, or more than one line.</exception>
    public void Record(PartyId office, DocumentId document, string number, Actor person)
    {
        number = number.Trim();
        if (number.Length > MaxLength || number.Any(char.IsControl))
        {
            throw new RefusedException(Refusal.FormatFailure, $"归档号为一行文字，不超过 {MaxLength} 个字符。", $"An archive number is one line of at most {MaxLength} characters.");
        }

        var id = IdOf(office.ToString(), document.ToString());
        records.Write(() =>
        {
            if (number.Length == 0)
            {
                records.ArchiveNumbers.Delete(id);
                return;
            }

            records.ArchiveNumbers.Upsert(new ArchiveNumberRow { Id = id, Number = number, By = $"{person.Id} {person.Name}", At = time.GetUtcNow().ToUnixTimeMilliseconds() });
        });
    }

    private static string IdOf(string office, string document) => $"{office} {document}";
}
