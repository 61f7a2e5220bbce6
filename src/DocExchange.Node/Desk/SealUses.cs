using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using LiteDB;

namespace DocExchange.Node.Desk;

/// <summary>用印登记簿: every use of a seal that is at this node, whoever asked for it and however. Lines are only added.</summary>
internal sealed class SealUses(NodeRecords records, KeyRing keys, TimeProvider time)
{
    /// <summary>Uses looked at for one page; where few fit the filter, the page says where it stopped.</summary>
    private const int MostSeen = 3_000;

    // For an export; rows, whether they fit or not.
    private const int MostRead = 500_000;

    /// <summary>Inside the write that makes the sealed document real; issuers whose seal is not under it are passed over.</summary>
    public void Record(DocumentId document, DocumentMetadata metadata, IReadOnlyList<PartyId> issuers, string askedBy, string approvedBy)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var issuer in issuers.Where(issuer => metadata.Issuers.Any(each => each.OfficeId == issuer.ToString() && each.Seal == SealPlacement.Container)))
        {
            var seal = keys.SealOf(issuer).Seal;
            records.SealUses.Upsert(new SealUseRow
            {
                Id = KeyRange.Newest(issuer.ToString(), now, document.ToString()),
                Office = issuer.ToString(),
                At = now,
                Document = document.ToString(),
                Number = metadata.Number?.ToString() ?? metadata.PrintedNumber ?? "",
                Title = metadata.Title,
                Seal = $"{seal.Name}（{seal.EsId}）",
                AskedBy = askedBy,
                ApprovedBy = approvedBy,
            });
        }
    }

    /// <summary>Newest first; a page may be short, or empty, and still have a next one.</summary>
    /// <param name="after">Id of the last one seen; empty at the beginning.</param>
    public SealUsePage Page(PartyId office, SealUseFilter filter, string after, int most)
    {
        var (found, seen) = (new List<SealUseRow>(), 0);
        foreach (var row in Rows(office, filter, after))
        {
            if (filter.Fits(row))
            {
                found.Add(row);
            }

            if (found.Count == most || ++seen == MostSeen)
            {
                return new SealUsePage(found, row.Id);
            }
        }

        return new SealUsePage(found, null);
    }

    /// <summary>All that fit, newest first, as they are read.</summary>
    public IEnumerable<SealUseRow> All(PartyId office, SealUseFilter filter) => Rows(office, filter, "").Take(MostRead).Where(filter.Fits);

    private IEnumerable<SealUseRow> Rows(PartyId office, SealUseFilter filter, string after)
    {
        var (first, last) = KeyRange.Of(office.ToString(), after);
        if (filter.Since is not null || filter.Until is not null)
        {
            var span = KeyRange.Of(office.ToString(), filter.Since?.ToUnixTimeMilliseconds() ?? 0, filter.Until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
            (first, last) = (string.CompareOrdinal(first, span.First) > 0 ? first : span.First, span.Last);
        }

        return records.SealUses.Query().Where(BsonExpression.Create("$._id BETWEEN @0 AND @1", first, last)).OrderBy("$._id").ToEnumerable();
    }
}

/// <param name="Next">Id to go on after; null at the end.</param>
internal sealed record SealUsePage(IReadOnlyList<SealUseRow> Uses, string? Next);

/// <summary>Which uses of seals are wanted; everything that is given must fit.</summary>
/// <param name="Since">Used at or after.</param>
/// <param name="Until">Used before.</param>
/// <param name="Seal">In the seal's name or number.</param>
/// <param name="Person">In the name of whoever asked for it or approved it.</param>
/// <param name="Words">In the document's title or number, or its id.</param>
internal sealed record SealUseFilter(DateTimeOffset? Since, DateTimeOffset? Until, string Seal, string Person, string Words)
{
    public bool Fits(SealUseRow row) => Has(row.Seal, Seal)
        && (Has(row.AskedBy, Person) || Has(row.ApprovedBy, Person))
        && (Has(row.Title, Words) || Has(row.Number, Words) || row.Document == Words);

    private static bool Has(string text, string part) => part.Length == 0 || text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
