using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Hub.Dossiers;

/// <summary>A stamped checkpoint with its token.</summary>
/// <param name="Index">Where its CheckpointStamped stands.</param>
internal sealed record StampInDossier(long Index, CheckpointStampedBody Body, TimestampToken Token);

/// <summary>What goes into one dossier, before any of it is read.</summary>
internal sealed record DossierContents
{
    public required DocumentSnapshot Document { get; init; }

    /// <summary>Office ids; empty where all is there.</summary>
    public required IReadOnlyList<string> CompleteFor { get; init; }

    public required Checkpoint Checkpoint { get; init; }

    /// <summary>The checkpoint with its signatures.</summary>
    public required SignedNote Note { get; init; }

    /// <summary>On the document, in ledger order.</summary>
    public required IReadOnlyList<LoggedStatement> Statements { get; init; }

    /// <summary>Version, ledger index and object of each directory, in order.</summary>
    public required IReadOnlyList<(long Index, DirectoryPublishedBody Body)> Directories { get; init; }

    /// <summary>Of certificates that signed here.</summary>
    public required IReadOnlyList<(long Index, CertificateRevokedBody Body)> Revocations { get; init; }

    /// <summary>In the order of their sizes.</summary>
    public required IReadOnlyList<StampInDossier> Stamps { get; init; }

    /// <summary>Ledger indices of the hub's statements that these name, below the checkpoint.</summary>
    public IEnumerable<long> Announcements => Directories.Select(each => each.Index)
        .Concat(Revocations.Select(each => each.Index))
        .Concat(Stamps.Select(stamp => stamp.Index).Where(index => index < Checkpoint.Size))
        .Distinct().Order();
}
