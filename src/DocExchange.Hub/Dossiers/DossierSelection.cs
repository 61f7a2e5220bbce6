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
    ArchiveQueries queries, ICatalogue catalogue, ILedgerStore ledger, LedgerWriter writer, WitnessRounds witnesses, PublicStatements announcements, FormerNames formerNames, IObjectStore objects)
{
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
    /// Those in force where a statement stands, the one the recipients were expanded against, those that call an office as a certificate of it does
    /// where these call it otherwise, and the newest, which binds the hub's own key.
    /// </summary>
    private List<(long Index, DirectoryPublishedBody Body)> Directories(List<LoggedStatement> statements, long size)
    {
        var published = announcements.Below<DirectoryPublishedBody>(size).ToList();
        var dispatch = (DispatchBody)statements[0].Statement.Body;
        var chosen = new SortedSet<int> { published.Count - 1 };
        chosen.UnionWith(statements.Select(logged => published.FindLastIndex(each => each.Index < logged.Index)));
        chosen.Add(published.FindIndex(each => each.Body.Version == dispatch.DirectoryVersion));
        chosen.Remove(-1);
        var signers = statements.Select(logged => logged.Statement.Issuer).Concat(dispatch.Issuers).ToHashSet();
        chosen.UnionWith(formerNames.Find(published, [.. chosen], signers));
        return [.. chosen.Select(at => published[at])];
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
