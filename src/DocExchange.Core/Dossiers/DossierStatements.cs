using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>A statement of a dossier with its ledger entry.</summary>
internal sealed record DossierEntry(string Path, long Index, LedgerEntry Entry, SignedStatement Signed, bool IsProven)
{
    public Statement Statement => Signed.Statement;

    public LoggedStatement Logged => new(Index, Entry.ReceivedAt, Signed.Id, Signed.Statement);
}

/// <summary>The statements of a dossier: those it names, at the places it names, as the ledger has them.</summary>
internal sealed class DossierStatements(DossierFile file, DossierManifest manifest, DossierLedger ledger, DossierReport report)
{
    private readonly HashSet<long> contradicting = [];

    /// <summary>Where each certificate is revoked, in ledger order.</summary>
    private readonly Dictionary<Digest, List<long>> revocations = [];

    /// <summary>On the document, in ledger order.</summary>
    public IReadOnlyList<DossierEntry> OnDocument { get; private set; } = [];

    /// <summary>The hub's own, in ledger order.</summary>
    public IReadOnlyList<DossierEntry> Announcements { get; private set; } = [];

    public IEnumerable<DossierEntry> All => OnDocument.Concat(Announcements).OrderBy(entry => entry.Index);

    /// <summary>Whether it took its place in its chain; false where another statement had it before, as at the hub. Known after <see cref="CheckOrder"/>.</summary>
    public bool TookPlace(DossierEntry entry) => !contradicting.Contains(entry.Index);

    /// <summary>The first entry below a statement by which the hub revokes one of these certificates; null where there is none.</summary>
    public long? RevocationAfter(DossierEntry entry, IEnumerable<Digest> certificates)
    {
        long? first = null;
        foreach (var certificate in certificates)
        {
            if (revocations.TryGetValue(certificate, out var places))
            {
                var found = places.BinarySearch(entry.Index + 1);
                var next = found < 0 ? ~found : found;
                first = next == places.Count || first < places[next] ? first : places[next];
            }
        }

        return first;
    }

    /// <summary>Reads what dossier.json names. What is missing, different, or there and not named, is a finding.</summary>
    public void Load()
    {
        OnDocument = Load(manifest.Statements, DossierLayout.Statement);
        Announcements = Load(manifest.Announcements, DossierLayout.Announcement);
        foreach (var entry in Announcements.Where(entry => entry is { IsProven: true, Statement.Issuer.IsHub: true }))
        {
            if (entry.Statement.Body is CertificateRevokedBody revoked)
            {
                (revocations.TryGetValue(revoked.Certificate, out var places) ? places : revocations[revoked.Certificate] = []).Add(entry.Index);
            }
        }

        var named = manifest.Statements.Concat(manifest.Announcements).ToList();
        file.RefuseStrays("statements/", named.Select(each => each.File), report);
        file.RefuseStrays("announcements/", named.Select(each => each.File), report);
        file.RefuseStrays("entries/", named.Select(each => DossierLayout.Entry(each.Index)), report);
        file.RefuseStrays("proofs/", named.Select(each => DossierLayout.Proof(each.Index)), report);

        foreach (var other in OnDocument.Where(entry => entry.Statement.Document?.ToString() != manifest.Document))
        {
            report.Failed("STATEMENT_OF_OTHER_DOCUMENT", SubIndication.FormatFailure, $"“{other.Path}”不是关于这份公文的。", $"'{other.Path}' is not about this document.");
        }

        foreach (var other in All.Where(entry => entry.Statement.Exchange != manifest.Exchange))
        {
            report.Failed("STATEMENT_OF_OTHER_EXCHANGE", SubIndication.FormatFailure, $"“{other.Path}”属于另一个交换系统。", $"'{other.Path}' was made for another exchange.");
        }
    }

