using DocExchange.Core.Refusals;
using DocExchange.Durability;
using LiteDB;

namespace DocExchange.Pages.Accounts;

/// <summary>
/// people.litedb: who may sign in at this hub or node, and as what. Authoritative; back it up. Every change is on disk when
/// it returns. Safe for concurrent use.
/// </summary>
public sealed class AccountBook : IDisposable
{
    // What it learns of a type is compiled, and does not change.
    private static readonly BsonMapper Mapper = new() { EmptyStringToNull = false, TrimWhitespace = false };

    private readonly DurableDatabase files;
    private readonly ILiteCollection<AccountRow> accounts;
    private readonly Lock changing = new();
    private readonly int most;

    /// <param name="most">The largest number of accounts, ended ones included.</param>
    public AccountBook(string path, int most)
    {
        this.most = most;
        files = new DurableDatabase(new LocalDisk(), path, Mapper, Collation.Binary);
        accounts = files.Database.GetCollection<AccountRow>("accounts");
        // A reader that meets a collection being made by another thread fails.
        accounts.EnsureIndex(row => row.Certificate);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public Account? Find(string id) => accounts.FindById(id)?.ToAccount();

    public Account? FindByCertificate(string sha256) => accounts.FindOne(row => row.Certificate == sha256)?.ToAccount();

    /// <summary>All of them by id, ended ones included.</summary>
    public IReadOnlyList<Account> All() => [.. accounts.Query().OrderBy(row => row.Id).ToEnumerable().Select(row => row.ToAccount())];

    /// <summary>Cancelled when its database failed: hub or node has to be started again.</summary>
    public CancellationToken Broken => files.Broken;

    /// <summary>The write that failed, or the damage that was found; null while there is none.</summary>
    public Exception? Fault => files.Fault;

    public bool IsEmpty => accounts.Count() == 0;

    /// <exception cref="RefusedException">The id is taken, or there are too many.</exception>
    public void Add(Account account)
    {
        lock (changing)
        {
            if (accounts.FindById(account.Id) is not null)
            {
                throw new RefusedException(Refusal.WrongState, $"用户名 {account.Id} 已被使用（停用的也不能再用）。", $"The user name {account.Id} is taken; ended ones stay taken.");
            }

            if (accounts.Count() >= most)
            {
                throw new RefusedException(Refusal.TooLarge, $"用户数已达上限 {most}。", $"There are {most} accounts already, which is the limit.");
            }

            files.Write(() => accounts.Insert(AccountRow.Of(account)));
        }
    }

    /// <summary>Changes an account as it stands at that moment; <paramref name="change"/> must not call the book.</summary>
    /// <returns>The account as it is now.</returns>
    /// <exception cref="RefusedException">There is no such account, or the certificate it is to have is another's.</exception>
    public Account Change(string id, Func<Account, Account> change)
    {
        lock (changing)
        {
            var found = Find(id) ?? throw new RefusedException(Refusal.NotFound, $"没有用户 {id}。", $"There is no account {id}.");
            var changed = change(found);
            RequireFree(changed);
            files.Write(() => accounts.Update(AccountRow.Of(changed with { Id = found.Id })));
            return changed;
        }
    }

    /// <summary>Gives out the database's files as they stand at one moment; see <see cref="DurableDatabase.Copy"/>.</summary>
    public void Copy(Action<string, Stream, long> take) => files.Copy(take);

    public void Dispose() => files.Dispose();

    private void RequireFree(Account account)
    {
        if (account.Certificate is { } certificate && accounts.FindOne(row => row.Certificate == certificate.Sha256 && row.Id != account.Id) is { } other)
        {
            throw new RefusedException(
                Refusal.WrongState,
                $"该证书已登记给 {other.Name}（{other.Id}），一张证书只能登记一次。请先解除，或换一张证书。",
                $"The certificate is that of {other.Name} ({other.Id}) already; each is bound once. Unbind it there, or use another.");
        }
    }
}
