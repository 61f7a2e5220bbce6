using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Trust.Certificates;

namespace DocExchange.Node.Offices;

/// <summary>
/// The anchors and revocation lists this node judges by. Anchors are those given at the enrolment and those a directory
/// names; the hub cannot slip in another by merely sending it. Safe for concurrent use.
/// </summary>
internal sealed class TrustedAuthorities
{
    private const string Lists = "revocation lists";
    private const string Certificates = "authorities";

    private readonly NodeRecords records;
    private readonly ObjectFolder objects;
    private readonly KeyRing keys;
    private volatile Current current;

    public TrustedAuthorities(NodeRecords records, ObjectFolder objects, KeyRing keys)
    {
        (this.records, this.objects, this.keys) = (records, objects, keys);
        current = new Current(TrustStore.Empty);
        Use(Kept(Certificates, Certificate.ParseAll), Kept(Lists, RevocationList.ParseAll));
    }

    public TrustStore Store => current.Store;

    /// <summary>By the built-in policy alone: what is in the ledger already means the same at every node.</summary>
    public StatementJudge Judge => current.Judge;

    /// <summary>Takes over what the hub sent; the newest list of each issuer is kept.</summary>
    public void Refresh(IReadOnlyList<Certificate> certificates, IReadOnlyList<RevocationList> lists, OfficeDirectory? directory)
    {
        var anchors = keys.Authorities.Concat(directory?.Authorities ?? []).Where(known => known.IsSelfSigned).ToHashSet();
        var accepted = certificates.Concat(directory?.Authorities ?? []).Where(certificate => !certificate.IsSelfSigned || anchors.Contains(certificate)).Concat(anchors).Distinct().ToList();
        var newest = lists.Concat(Store.RevocationLists)
            .GroupBy(list => list.Issuer)
            .Select(group => group.MaxBy(list => list.ThisUpdate)!)
            .ToList();
        var kept = objects.Put(Encoding.ASCII.GetBytes(string.Concat(newest.Select(list => list.ToPem()))));
        var keptCertificates = objects.Put(Encoding.ASCII.GetBytes(string.Concat(accepted.Select(certificate => certificate.ToPem()))));
        records.Write(() =>
        {
            records.Set(Lists, 0, kept.ToArray());
            records.Set(Certificates, 0, keptCertificates.ToArray());
        });
        Use(accepted, newest);
    }

    private void Use(IReadOnlyList<Certificate> certificates, IReadOnlyList<RevocationList> lists) =>
        current = new Current(TrustStore.Of(keys.Authorities.Concat(certificates), lists));

    private delegate IReadOnlyList<T> ParseAll<T>(ReadOnlySpan<byte> pem);

    private IReadOnlyList<T> Kept<T>(string name, ParseAll<T> parse) =>
        records.Setting(name)?.Content is { } digest && objects.Get(Trust.Digests.Digest.FromBytes(digest)) is { Length: > 0 } pem ? parse(pem) : [];

    private sealed class Current(TrustStore store)
    {
        public TrustStore Store { get; } = store;

        public StatementJudge Judge { get; } = new(store);
    }
}
