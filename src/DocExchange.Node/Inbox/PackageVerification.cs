using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Offices;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;

namespace DocExchange.Node.Inbox;

/// <summary>What a Dispatched promised of a package, and where that promise stands.</summary>
internal sealed record Promise(DocumentId Document, DispatchBody Dispatch, PartyId Sender, Actor? Actor, long Index, DateTimeOffset At)
{
    /// <summary>The promise as the statement says it; it takes no part in any chain.</summary>
    public Statement Dispatched => new()
    {
        Exchange = Sender.Exchange,
        Type = StatementType.Dispatched,
        Issuer = Sender,
        Actor = Actor,
        ClaimedAt = At,
        Document = Document,
        Chain = new ChainPosition("-", 1, null),
        Body = Dispatch,
    };
}

/// <summary>What was found against a package.</summary>
/// <param name="IsBroken">Something in the file does not verify; otherwise it only is not what it should be.</param>
internal sealed record PackageJudgement(Indication Indication, IReadOnlyList<RejectionReason> Reasons, bool IsBroken)
{
    /// <summary>Of the signatures inside an OFD or PDF body. Whether a broken one stops the package is for the hub to say.</summary>
    public IReadOnlyList<Finding> BodyFindings { get; init; } = [];

    /// <summary>Nothing but the want of a revocation list is against it: it is to be verified again when one comes.</summary>
    public bool MayPass { get; init; }

    /// <summary>Everything that was found in the package, signature by signature.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The seals in the package, each with its own verdict.</summary>
    public IReadOnlyList<JudgedSeal> Seals { get; init; } = [];

    /// <summary>The body with the signatures inside it; null where it has none.</summary>
    public SignedDocument? Body { get; init; }
}

/// <summary>
/// Judges a package fully and here, trusting the hub in nothing: by the rules the hub goes by, with this node's own
/// anchors and its own copy of the directory. Safe for concurrent use.
/// </summary>
internal sealed class PackageVerification(TrustedAuthorities authorities, DirectoryCopy directories, SitePolicy policy, TimeProvider time)
{
    private static readonly RejectionReason NoDirectory = new("NO_DIRECTORY", "没有可供核对的机构目录。", "There is no office directory to check the package by.");

    /// <param name="package">Seekable; closed afterwards.</param>
    public Task<PackageJudgement> JudgeAsync(Stream package, Promise promise, CancellationToken cancellation) =>
        JudgeAsync(package, promise, PackageLimits.Default, cancellation);

    /// <inheritdoc cref="JudgeAsync(Stream, Promise, CancellationToken)"/>
    public async Task<PackageJudgement> JudgeAsync(Stream package, Promise promise, PackageLimits limits, CancellationToken cancellation)
    {
        // By the later of two clocks: this machine's may be behind.
        var (now, hubs) = (time.GetUtcNow(), promise.At);
        var validator = new PackageValidator(authorities.Store, policy.Own with { BodySignatures = BodySignatures.Remark, VerifiedAt = now > hubs ? now : hubs }, limits);
        var found = await validator.ValidateAsync(package, promise.At, cancellation);
        var named = directories.Find(promise.Dispatch.DirectoryVersion);
        if (directories.InForceAt(promise.Index) is not { } directory)
        {
            return new PackageJudgement(Indication.Indeterminate, [NoDirectory], IsBroken: false)
            {
                Verdict = found.Verdict,
                BodyFindings = found.BodyFindings,
                Seals = found.Seals,
                Body = found.Body,
            };
        }

        // What could not be decided yet, such as for want of a fresh revocation list, may be looked at again.
        // A node that enrolled later has no earlier versions: what such a one says of the list, the hub has asked.
        var reasons = PackageAgreement.Check(found, promise.Dispatched, directory, named, promise.At, isWhole: false);
        var indication = found.Verdict.Indication != Indication.TotalPassed ? found.Verdict.Indication
            : reasons.Count > 0 ? Indication.TotalFailed
            : Indication.TotalPassed;
        return new PackageJudgement(indication, reasons, found.Verdict.Indication == Indication.TotalFailed)
        {
            MayPass = PackageAgreement.MayPass(found, promise.Dispatched, directory, named, promise.At, isWhole: false),
            Verdict = found.Verdict,
            BodyFindings = found.BodyFindings,
            Seals = found.Seals,
            Body = found.Body,
        };
    }
}

/// <summary>How a Dispatched says what the metadata says.</summary>
internal static class DispatchTerms
{
    /// <summary>文种 code; empty for internal papers, which have none.</summary>
    public static string TypeOf(DocumentMetadata metadata) => metadata.Type.Code() ?? "";

    /// <summary>发文字号 as printed, also in a form of its own (第1号); null where there is none.</summary>
    public static string? NumberOf(DocumentMetadata metadata) => metadata.Number?.ToString() ?? metadata.PrintedNumber;

    /// <summary>紧急程度 as printed; null where there is none.</summary>
    public static string? UrgencyOf(DocumentMetadata metadata) => metadata.Urgency == Urgency.None ? null : metadata.Urgency.Chinese();

    /// <summary>The higher, the sooner: 特急 before 加急 before the rest.</summary>
    public static int RankOf(string? urgency) => Names.TryParse(urgency, out Urgency known) ? (int)known : 0;
}
