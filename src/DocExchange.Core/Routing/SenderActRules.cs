using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;

namespace DocExchange.Core.Routing;

/// <summary>
/// What the directory and other documents say against an act of a sender. The document itself is
/// <see cref="DocumentState"/>'s to judge; this no node could judge alike, since it need not know those other documents,
/// so what offends here is not fit for the ledger.
/// </summary>
public static class SenderActRules
{
    private const int NamesShown = 10;

    /// <summary>Whom a Resent may add: offices of the directory, with a node, and not more than the site takes in all.</summary>
    /// <param name="document">The document they are added to; null where there is none, which is without effect.</param>
    /// <param name="directory">The version in force.</param>
    /// <param name="maxRecipients">Of one document, those it has included.</param>
    public static IEnumerable<RefusedException> OfResent(RecipientList named, DocumentState? document, OfficeDirectory directory, int maxRecipients, DateTimeOffset at)
    {
        var added = named.All.Where(id => document?.Recipient(id) is null).ToList();
        var unknown = added.Where(id => directory.Find(id)?.Period.Contains(at) != true).ToList();
        if (unknown.Count > 0)
        {
            yield return new RefusedException(
                Refusal.UnknownRecipient, $"机构目录第 {directory.Version} 版中没有这些收文单位，或已撤销：{Names(unknown)}。请从机构目录中选择后再补发。",
                $"Directory version {directory.Version} has no recipient {Names(unknown)}, or it has ended. Choose others and resend.");
        }

        var unhosted = added.Where(id => directory.Find(id) is { HostedBy: null }).Except(unknown).ToList();
        if (unhosted.Count > 0)
        {
            yield return new RefusedException(
                Refusal.UnknownRecipient, $"收文单位尚未接入：{Names(unhosted)}。待开通后补发，或改送纸质。",
                $"These recipients have no node yet: {Names(unhosted)}. Resend when they have, or send paper.");
        }

        var total = added.Count + (document?.Recipients.Count ?? 0);
        if (total > maxRecipients)
        {
            yield return new RefusedException(
                Refusal.TooLarge, $"补发后收文单位共 {total} 个，最多 {maxRecipients} 个。请另行发文。",
                $"With those added the document would have {total} recipients; at most {maxRecipients} are accepted. Dispatch it anew to the others.");
        }
    }

    /// <summary>What may take the place of a document: another one of the same sender that is in force, or was until others took its place in turn.</summary>
    /// <param name="documents">What is known of other documents; null for an unknown one.</param>
    public static IEnumerable<RefusedException> OfSuperseded(DocumentId document, DocumentId replacement, PartyId sender, Func<DocumentId, DocumentState?> documents)
    {
        if (replacement == document)
        {
            yield return new RefusedException(Refusal.WrongState, "公文不能以自身更正。请指明更正后的公文。", "A document cannot be superseded by itself. Name the document that takes its place.");
            yield break;
        }

        // Of a stranger's document no more is said than of none.
        if (documents(replacement) is not { } successor || successor.Sender != sender)
        {
            yield return new RefusedException(
                Refusal.UnknownDocument, $"本单位没有发出公文 {replacement}，不能以它更正。请先发送更正后的公文。", $"This office dispatched no document {replacement} to take the place. Dispatch that first.");
            yield break;
        }

        var seen = new HashSet<DocumentId> { document };
        while (successor.Phase == DocumentPhase.Superseded && seen.Add(successor.Id) && successor.SupersededBy is { } next && documents(next) is { } later)
        {
            successor = later;
        }

        if (successor.Phase == DocumentPhase.AwaitingPackage)
        {
            yield return new RefusedException(
                Refusal.WrongState, $"公文 {replacement} 尚未被中心接收，现在不能以它更正。请待其发出后再办理。", $"The document {replacement} is not accepted yet; supersede by it when it is.");
        }
        else if (successor.Id == document)
        {
            yield return new RefusedException(
                Refusal.WrongState, $"公文 {replacement} 已由本公文更正，不能互相更正。请指明另一公文。", $"This document has taken the place of {replacement}; the two cannot replace each other. Name another.");
        }
        else if (successor.Phase != DocumentPhase.Accepted)
        {
            yield return new RefusedException(
                Refusal.WrongState, $"公文 {replacement} 或其后续更正件已失效（{successor.Phase.Chinese()}），不能以它更正。请指明有效的公文。",
                $"The document {replacement}, or what took its place since, is not in force ({successor.Phase}). Name one that is.");
        }
    }

    private static string Names(List<PartyId> offices) => string.Join(", ", offices.Take(NamesShown)) + (offices.Count > NamesShown ? $" … ({offices.Count})" : "");
}
