using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Durability.Auditing;

namespace DocExchange.Pages.Accounts;

/// <summary>Binds a certificate to an account for whoever owns the data folder, while nothing runs on it.</summary>
public static class OfflineBinding
{
    /// <param name="trail">The audit trail of the folder; both lines are on disk when this returns.</param>
    /// <param name="file">The certificate; null unbinds.</param>
    /// <returns>What is bound now; null: nothing.</returns>
    /// <exception cref="RefusedException">There is no such account, or the file is not a certificate that can be bound.</exception>
    public static PersonalCertificate? Change(PagesSettings settings, PagesFiles files, string trail, string user, FileInfo? file)
    {
        var certificate = file is null ? null : PersonalCertificate.ReadFile(file, TimeProvider.System.GetUtcNow());
        using var book = new AccountBook(files.Accounts, settings.MostAccounts);
        var account = book.Find(Account.IdOf(user)) is { IsEnded: false } found
            ? found
            : throw new RefusedException(Refusal.NotFound, $"没有用户 {user}，或已停用。", $"There is no account {user}, or it has ended.");
        using var lines = AuditTrail.Open(trail, new LocalDisk(), TimeProvider.System);
        var act = new AuditedAct(
            certificate is null ? "UnbindCertificate" : "BindCertificate",
            Environment.UserName,
            "asked",
            new Dictionary<string, string> { ["account"] = account.Id, ["sha256"] = (certificate ?? account.Certificate)?.Sha256 ?? "" });
        lines.Append(act);
        new Registry(book, new Passwords(settings), TimeProvider.System).BindCertificate(account.Id, certificate);
        lines.Append(act with { Step = "done" });
        return certificate;
    }
}
