using DocExchange.Core.Ledger;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Objects;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Offices;

/// <summary>The office directory in force, and the certificates and revocation lists that go with it.</summary>
/// <param name="policy">What statements are judged by, but for its demand for revocation data: the built-in policy where none is given.</param>
internal sealed class DirectoryKeeper(IObjectStore objects, SitePolicy? policy = null)
{
    private readonly Lock changing = new();

    // A statement refused for want of a list is given up by its node, whatever list comes later.
    private readonly ValidationPolicy demands = (policy?.Own ?? ValidationPolicy.Strict) with { RevocationRequired = ValidationPolicy.Strict.RevocationRequired };

    private volatile State state = new(null, -1, new StatementJudge(TrustStore.Empty), TrustStore.Empty);

    /// <exception cref="InvalidOperationException">The ledger has no directory yet.</exception>
    public OfficeDirectory Current => state.Directory ?? throw new InvalidOperationException("The ledger holds no office directory. Run 'docex hub init' for this folder first.");

    /// <summary>Ledger index of the DirectoryPublished that put <see cref="Current"/> in force.</summary>
    public long PublishedAt => state.Index;

    public TrustStore Trust => state.Trust;

    /// <summary>Judges statements under the current trust; new when the directory or a revocation list changes.</summary>
    public StatementJudge Judge => state.Judge;

    /// <summary>Called by the writer, in ledger order.</summary>
    public void Become(OfficeDirectory directory, long index)
    {
        using var _ = changing.EnterScope();
        Set(directory, index, state.Trust.RevocationLists);
    }

    public void Renew(IReadOnlyList<RevocationList> lists)
    {
        using var _ = changing.EnterScope();
        Set(state.Directory, state.Index, lists);
    }

    /// <summary>Finds the directory in force at the end of the ledger; what the catalogue knows saves reading all of it.</summary>
    public void Restore(ILedgerStore ledger, long index)
    {
        var statement = SignedStatement.Parse(LedgerEntry.Parse(ledger.Read(index)).Statement, objects.Get).Statement;
        var published = (DirectoryPublishedBody)statement.Body;
        Become(Read(published.Directory), index);
    }

    public OfficeDirectory Read(Digest digest) =>
        OfficeDirectoryXml.Read(objects.Get(digest) ?? throw new FileNotFoundException($"The office directory {digest} is missing from objects/. Restore it from a backup."));

    private void Set(OfficeDirectory? directory, long index, IReadOnlyList<RevocationList> lists)
    {
        var trust = TrustStore.Of(directory?.Authorities ?? [], lists);
        state = new State(directory, index, new StatementJudge(trust, demands), trust);
    }

    private sealed record State(OfficeDirectory? Directory, long Index, StatementJudge Judge, TrustStore Trust);
}
