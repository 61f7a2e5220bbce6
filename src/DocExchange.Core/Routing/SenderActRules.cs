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

    private static string Names(List<PartyId> offices) => string.Join(", ", offices.Take(NamesShown)) + (offices.Count > NamesShown ? $" … ({offices.Count})" : "");
}
