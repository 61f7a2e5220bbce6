using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Offices;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.ConsolePages.Offices;

/// <summary>What the console's administrators do with offices, nodes and seals: by right, and into the audit trail.</summary>
internal sealed class OfficeKeeping(
    Visitor visitor, Journal journal, DirectoryPublishing publishing, Invitations invitations, Revocation revocation, SealRenewal renewal, TimeProvider clock)
{
    public const int MaxCsv = 4 * 1024 * 1024;

    private const int MaxHours = 24 * 366;

    /// <param name="consent">To what ends, as <see cref="ImportChanges.Consent"/> names it; null where nobody was asked.</param>
    /// <exception cref="ImportRefusedException">All that is wrong with the file, line by line; or offices would end that <paramref name="consent"/> does not name.</exception>
    public Task<ImportOutcome> ImportAsync(byte[] csv, string? consent, CancellationToken cancellation)
    {
        Require(Right.KeepOffices);
        return journal.RecordAsync("ImportOffices", new Dictionary<string, string> { ["csv"] = $"{csv.Length} bytes, sha256 {Digest.Of(csv)}" }, () => csv.Length is 0 or > MaxCsv
            ? throw new RefusedException(Refusal.TooLarge, $"请选择机构目录文件，最大 {MaxCsv / 1024 / 1024} MiB。", $"Choose an office file of at most {MaxCsv / 1024 / 1024} MiB.")
            : publishing.ImportAsync(csv, clock.GetUtcNow(), changes => changes.Consent == consent, cancellation));
    }

    /// <returns>The invitation file; its secret is nowhere else.</returns>
    public byte[] Invite(string node, string name, IReadOnlyList<string> offices, int hours)
    {
        Require(Right.KeepOffices);
        return journal.Record("Invite", new Dictionary<string, string> { ["node"] = node, ["name"] = name, ["offices"] = string.Join(' ', offices.Take(20)), ["hours"] = $"{hours}" }, () =>
        {
            if (offices.Count is 0 or > 200 || hours is < 1 or > MaxHours || name.Trim().Length is 0 or > 100)
            {
                throw new RefusedException(
                    Refusal.FormatFailure, $"请填写节点名称，选择 1 至 200 个单位，有效期 1 至 {MaxHours} 小时。", $"Give the node a name, choose 1 to 200 offices, and 1 to {MaxHours} hours.");
            }

            try
            {
                return invitations.Make(node.Trim(), name.Trim(), offices, TimeSpan.FromHours(hours));
            }
            catch (FormatException fault)
            {
                throw new RefusedException(Refusal.FormatFailure, "邀请有误：" + FaultWords.Of(fault), fault.Message);
            }
        });
    }

    public void Withdraw(string node)
    {
        Require(Right.KeepOffices);
        journal.Record("WithdrawInvitation", new Dictionary<string, string> { ["node"] = node }, () => invitations.Withdraw(node));
    }

    public Task<LoggedEntry> StopSealAsync(PartyId office, string esId, string reason, CancellationToken cancellation)
    {
        Require(Right.WithdrawTrust);
        return journal.RecordAsync(
            "StopSeal", new Dictionary<string, string> { ["office"] = office.ToString(), ["esId"] = esId, ["reason"] = reason }, () => revocation.StopSealAsync(office, esId, reason, cancellation));
    }

    public Task<LoggedEntry> RenewSealAsync(PartyId office, CancellationToken cancellation)
    {
        Require(Right.KeepOffices);
        return journal.RecordAsync("RenewSeal", new Dictionary<string, string> { ["office"] = office.ToString() }, () => renewal.RenewAsync(office, cancellation));
    }

    private void Require(Right right) => visitor.Require("", Rights.For(right));
}
