using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;

namespace DocExchange.Node.Desk;

/// <summary>What the directory knows about sender and recipients, for the 行文规则.</summary>
internal static class WritingContexts
{
    /// <summary>All findings, those that are in the way too.</summary>
    public static IReadOnlyList<RuleFinding> Find(DocumentMetadata metadata, Destination destination, IReadOnlyList<PartyId> issuers, DateTimeOffset now, bool isFrozen = false) =>
        WritingRules.Check(metadata, Of(destination, issuers), now, isFrozen);

    /// <summary>The warnings.</summary>
    /// <param name="isFrozen">It is made and cannot be changed: a deadline that has passed is a warning.</param>
    /// <exception cref="RefusedException">A rule without exception is offended against.</exception>
    public static IReadOnlyList<RuleFinding> Check(DocumentMetadata metadata, Destination destination, IReadOnlyList<PartyId> issuers, DateTimeOffset now, bool isFrozen = false)
    {
        var findings = Find(metadata, destination, issuers, now, isFrozen);
        var blocks = findings.Where(finding => finding.Severity == RuleSeverity.Block).ToList();
        return blocks.Count == 0
            ? findings
            : throw new RefusedException(
                Refusal.Disagreement,
                "不符合行文规则：" + string.Concat(blocks.Select(finding => finding.Chinese)),
                "Against the rules of writing: " + string.Join(" ", blocks.Select(finding => finding.English)));
    }

    /// <summary>As a sender is told them.</summary>
    public static IEnumerable<string> Say(IEnumerable<RuleFinding> findings, bool isEnglish) => findings.Select(finding => $"{finding.Code}: {(isEnglish ? finding.English : finding.Chinese)}");

    private static WritingContext Of(Destination destination, IReadOnlyList<PartyId> issuers)
    {
        var directory = destination.Directory;
        var host = directory.Find(issuers[0]);
        return new WritingContext(
            [
                .. destination.Recipients.Main.Select(id => new Addressee(id.ToString(), DirectionTo(directory, host, id), IsMain: true)),
                .. destination.Recipients.Copies.Select(id => new Addressee(id.ToString(), DirectionTo(directory, host, id), IsMain: false)),
            ]);
    }

    private static Direction DirectionTo(OfficeDirectory directory, Office? host, PartyId id)
    {
        if (host is null || directory.Find(id) is not { } recipient)
        {
            return Direction.Unknown;
        }

        return IsAbove(directory, recipient, host) ? Direction.Upward
            : IsAbove(directory, host, recipient) ? Direction.Downward
            : recipient.Parent is not null && recipient.Parent == host.Parent ? Direction.Parallel
            : Direction.Unknown;
    }

    private static bool IsAbove(OfficeDirectory directory, Office upper, Office lower)
    {
        var seen = new HashSet<PartyId>();
        for (var parent = lower.Parent; parent is not null && seen.Add(parent); parent = directory.Find(parent)?.Parent)
        {
            if (parent == upper.Id)
            {
                return true;
            }
        }

        return false;
    }
}