    /// <summary>Whether each statement stands where its predecessors and its chain say.</summary>
    public void CheckOrder()
    {
        var known = All.Select(entry => entry.Signed.Id).ToHashSet();
        foreach (var entry in OnDocument.Where(entry => entry.Statement.Subject is { } subject && !known.Contains(subject)))
        {
            report.Open(
                "STATEMENT_MISSING", SubIndication.SignedDataNotFound,
                $"“{entry.Path}”所答复的凭证 {entry.Statement.Subject} 不在卷宗中。", $"The statement {entry.Statement.Subject} that '{entry.Path}' answers is not in the dossier.");
        }

        var gaps = All.GroupBy(entry => entry.Statement.Chain.ChainId).Count(HasGap);
        if (gaps > 0)
        {
            report.Remark(
                "CHAINS_WITH_OTHERS",
                $"{gaps} 条凭证链中间另有凭证：按中心的签名说明，它们与这份公文无关；卷宗本身不能证明这一点。",
                $"{gaps} chains have other statements in between: they are about other matters by the hub's signed word, which the dossier itself cannot prove.");
        }
    }

    private bool HasGap(IEnumerable<DossierEntry> chain)
    {
        var (hasGap, last) = (false, (DossierEntry?)null);
        foreach (var next in chain)
        {
            var (at, before) = (next.Statement.Chain, last?.Statement.Chain);
            if (before is null)
            {
                hasGap |= at.Number > 1;
            }
            else if (at.Number <= before.Number)
            {
                // The ledger keeps it, without effect: whoever signed two statements with one number shall not spoil the dossier.
                report.Remark(
                    "CHAIN_EQUIVOCATION",
                    $"“{next.Path}”在凭证链 {at.ChainId} 中重复使用了编号 {at.Number}：签名人前后矛盾，该凭证不生效。", $"'{next.Path}' uses the number {at.Number} of the chain {at.ChainId} again: its signer contradicts itself, it has no effect.");
                contradicting.Add(next.Index);
                continue;
            }
            else if (at.Number == before.Number + 1 && at.Previous != last!.Signed.Id)
            {
                report.Failed(
                    "CHAIN_BROKEN", SubIndication.SigConstraintsFailure,
                    $"“{next.Path}”没有以“{last.Path}”为前一份凭证。", $"'{next.Path}' does not name '{last.Path}' as the statement before it.");
            }
            else
            {
                hasGap |= at.Number > before.Number + 1;
            }

            last = next;
        }

        return hasGap;
    }

    private List<DossierEntry> Load(IReadOnlyList<DossierStatement> named, Func<long, StatementType, PartyId, string> pathOf)
    {
        var loaded = new List<DossierEntry>();
        var last = -1L;
        foreach (var each in named)
        {
            if (each.Index <= last)
            {
                report.Failed("DOSSIER_ORDER", SubIndication.FormatFailure, $"卷宗目录中第 {each.Index} 条的次序不对。", $"dossier.json names entry {each.Index} out of order.");
            }
            else if (report.Read(each.File, () => Load(each, pathOf)) is { } entry)
            {
                loaded.Add(entry);
            }

            last = each.Index;
        }

        return loaded;
    }

    /// <exception cref="FormatException">It is missing, or not what is named.</exception>
    private DossierEntry Load(DossierStatement named, Func<long, StatementType, PartyId, string> pathOf)
    {
        var bytes = file.Read(DossierLayout.Entry(named.Index));
        var entry = LedgerEntry.Parse(bytes);
        var signed = SignedStatement.Parse(entry.Statement, file.Object);
        var type = signed.Statement.Type;
        var path = pathOf(named.Index, type, DossierLayout.OfficeOf(signed.Statement));
        var isAsNamed = path == named.File && signed.Id.ToString() == named.Id && type.ToString() == named.Type && signed.Statement.Issuer.ToString() == named.Issuer;
        if (!isAsNamed || !file.Read(path).AsSpan().SequenceEqual(entry.Statement.Span))
        {
            throw new FormatException($"The ledger entry {named.Index} holds another statement.");
        }

        return new DossierEntry(path, named.Index, entry, signed, ledger.Proves(named.Index, bytes));
    }
}
