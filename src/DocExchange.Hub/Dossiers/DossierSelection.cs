using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Hub.Dossiers;

/// <summary>
/// Decides what belongs into a dossier: what concerns the document and those it is for, and the hub's statements these
/// rest on. No entry about another document is ever among them.
/// </summary>
internal sealed class DossierSelection(
    ArchiveQueries queries, ICatalogue catalogue, ILedgerStore ledger, LedgerWriter writer, WitnessRounds witnesses, PublicStatements announcements, DirectoryKeeper keeper, IObjectStore objects)
{
    // Versions that may be published between the moment a binding counts from and the one that has it.
    private const int MostAtOnce = 16;

    /// <param name="caller">Null for the hub's own people.</param>
    /// <param name="office">The one it is for; null for all of the caller's offices, or for everything.</param>
    /// <exception cref="RefusedException">Unknown, not accepted, withdrawn, or not theirs to see.</exception>
    public async Task<DossierContents> SelectAsync(string documentId, PartyId? caller, PartyId? office, CancellationToken cancellation)
    {
        var newest = writer.Checkpoint;
        await catalogue.WaitForAsync(newest.Checkpoint.Size, cancellation);
        var (document, hosted) = queries.Find(documentId, caller);
        if (document.AcceptedAt is null)
        {
            throw new RefusedException(Refusal.WrongState, "公文未被中心接收，没有可取的卷宗。", "The hub has not accepted the document; there is no dossier of it.");
        }

        var own = OwnOf(document, hosted, office);
        if (own is not null)
        {
            PackageDelivery.RequireNotWithdrawn(document, own);
        }

        var statements = queries.Concerning(document.Id, own).Select(each => each.Logged).Where(logged => logged.Index < newest.Checkpoint.Size).ToList();
        var (checkpoint, note) = Choose(statements[^1].Index, newest);
        return new DossierContents
        {
            Document = document,
            CompleteFor = own is null || own.Any(party => document.SeesAll(party.ToString())) ? [] : [.. own.Select(party => party.ToString()).Order(StringComparer.Ordinal)],
            Checkpoint = checkpoint,
            Note = note,
            Statements = statements,
            Directories = Directories(statements, checkpoint.Size),
            Revocations = Revocations(statements, checkpoint.Size),
            Stamps = Stamps(statements),
        };
    }

    private static HashSet<PartyId>? OwnOf(DocumentSnapshot document, HashSet<PartyId>? hosted, PartyId? office)
    {
        if (hosted is null && office is null)
        {
            return null;
        }

        var own = (office is null ? hosted! : [office]).Where(party => document.IsVisibleTo(party.ToString())).ToHashSet();
        return own.Count > 0 && (hosted is null || own.IsSubsetOf(hosted))
            ? own
            : throw new RefusedException(
                Refusal.UnknownDocument, $"没有单位 {office} 可以查看的公文 {document.Id}。", $"There is no document {document.Id} that {office} may see.");
    }

    /// <summary>The witnessed checkpoint where it covers every statement, else the newest.</summary>
    private (Checkpoint Checkpoint, SignedNote Note) Choose(long last, SignedCheckpoint newest) =>
        witnesses.Witnessed is { } note && Checkpoint.Parse(note.Text) is var witnessed && witnessed.Size > last && witnessed.Origin == newest.Checkpoint.Origin
            ? (witnessed, note)
            : (newest.Checkpoint, newest.Note);

    /// <summary>
    /// Those in force where a statement stands, the one the recipients were expanded against, the last ones that called an office as a certificate
    /// of it does, and the newest, which binds the hub's own key.
    /// </summary>
    private List<(long Index, DirectoryPublishedBody Body)> Directories(List<LoggedStatement> statements, long size)
    {
        var published = announcements.Below<DirectoryPublishedBody>(size).ToList();
        var named = ((DispatchBody)statements[0].Statement.Body).DirectoryVersion;
        var chosen = new SortedSet<int> { published.Count - 1 };
        chosen.UnionWith(statements.Select(logged => published.FindLastIndex(each => each.Index < logged.Index)));
        chosen.Add(published.FindIndex(each => each.Body.Version == named));
        chosen.UnionWith(BindingsOfFormerNames(statements).Select(binding => FindBinding(published, binding)));
        chosen.Remove(-1);
        return [.. chosen.Select(at => published[at])];
    }

    /// <summary>Certificates of these offices that are not made out to what they are called now.</summary>
    private IEnumerable<Binding> BindingsOfFormerNames(List<LoggedStatement> statements)
    {
        var directory = keeper.Current;
        return statements.Select(logged => logged.Statement.Issuer).Concat(((DispatchBody)statements[0].Statement.Body).Issuers).Distinct()
            .Select(directory.Find).OfType<Office>()
            .SelectMany(office => office.Certificates.Where(bound => !OfficeNames.IsMadeOutTo(bound.Certificate, office, directory)).Select(bound => new Binding(office.Id, bound)));
    }

    /// <summary>
    /// The last version that bound it to the office it is made out to, else the one that bound it first; −1 where that is not found near the time
    /// since when it is bound.
    /// </summary>
    private int FindBinding(List<(long Index, DirectoryPublishedBody Body)> published, Binding binding)
    {
        var from = published.FindIndex(each => LedgerEntry.Parse(ledger.Read(each.Index)).ReceivedAt >= binding.Bound.Period.Since);
        var found = from < 0 ? -1 : Enumerable.Range(from, Math.Min(MostAtOnce, published.Count - from)).FirstOrDefault(at => Binds(at, isNamed: false), -1);
        if (found < 0 || !Binds(found, isNamed: true))
        {
            return found;
        }

        // The newest does not call it so: between the two it was renamed.
        for (var renamed = published.Count - 1; renamed - found > 1;)
        {
            var middle = found + ((renamed - found) / 2);
            (found, renamed) = Binds(middle, isNamed: true) ? (middle, renamed) : (found, middle);
        }

        return found;

        bool Binds(int at, bool isNamed) => objects.Get(published[at].Body.Directory) is { } bytes
            && OfficeDirectoryXml.Read(bytes) is var directory && directory.Find(binding.Holder) is { } office
            && office.Certificates.Any(bound => bound.Certificate.Fingerprint == binding.Bound.Certificate.Fingerprint)
            && (!isNamed || OfficeNames.IsMadeOutTo(binding.Bound.Certificate, office, directory));
    }

    private List<(long Index, CertificateRevokedBody Body)> Revocations(List<LoggedStatement> statements, long size)
    {
        var revoked = announcements.Below<CertificateRevokedBody>(size).ToList();
        return revoked.Count == 0 ? [] : FindRevoked(revoked, statements);
    }

    private List<(long Index, CertificateRevokedBody Body)> FindRevoked(List<(long Index, CertificateRevokedBody Body)> revoked, List<LoggedStatement> statements)
    {
        var signers = new HashSet<Digest>();
        foreach (var logged in statements)
        {
            var statement = LedgerEntry.Parse(ledger.Read(logged.Index)).Statement;
            signers.UnionWith(CmsSignedData.Parse(statement, CmsLimits.Default).Certificates.Select(certificate => certificate.Fingerprint));
        }

        return [.. revoked.Where(each => signers.Contains(each.Body.Certificate))];
    }

    /// <summary>The first stamp that covers the dispatch, the first that covers everything, and the newest, which keeps these alive.</summary>
    private List<StampInDossier> Stamps(List<LoggedStatement> statements)
    {
        var all = announcements.Below<CheckpointStampedBody>(long.MaxValue).Where(each => each.Body.Size > statements[0].Index).ToList();
        (long, CheckpointStampedBody)?[] wanted =
        [
            all.Count > 0 ? all[0] : null,
            all.FindIndex(each => each.Body.Size > statements[^1].Index) is >= 0 and var at ? all[at] : null,
            all.Count > 0 ? all[^1] : null,
        ];
        return [.. wanted.OfType<(long Index, CheckpointStampedBody Body)>().DistinctBy(each => each.Body.Size).Select(WithToken).OfType<StampInDossier>().OrderBy(stamp => stamp.Body.Size)];
    }

    private StampInDossier? WithToken((long Index, CheckpointStampedBody Body) stamp) =>
        objects.Get(stamp.Body.Token) is { } bytes && TimestampToken.TryParse(bytes) is { } token ? new StampInDossier(stamp.Index, stamp.Body, token) : null;
}
