using DocExchange.Core.Routing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Dossiers;

/// <summary>What a dossier is judged by.</summary>
/// <param name="Trust">Anchors of the reader's own; where there are none, those in the file serve and the verdict says so.</param>
/// <param name="At">The time of judgement.</param>
public sealed record DossierDemands(TrustStore Trust, ValidationPolicy Policy, DateTimeOffset At)
{
    public PackageLimits Limits { get; init; } = PackageLimits.Default;

    /// <summary>The ledger's key as the reader knows it; null where the one in the file is taken.</summary>
    public NoteVerifier? LedgerKey { get; init; }
}

/// <summary>One statement of a dossier and what it did.</summary>
/// <param name="Office">Whom it is about.</param>
/// <param name="Actor">The person who acted; null where a machine did.</param>
public sealed record DossierAct(long Index, string Type, string Chinese, string Office, string? Actor, DateTimeOffset ReceivedAt, bool IsEffective);

/// <summary>What a dossier tells, as far as it could be read.</summary>
public sealed record DossierSummary
{
    public required DossierManifest Manifest { get; init; }

    /// <summary>As signed by the ledger's key; null where that did not verify.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>The witnesses whose cosignatures verified.</summary>
    public IReadOnlyList<VerifiedNoteSignature> Cosignatures { get; init; } = [];

    /// <summary>Inclusion proofs that hold.</summary>
    public int Proofs { get; init; }

    /// <summary>By when the package is proven to have existed, and what proves it; null where only the hub's clock says so.</summary>
    public ProofOfExistence? Existence { get; init; }

    /// <summary>The verdict on its package, whose signatures are among those of the dossier; null where it was not judged.</summary>
    public PackageVerdict? Package { get; init; }

    public IReadOnlyList<DossierAct> Acts { get; init; } = [];

    public DocumentPhase? Phase { get; init; }

    /// <summary>The recipients on the signed list.</summary>
    public IReadOnlyCollection<RecipientState> Recipients { get; init; } = [];
}

/// <param name="Parts">For each signature of the verdict the entry of the dossier it stands in.</param>
/// <param name="Summary">Null where the file could not be read so far.</param>
public sealed record DossierVerdict(Verdict Verdict, IReadOnlyList<string> Parts, DossierSummary? Summary);
