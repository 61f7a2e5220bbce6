using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using LiteDB;

namespace DocExchange.Node.Desk;

/// <summary>用印登记簿: every use of a seal that is at this node, whoever asked for it and however. Lines are only added.</summary>
internal sealed class SealUses(NodeRecords records, KeyRing keys, TimeProvider time)
{
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

    /// <summary>Newest first.</summary>
    /// <param name="after">Id of the last one seen; empty at the beginning.</param>
    public IEnumerable<SealUseRow> Of(PartyId office, string after, int most)
    {
        var (first, last) = KeyRange.Of(office.ToString(), after);
        return records.SealUses.Query().Where(BsonExpression.Create("$._id BETWEEN @0 AND @1", first, last)).OrderBy("$._id").Limit(most).ToEnumerable();
    }
}
