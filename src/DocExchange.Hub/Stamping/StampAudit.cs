using DocExchange.Core.Statements;
using DocExchange.Hub.Objects;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Hub.Stamping;

/// <param name="Stamps">CheckpointStamped statements.</param>
/// <param name="Passed">Those whose token passes.</param>
/// <param name="Independent">Those of them that were not made by the hub itself, and pass without any that were.</param>
/// <param name="ProvenSize">Entries below this existed at <paramref name="ProvenAt"/>, by the newest stamp that passes.</param>
internal sealed record StampAuditResult(int Stamps, int Passed, int Independent, long ProvenSize, DateTimeOffset? ProvenAt);

/// <summary>
/// Judges the stamped checkpoints of a ledger while it is read: each must name the root the entries have, and hold a
/// token over it. A later stamp proves the age of the earlier tokens below it, which may outlive their authority by that.
/// </summary>
internal sealed class StampAudit(IObjectStore objects, string origin)
{
    // A stamp follows its checkpoint by as many entries as come while an authority answers.
    private const int RememberedRoots = 1 << 18;

    private readonly MerkleFrontier frontier = new();
    private readonly Digest[] roots = new Digest[RememberedRoots];
    private readonly List<(long Index, CheckpointStampedBody Body)> stamps = [];

    /// <summary>Called with every entry, in order; the statement is null where the entry holds none that is good.</summary>
    public void Take(ReadOnlyMemory<byte> entry, Statement? statement, Action<string, string> report)
    {
        var index = frontier.Size;
        if (statement is { Issuer.IsHub: true, Body: CheckpointStampedBody body })
        {
            stamps.Add((index, body));
            var isKnown = body.Size <= index && body.Size > index - RememberedRoots;
            var root = body.Size == 0 ? MerkleHash.Empty : isKnown ? roots[(body.Size - 1) % RememberedRoots] : default;
            if (body.Size > index || (isKnown && root != body.Root))
            {
                report($"加盖时间戳的 {body.Size} 条检查点的根是 {body.Root}，与账本各条不符", $"the stamped checkpoint of {body.Size} entries has the root {body.Root}, which is not that of the entries");
            }
            else if (!isKnown)
            {
                report($"加盖时间戳的 {body.Size} 条检查点过旧，无法比对", $"the stamped checkpoint of {body.Size} entries is too far behind to be compared");
            }
        }

        frontier.Append(entry.Span);
        roots[index % RememberedRoots] = frontier.Root;
    }

    /// <summary>Judges the tokens, newest first.</summary>
    /// <param name="own">The exchange's own authorities: whom they certify is the operator.</param>
    /// <param name="report">Given the index and what is wrong: a token that fails or is missing.</param>
    public StampAuditResult Judge(TrustStore trust, IReadOnlyList<Certificate> own, DateTimeOffset now, Action<long, string, string> report)
    {
        var validator = new TimestampValidator(trust, HubTimestamps.Policy with { OwnAuthorities = own });
        var (passed, independent) = (0, 0);
        (long Size, DateTimeOffset At)? newest = null;
        var (proofs, independentProofs) = (new List<(long Size, DateTimeOffset At)>(), new List<(long Size, DateTimeOffset At)>());
        foreach (var (index, body) in Enumerable.Reverse(stamps))
        {
            var proven = ProvenAt(index, proofs, now);
            if (Judge(validator, body, proven, (chinese, english) => report(index, chinese, english)) is not { ProvenAt: { } at } verdict)
            {
                continue;
            }

            proofs.Add((body.Size, at));
            newest ??= (body.Size, at);
            passed++;

            // What the operator stamped may be of any time; it keeps no token of another alive that counts as independent.
            var unaided = ProvenAt(index, independentProofs, now);
            if (!verdict.IsBuiltIn && (unaided == proven || Judge(validator, body, unaided, static (_, _) => { })?.ProvenAt is not null))
            {
                independentProofs.Add((body.Size, at));
                independent++;
            }
        }

        return new StampAuditResult(stamps.Count, passed, independent, newest?.Size ?? 0, newest?.At);
    }

    /// <summary>The exchange's authorities, those the operator named for time-stamps, and the lists that are at hand.</summary>
    public static TrustStore TrustOf(HubFolder folder, HubSettings settings, IEnumerable<Certificate> authorities)
    {
        var own = TrustStore.Of(authorities, []);
        if (!File.Exists(Path.Combine(folder.Root, settings.TsaTrust)))
        {
            return own;
        }

        var named = HubTimestamps.TrustIn(folder, settings);
        return new TrustStore([.. own.Anchors, .. named.Anchors], [.. own.Intermediates, .. named.Intermediates], named.RevocationLists);
    }

    private static DateTimeOffset ProvenAt(long index, List<(long Size, DateTimeOffset At)> proofs, DateTimeOffset now) =>
        proofs.Where(proof => proof.Size > index).Select(proof => proof.At).Append(now).Min();

    private TimestampVerdict? Judge(TimestampValidator validator, CheckpointStampedBody body, DateTimeOffset at, Action<string, string> report)
    {
        byte[]? token;
        try
        {
            token = objects.Get(body.Token);
        }
        catch (ObjectDamagedException damaged)
        {
            report(damaged.Chinese.TrimEnd('。'), damaged.Message);
            return null;
        }

        if (token is null)
        {
            report($"objects 中缺少时间戳 {body.Token}", $"the time-stamp token {body.Token} is missing from objects");
            return null;
        }

        // What cannot be decided, such as for want of the authority's root, is no sign of damage: it only does not count.
        var verdict = validator.Judge(token, CheckpointStamper.Over(origin, body.Size, body.Root), at);
        if (verdict.Signature.Indication == Indication.TotalFailed)
        {
            var failed = verdict.Signature.Findings.Where(finding => finding.Indication == Indication.TotalFailed).ToList();
            report("时间戳未通过验证：" + string.Concat(failed.Select(finding => finding.Chinese)).TrimEnd('。'), "the time-stamp does not pass: " + string.Join(' ', failed.Select(finding => finding.English)));
        }

        return verdict;
    }
}
