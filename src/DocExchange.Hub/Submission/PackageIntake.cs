using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Routing;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Monitoring;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Submission;

/// <summary>
/// When a Dispatched is in the ledger and its package in the spool, judges both and states Accepted or Rejected. What
/// was waiting when the hub stopped is taken up again at the start.
/// </summary>
internal sealed partial class PackageIntake(
    ISpool spool, ICatalogue catalogue, DocumentReplay replay, LedgerWriter writer, DirectoryKeeper directories, DirectoryHistory history, HubSettings settings, SitePolicy policy, SiteStore site, HubMeters meters, TimeProvider clock, ILogger<PackageIntake> log)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // The store is the queue; this only wakes the judges up.
    private readonly Channel<DocumentId> waiting = Channel.CreateUnbounded<DocumentId>();
    private volatile OfficeDirectory? earlier;

    /// <summary>Says that a Dispatched or its package has arrived.</summary>
    public void Consider(DocumentId document) => waiting.Writer.TryWrite(document);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        writer.Appended += entries =>
        {
            foreach (var (logged, effect) in entries.Where(entry => entry.Effect.IsEffective && entry.Logged.Statement.Type == StatementType.Dispatched))
            {
                Consider(logged.Statement.Document!.Value);
            }
        };
        foreach (var document in catalogue.InPhase(DocumentPhase.AwaitingPackage))
        {
            Consider(document.Id);
        }

        await Task.WhenAll(Enumerable.Range(0, settings.Judges).Select(_ => JudgeAllAsync(stopping)));
    }

    private async Task JudgeAllAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var id in waiting.Reader.ReadAllAsync(stopping))
            {
                try
                {
                    await JudgeAsync(id, stopping);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // One bad package never stops the others; this one is taken up again when the disk has had time to recover,
                    // or at the next start.
                    LogFailed(fault, id.ToString());
                    if (fault is IOException or RefusedException { Refusal: Refusal.StorageFull })
                    {
                        _ = Task.Delay(RetryDelay, clock, stopping).ContinueWith(_ => Consider(id), stopping, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task JudgeAsync(DocumentId id, CancellationToken cancellation)
    {
        LoggedStatement? dispatched = null;
        var state = replay.Load(id, (logged, _) => dispatched ??= logged);
        if (state is not { Phase: DocumentPhase.AwaitingPackage } || spool.OpenRead(state.Dispatch.Package.Value) is not { } package)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var (directory, trust) = (directories.Current, directories.Trust);
        var (reasons, mayPass) = await FindReasonsAsync(package, dispatched!.Statement, directory, now, cancellation);
        var isStale = false;
        var answer = await writer.ActAsync(
            fold =>
            {
                // A key, seal or recipient may have lost its place while the package was judged.
                isStale = directories.Current.Version != directory.Version;
                return isStale ? null : Decide(fold, id, reasons, mayPass);
            },
            cancellation);
        if (isStale)
        {
            Consider(id);
        }
        else if (answer is not null)
        {
            Conclude(id, state.Dispatch.Package, replay.Read(answer.Index).Statement.Body);
        }
        else if (mayPass)
        {
            LogWaits(id.ToString(), state.Dispatch.Package.ToString(), string.Join("; ", reasons.Select(reason => reason.English)));
            _ = ConsiderAfterAsync(trust, id, cancellation);
        }
    }

    // To judge a large package takes long, and under the same lists nothing else comes of it.
    private async Task ConsiderAfterAsync(TrustStore judgedBy, DocumentId id, CancellationToken stopping)
    {
        do
        {
            await Task.Delay(RetryDelay, clock, stopping);
        }
        while (ReferenceEquals(directories.Trust, judgedBy));
        Consider(id);
    }

    private void Conclude(DocumentId id, PackageId package, StatementBody said)
    {
        meters.Judged(isAccepted: said is AcceptedBody);
        if (said is RejectedBody rejected)
        {
            LogRejected(id.ToString(), package.ToString(), string.Join("; ", rejected.Reasons.Select(reason => reason.English)));
            Destroy(package);
            if (site.FindBody(id) is not null)
            {
                site.RemoveBody(id);
            }
        }
        else
        {
            LogAccepted(id.ToString(), package.ToString());
        }
    }

    /// <summary>Why the package is not accepted. A fault in judging it is such a reason too: its sender would wait for ever.</summary>
    /// <returns>And whether nothing but the want of a revocation list is against it.</returns>
    private async Task<(IReadOnlyList<RejectionReason> Reasons, bool MayPass)> FindReasonsAsync(
        Stream package, Statement dispatched, OfficeDirectory directory, DateTimeOffset now, CancellationToken cancellation)
    {
        var id = dispatched.Document.ToString()!;
        try
        {
            var verdict = await new PackageValidator(directories.Trust, Policy() with { VerifiedAt = now }, Limits()).ValidateAsync(package, now, cancellation);
            foreach (var finding in verdict.BodyFindings)
            {
                LogBody(id, finding.Code, finding.English);
            }

            // Before the acceptance: what is accepted has its record, whatever happens then.
            if (BodyVerdict.Of(verdict, now) is { } body)
            {
                site.Save(dispatched.Document!.Value, body);
            }

            var named = Named(dispatched, directory);
            List<RejectionReason> reasons = [.. PackageAgreement.Check(verdict, dispatched, directory, named, now)];
            if (verdict.Manifest is { } manifest && settings.Bodies.FaultOf(manifest) is { } fault)
            {
                return ([.. reasons, new RejectionReason("BODY_TYPE", fault.Chinese, fault.English)], false);
            }

            return (reasons, PackageAgreement.MayPass(verdict, dispatched, directory, named, now));
        }
        catch (Exception fault) when (IsOfContent(fault))
        {
            LogFailed(fault, id);
            var unknown = new RejectionReason(
                Refusal.FormatFailure.ToReason(), "公文包无法验证：验证过程出错，详见中心日志。", "The package could not be judged: judging it failed; the hub's log says how.");
            return ([unknown], false);
        }
    }

    private OfficeDirectory? Named(Statement dispatched, OfficeDirectory current)
    {
        var version = ((DispatchBody)dispatched.Body).DirectoryVersion;
        if (version == current.Version)
        {
            return current;
        }

        // Those that waited when the directory changed all name the same.
        var known = earlier;
        if (known?.Version != version)
        {
            known = history.IndexOf(version) is { } index ? directories.Read(history.DigestAt(index)) : null;
            earlier = known ?? earlier;
        }

        return known;
    }

    // The disk, memory and the end of the hub say nothing about the package; whatever else is thrown came of its content.
    private static bool IsOfContent(Exception fault) =>
        fault is EndOfStreamException or not (OperationCanceledException or IOException or UnauthorizedAccessException or OutOfMemoryException or RefusedException);

    // Nobody is given a rejected package. One that another document promises as well is left to that.
    private void Destroy(PackageId package)
    {
        if (catalogue.FindByPackage(package).All(document => document.Phase == DocumentPhase.Rejected))
        {
            spool.Delete(package.Value);
        }
    }

    // Between all other acts: the number may have been taken while the package was judged.
    private static HubAct? Decide(LedgerFold fold, DocumentId id, IReadOnlyList<RejectionReason> reasons, bool mayPass)
    {
        if (fold.Document(id) is not { Phase: DocumentPhase.AwaitingPackage } state)
        {
            return null;
        }

        var taken = CheckNumber(fold, state).ToList();
        if (mayPass && taken.Count == 0)
        {
            return null;
        }

        var all = RejectionText.Fit([.. reasons, .. taken]);
        return all.Count == 0
            ? new HubAct(StatementType.Accepted, new AcceptedBody(state.Dispatch.Package, state.Dispatch.PackageSize), id, state.DispatchedId)
            : new HubAct(StatementType.Rejected, new RejectedBody(state.Sender, all), id, state.DispatchedId);
    }

    private static IEnumerable<RejectionReason> CheckNumber(LedgerFold fold, DocumentState state)
    {
        // 第1号 of an order is that of the next year's too, and of an announcement's: only a 发文字号 is given once.
        foreach (var issuer in DocumentNumber.TryParse(state.Dispatch.Number, out _) ? state.Dispatch.Issuers : [])
        {
            if (fold.HolderOfNumber(issuer, state.Dispatch.Number!) is { } holder && holder != state.Id && holder != state.Dispatch.Replaces)
            {
                yield return new RejectionReason(
                    Refusal.NumberTaken.ToReason(),
                    $"发文字号“{state.Dispatch.Number}”已被另一公文使用（{holder}）。更正重印件须指明所替代的公文。",
                    $"The number '{state.Dispatch.Number}' is used by another document ({holder}). A corrected copy must name the one it replaces.");
            }
        }
    }

    private ValidationPolicy Policy() =>
        policy.Own with { BodySignatures = settings.RefuseBrokenBodySignatures ? BodySignatures.Refuse : BodySignatures.Remark };

    private PackageLimits Limits() => new() { MaxPackageSize = settings.MaxPackageMiB * 1024L * 1024, MaxEntries = settings.MaxPackageEntries, MaxMetadataSize = settings.MaxMetadataKiB * 1024L };

    [LoggerMessage(Level = LogLevel.Error, Message = "The package of {Document} could not be judged")]
    private partial void LogFailed(Exception fault, string document);

    [LoggerMessage(Level = LogLevel.Information, Message = "The body of {Document}: {Code}, {What}")]
    private partial void LogBody(string document, string code, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Accepted {Document}, package {Package}")]
    private partial void LogAccepted(string document, string package);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Document}, package {Package}, waits for revocation lists and is neither accepted nor rejected: {Why}")]
    private partial void LogWaits(string document, string package, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rejected {Document}, package {Package}: {Why}")]
    private partial void LogRejected(string document, string package, string why);
}
