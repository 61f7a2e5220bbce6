using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.SigningIn;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Auditing;

/// <summary>
/// Puts what persons do in the pages into the audit trail: what is asked before it is done, then what became of it. Without
/// room for the line there is no act.
/// </summary>
public sealed class Journal(AuditTrail trail, IHttpContextAccessor http, Visitor visitor)
{
    /// <param name="what">The particulars; never a password.</param>
    /// <param name="outcome">What the line that it is done says besides.</param>
    public Task<T> RecordAsync<T>(string act, IReadOnlyDictionary<string, string> what, Func<Task<T>> deed, Func<T, IReadOnlyDictionary<string, string>>? outcome = null) =>
        AuditedDeed.RecordAsync(Append, done => Append(done), new AuditedAct(act, WhoOf(visitor.Account), "asked", what), deed, outcome);

    public T Record<T>(string act, IReadOnlyDictionary<string, string> what, Func<T> deed, Func<T, IReadOnlyDictionary<string, string>>? outcome = null) =>
        RecordAsync(act, what, () => Task.FromResult(deed()), outcome).GetAwaiter().GetResult();

    public void Record(string act, IReadOnlyDictionary<string, string> what, Action deed) => Record(act, what, () =>
    {
        deed();
        return true;
    });

    /// <summary>One line: reading and exporting, signing in and out.</summary>
    /// <param name="account">Whose it is where nobody has signed in yet; null: an unknown person's.</param>
    public void Note(string act, string step, IReadOnlyDictionary<string, string>? what = null, Account? account = null) =>
        Append(new AuditedAct(act, WhoOf(account ?? visitor.Account), step, what ?? new Dictionary<string, string>()));

    private string WhoOf(Account? account)
    {
        // Where there is no address it is a socket of this machine.
        var from = http.HttpContext is { } context ? context.Connection.RemoteIpAddress?.ToString() ?? PeerAccount.Of(context.Features.Get<IConnectionSocketFeature>()?.Socket) : "";
        return account is null ? from : $"{account.Id} {account.Name} {from}";
    }

    private long Append(AuditedAct act)
    {
        try
        {
            return trail.Append(act);
        }
        catch (IOException fault) when (StorageException.CauseOf(fault) is { } cause)
        {
            throw new RefusedException(Refusal.StorageFull, $"{cause.State.Chinese}，审计日志无法写入，操作未确认。", $"The {cause.State.English}; the audit trail cannot be written, so the act is not confirmed.");
        }
    }
}
