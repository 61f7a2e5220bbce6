using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Durability;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Containers;
using LiteDB;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Outbox;

/// <summary>Which documents of the outbox are wanted.</summary>
internal enum OutboxView
{
    /// <summary>未办结: somebody still has to act, or a return waits to be acknowledged.</summary>
    Open,
    Overdue,
    Returned,
    All,
}

/// <param name="Words">What title or number must hold; empty: anything.</param>
/// <param name="DocumentType">文种 code; empty: any.</param>
/// <param name="Since">Sent at or after.</param>
/// <param name="Until">Sent before.</param>
internal sealed record OutboxFilter(OutboxView View, string Words = "", string DocumentType = "", DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>A sent document as the lists have it.</summary>
internal sealed record OutboxLine(string Key, DateTimeOffset At, Wire.DocumentSummary Summary, string State, DateTimeOffset? SignBy, bool IsOverdue, SentRow Sent);

/// <param name="Next">Key to go on after; null at the end. A page may be short, or empty, and still have a next one.</param>
internal sealed record OutboxSlice(IReadOnlyList<OutboxLine> Lines, string? Next);

/// <summary>What an office has sent, newest first: the list 发文 and the 发文登记簿. Each page costs the same, however many there are.</summary>
internal sealed class OutboxBook(NodeRecords records, PackageShelf shelf, TimeProvider time)
{
    /// <summary>Lines looked at for one page; where few fit the filter, the page says where it stopped.</summary>
    private const int MostSeen = 3_000;

    public OutboxSlice Page(PartyId office, OutboxFilter filter, string after, int most)
    {
        var (lines, last, seen) = (new List<OutboxLine>(), "", 0);
        foreach (var row in Rows(office, filter, after))
        {
            last = KeyOf(row);
            if (Fits(row, filter) is { } summary)
            {
                lines.Add(ToLine(row, summary));
            }

            if (lines.Count == most || ++seen == MostSeen)
            {
                return new OutboxSlice(lines, last);
            }
        }

        return new OutboxSlice(lines, null);
    }

    /// <summary>All that fit, as they are read.</summary>
    public IEnumerable<OutboxLine> All(PartyId office, OutboxFilter filter) =>
        Rows(office, filter, "").Select(row => (Row: row, Summary: Fits(row, filter))).Where(each => each.Summary is not null).Select(each => ToLine(each.Row, each.Summary!));

    /// <exception cref="RefusedException">The office sent no such document.</exception>
    public OutboxLine Find(PartyId office, DocumentId document)
    {
        var id = document.ToString();
        return records.Outbox.FindOne(Field.Is(nameof(ListedRow.Document), id)) is { } row && row.Office == office.ToString()
            ? ToLine(row, Wire.DocumentSummary.Parser.ParseFrom(row.Summary))
            : throw new RefusedException(Refusal.UnknownDocument, "本单位没有发出这件公文。请从“发文”中选取；若由其他单位发出，请先切换单位。", "This office sent no such document. Choose one from its outbox, or change to the office that sent it.");
    }

    /// <summary>Gives lines of before data were marked the keys lists go by, and their places in the register.</summary>
    public void FillIn() => records.Write(() =>
    {
        // Oldest first, as the register counts.
        foreach (var row in records.Outbox.Find(Field.Is(nameof(ListedRow.OfficeKey), BsonValue.Null)).OrderByDescending(row => row.Id, StringComparer.Ordinal).ToList())
        {
            var at = AtOf(row.Id);
            row.OfficeKey = KeyRange.Newest(row.Office, at.ToUnixTimeMilliseconds(), row.Document);
            row.OpenKey = row.IsOpen || row.State == nameof(DeliveryState.Returned) ? row.OfficeKey : null;
            records.Outbox.Update(row);
            if (records.Sent.FindById(row.Document) is null)
            {
                var year = TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).Year;
                records.Sent.Insert(Described(row, (int)records.NextId($"sent-{PartyId.Parse(row.Office).Local}-{year}")));
            }
        }
    });

    private IEnumerable<ListedRow> Rows(PartyId office, OutboxFilter filter, string after)
    {
        var (first, last) = KeyRange.Of(office.ToString(), after);
        if (filter.Since is not null || filter.Until is not null)
        {
            var span = KeyRange.Of(office.ToString(), filter.Since?.ToUnixTimeMilliseconds() ?? 0, filter.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
            (first, last) = (string.CompareOrdinal(first, span.First) > 0 ? first : span.First, span.Last);
        }

        var field = filter.View == OutboxView.All ? "$.OfficeKey" : "$.OpenKey";
        return records.Outbox.Query().Where(BsonExpression.Create(field + " BETWEEN @0 AND @1", first, last)).OrderBy(field).ToEnumerable();
    }

    private Wire.DocumentSummary? Fits(ListedRow row, OutboxFilter filter)
    {
        var isInView = filter.View switch
        {
            OutboxView.Overdue => IsOverdue(row),
            OutboxView.Returned => row.State == nameof(DeliveryState.Returned),
            _ => true,
        };
        if (!isInView)
        {
            return null;
        }

        var summary = Wire.DocumentSummary.Parser.ParseFrom(row.Summary);
        var isNamed = filter.Words.Length == 0 || summary.Title.Contains(filter.Words, StringComparison.OrdinalIgnoreCase) || summary.Number.Contains(filter.Words, StringComparison.OrdinalIgnoreCase);
        return isNamed && IsOfType(summary.DocumentType, filter.DocumentType) ? summary : null;
    }

    // Internal documents have no code; each system names them as it likes.
    private static bool IsOfType(string type, string wanted) => wanted.Length == 0 || (wanted == "internal" ? !DocumentTypes.TryFromCode(type, out _) : type == wanted);

    private OutboxLine ToLine(ListedRow row, Wire.DocumentSummary summary) => new(
        KeyOf(row),
        AtOf(row.Id),
        summary,
        row.State,
        row.SignBy is { } signBy ? DateTimeOffset.FromUnixTimeMilliseconds(signBy) : null,
        IsOverdue(row),
        records.Sent.FindById(row.Document) ?? Described(row, 0));

    private bool IsOverdue(ListedRow row) => row.IsOpen && row.SignBy < time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string KeyOf(ListedRow row) => row.OfficeKey ?? row.Id;

    // The line's id begins with the time, turned round.
    private static DateTimeOffset AtOf(string id) => DateTimeOffset.FromUnixTimeMilliseconds(long.MaxValue - long.Parse(id.AsSpan(0, 19), System.Globalization.CultureInfo.InvariantCulture));

    private SentRow Described(ListedRow row, int serial)
    {
        var summary = Wire.DocumentSummary.Parser.ParseFrom(row.Summary);
        var metadata = summary.PackageId.Length > 0 ? MetadataOf(PackageId.Parse(summary.PackageId)) : null;
        return new SentRow
        {
            Id = row.Document,
            Serial = serial,
            Signers = string.Join("、", metadata?.Signatories ?? []),
            To = metadata?.PrintedTo ?? "",
            Copied = metadata?.PrintedCc ?? "",
            Copies = metadata?.Copies,
            By = "",
        };
    }

    private DocumentMetadata? MetadataOf(PackageId package)
    {
        if (!shelf.Has(package))
        {
            return null;
        }

        try
        {
            // Apart: a page that renders waits for itself otherwise, once the package does not come from memory.
            using var reader = Task.Run(() => PackageReader.OpenAsync(shelf.OpenRead(package), PackageLimits.Default, default)).GetAwaiter().GetResult();
            return DocumentMetadata.TryParse(reader.Metadata.Span, out _);
        }
        catch (PackageFormatException)
        {
            return null;
        }
    }
}
