using System.Text;
using DocExchange.Core.Dossiers;
using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Stamping;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Dossiers;

/// <summary>Turns what belongs into a dossier into its entries, in the order of the format. Statements are read when they are written.</summary>
internal sealed class DossierParts(
    ILedgerStore ledger, IObjectStore objects, DirectoryKeeper directories, HubIdentity identity, HubFolder folder, HubSettings settings, HubTimestamps timestamps)
{
    /// <param name="package">Opens the package; called several times.</param>
    /// <param name="facts">What was measured of the package.</param>
    /// <param name="policy">By which it was judged.</param>
    public IEnumerable<StoredPart> Of(DossierContents contents, Func<Stream> package, FileFacts facts, ValidationPolicy policy, DateTimeOffset at)
    {
        var statements = contents.Statements.Select(logged => Name(logged.Index, DossierLayout.Statement)).ToList();
        var announcements = contents.Announcements.Select(index => Name(index, DossierLayout.Announcement)).ToList();
        List<StoredPart> parts =
        [
            new(DossierLayout.Manifest, Manifest(contents, statements, announcements, at).ToBytes()),
            new(DossierLayout.Package, package),
            new(DossierLayout.Facts, FactsText.Write(facts with { GatheredAt = at })),
            new(DossierLayout.Policy, PolicyText.Write(policy, "DocExchange")),
            .. statements.Concat(announcements).Select(each => Read(each.File, each.Index, bytes => LedgerEntry.Parse(bytes).Statement)),
        ];
        var indices = statements.Concat(announcements).Select(each => each.Index).Order().ToList();
        parts.AddRange(indices.Select(index => Read(DossierLayout.Entry(index), index, bytes => bytes)));
        parts.AddRange(indices.Select(index => new StoredPart(DossierLayout.Proof(index), ProofText.Inclusion(index, contents.Checkpoint.Size, ledger.InclusionProof(index, contents.Checkpoint.Size)))));
        parts.AddRange(Ledger(contents));
        parts.AddRange(contents.Stamps.SelectMany(stamp => Stamp(stamp, contents.Checkpoint)));
        parts.AddRange(contents.Directories.Select(each => new StoredPart(DossierLayout.Directory(each.Body.Version), () => new MemoryStream(Object(each.Body.Directory), writable: false))));
        parts.AddRange(RecipientLists(contents).OrderBy(digest => digest.ToString(), StringComparer.Ordinal).Select(digest => new StoredPart(DossierLayout.Object(digest), Object(digest))));
        parts.AddRange(Trust(contents));
        return parts;
    }

    private DossierManifest Manifest(DossierContents contents, List<DossierStatement> statements, List<DossierStatement> announcements, DateTimeOffset at)
    {
        var checkpoint = contents.Checkpoint;
        return new DossierManifest
        {
            Format = DossierManifest.CurrentFormat,
            Exchange = settings.Exchange,
            Document = contents.Document.Id.ToString(),
            Package = contents.Document.Package.ToString(),
            Number = contents.Document.Number,
            Title = contents.Document.Title,
            IssuedAt = at,
            CompleteFor = contents.CompleteFor,
            Checkpoint = new DossierCheckpoint(checkpoint.Origin, checkpoint.Size, checkpoint.Root.ToString()),
            Quorum = settings.WitnessPolicy.Quorum,
            Witnesses = [.. settings.WitnessPolicy.Nodes.Select(node => node.ToString())],
            Statements = statements,
            Announcements = announcements,
            Directories = [.. contents.Directories.Select(each => new DossierDirectory(each.Body.Version, each.Index, each.Body.Directory.ToString()))],
            Timestamps = [.. contents.Stamps.Select(stamp => stamp.Body.Size)],
        };
    }

    private DossierStatement Name(long index, Func<long, StatementType, PartyId, string> pathOf)
    {
        var signed = SignedStatement.Parse(LedgerEntry.Parse(ledger.Read(index)).Statement, objects.Get);
        var path = pathOf(index, signed.Statement.Type, DossierLayout.OfficeOf(signed.Statement));
        return new DossierStatement(index, signed.Id.ToString(), signed.Statement.Type.ToString(), signed.Statement.Issuer.ToString(), path);
    }

    private StoredPart Read(string path, long index, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> choose) =>
        new(path, () => new MemoryStream(choose(ledger.Read(index)).ToArray(), writable: false));

    private IEnumerable<StoredPart> Ledger(DossierContents contents)
    {
        yield return new StoredPart(DossierLayout.Checkpoint, contents.Note.ToBytes());
        yield return new StoredPart(DossierLayout.LedgerKey, Encoding.UTF8.GetBytes(identity.LedgerKey.Verifier + "\n"));

        // Keys that cosigned and were replaced since count too: the directory keeps them.
        var keys = directories.Current.Machines.Where(machine => settings.WitnessPolicy.Names(machine.Id)).SelectMany(machine => machine.WitnessKeys.Select(bound => bound.Key))
            .Where(key => contents.Note.VerifiedBy(key).Count == 1);
        yield return new StoredPart(DossierLayout.WitnessKeys, Encoding.UTF8.GetBytes(string.Concat(keys.Select(key => key + "\n"))));
    }

    private IEnumerable<StoredPart> Stamp(StampInDossier stamp, Checkpoint checkpoint)
    {
        var size = stamp.Body.Size;
        var (smaller, larger) = size <= checkpoint.Size ? (size, checkpoint.Size) : (checkpoint.Size, size);
        yield return new StoredPart(DossierLayout.Consistency(size), ProofText.Consistency(smaller, larger, ledger.ConsistencyProof(smaller, larger)));
        yield return new StoredPart(DossierLayout.Token(size), stamp.Token.Encoded);
        yield return new StoredPart(DossierLayout.StampedText(size), Encoding.UTF8.GetBytes(new Checkpoint(checkpoint.Origin, size, stamp.Body.Root).Text));
    }

    private HashSet<Digest> RecipientLists(DossierContents contents) =>
        [.. contents.Statements.Select(logged => SignedStatement.Parse(LedgerEntry.Parse(ledger.Read(logged.Index)).Statement, objects.Get).RecipientObject).OfType<byte[]>().Select(list => Digest.Of(list))];

    private IEnumerable<StoredPart> Trust(DossierContents contents)
    {
        var known = TrustStore.Of(contents.Directories.SelectMany(each => OfficeDirectoryXml.Read(Object(each.Body.Directory)).Authorities), []);
        var stamps = timestamps.IsOwn || contents.Stamps.Count == 0 ? TrustStore.Empty : HubTimestamps.TrustIn(folder, settings);
        var lists = directories.Trust.RevocationLists.Concat(contents.Revocations.SelectMany(each => RevocationList.ParseAll(Object(each.Body.RevocationList)))).Concat(stamps.RevocationLists);
        yield return Pem(DossierLayout.Anchors, known.Anchors);
        yield return Pem(DossierLayout.Intermediates, known.Intermediates);
        yield return new StoredPart(DossierLayout.Lists, Encoding.ASCII.GetBytes(string.Concat(lists.Select(list => list.ToPem()).Distinct())));
        yield return Pem(DossierLayout.StampAnchors, stamps.Anchors);
        yield return Pem(DossierLayout.StampCertificates, [.. stamps.Intermediates, .. contents.Stamps.SelectMany(stamp => stamp.Token.Signed.Certificates)]);
    }

    private static StoredPart Pem(string path, IEnumerable<Certificate> certificates) =>
        new(path, Encoding.ASCII.GetBytes(string.Concat(certificates.Distinct().Select(certificate => certificate.ToPem()))));

    private byte[] Object(Digest digest) => objects.Get(digest) ?? throw new FileNotFoundException($"The object {digest} is missing from objects/. Restore it from a backup.");
}
