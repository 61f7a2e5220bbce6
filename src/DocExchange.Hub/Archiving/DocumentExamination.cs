using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Offices;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Archiving;

/// <summary>A statement about a document, judged anew.</summary>
/// <param name="Verdict">Its signature, and the binding of its certificate at that place of the ledger.</param>
/// <param name="IsProven">Its entry is in the tree whose root the checkpoint signs.</param>
internal sealed record ExaminedStatement(LoggedStatement Logged, Verdict Verdict, bool IsProven);

/// <param name="Package">Null where the package is nowhere.</param>
/// <param name="Checkpoint">What the proofs lead to.</param>
internal sealed record ExaminedDocument(PackageVerdict? Package, IReadOnlyDictionary<long, ExaminedStatement> Statements, Checkpoint Checkpoint)
{
    public bool IsInOrder => Package?.Verdict.Indication == Indication.TotalPassed
        && Statements.Values.All(each => each.IsProven && each.Verdict.Indication == Indication.TotalPassed);
}

/// <summary>
/// Judges an archived document once more: the package as the archive holds it, every statement about it, and that each is in
/// the ledger. What is judged is judged as of the time the hub received it.
/// </summary>
internal sealed class DocumentExamination(
    SeekablePackages packages, ICatalogue catalogue, ILedgerStore ledger, LedgerWriter writer, IObjectStore objects, DirectoryKeeper directories, DirectoryHistory history, SitePolicy policy)
{
    /// <summary>Statements that are judged at once; of more, the first and the last.</summary>
    public const int MostStatements = 5_000;

    /// <exception cref="RefusedException">The archive volume is damaged.</exception>
    public async Task<ExaminedDocument> ExamineAsync(DocumentSnapshot document, CancellationToken cancellation)
    {
        var checkpoint = writer.Checkpoint.Checkpoint;
        var package = await ExaminePackageAsync(document, cancellation);
        var published = history.Published();
        var versions = new Dictionary<long, OfficeDirectory>();
        var statements = new Dictionary<long, ExaminedStatement>();
        foreach (var index in Chosen([.. catalogue.EntriesOf(document.Id).Where(index => index < checkpoint.Size)]))
        {
            cancellation.ThrowIfCancellationRequested();
            var at = published.LastOrDefault(each => each.Index < index, published[0]);
            if (!versions.TryGetValue(at.Index, out var directory))
            {
                versions[at.Index] = directory = directories.Read(at.Directory);
            }

            statements[index] = Examine(index, directory, checkpoint);
        }

        return new ExaminedDocument(package, statements, checkpoint);
    }

    private async Task<PackageVerdict?> ExaminePackageAsync(DocumentSnapshot document, CancellationToken cancellation)
    {
        try
        {
            return await packages.OpenAsync(document, preferArchive: true, cancellation) is { } stream
                ? await new PackageValidator(directories.Trust, policy.Own, PackageLimits.Default)
                    .ValidateAsync(stream, document.AcceptedAt ?? document.DispatchedAt, cancellation)
                : null;
        }
        catch (ArchiveDamagedException damage)
        {
            throw new RefusedException(Refusal.NotAuthentic, "档案卷已损坏：" + FaultWords.Of(damage), damage.Message);
        }
    }

    private ExaminedStatement Examine(long index, OfficeDirectory directory, Checkpoint checkpoint)
    {
        var bytes = ledger.Read(index);
        var entry = LedgerEntry.Parse(bytes);
        var signed = SignedStatement.Parse(entry.Statement, objects.Get);
        return new ExaminedStatement(
            new LoggedStatement(index, entry.ReceivedAt, signed.Id, signed.Statement),
            directories.Judge.Judge(signed, directory, entry.ReceivedAt),
            MerkleTree.VerifyInclusion(MerkleHash.Leaf(bytes.Span), index, checkpoint.Size, ledger.InclusionProof(index, checkpoint.Size), checkpoint.Root));
    }

    private static List<long> Chosen(List<long> entries) =>
        entries.Count <= MostStatements ? entries : [.. entries.Take(MostStatements / 2), .. entries.TakeLast(MostStatements / 2)];
}
