using DocExchange.Durability;
using DocExchange.Durability.Auditing;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Pages.Auditing;
using DocExchange.Pages.SigningIn;
using DocExchange.Tests.Durability;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Pages;

/// <summary>Accounts and an audit trail in a folder of their own, and a request by whoever is signed in.</summary>
internal sealed class PeopleSite : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly AuditTrail trail;
    private readonly HttpContextAccessor accessor = new();
    private readonly ServiceProvider services;

    public PeopleSite()
    {
        Book = new AccountBook(folder.Under("people.litedb"), 1_000);
        Registry = new Registry(Book, new Passwords(new PagesSettings(), iterations: 1_000), Clock);
        trail = AuditTrail.Open(Trail, new LocalDisk(), Clock);
        services = new ServiceCollection().AddSingleton(Book).BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new(Now);

    public AccountBook Book { get; }

    public Registry Registry { get; }

    public string Trail => folder.Under("audit.log");

    public IReadOnlyList<TrailEntry> Lines => [.. new TrailReader(Trail).Forwards().Select(each => each.Entry)];

    public Visitor Visitor => new(accessor, Clock);

    public Journal Journal => new(trail, accessor, Visitor);

    /// <summary>An account as it is after its owner has chosen a password.</summary>
    public Account Open(string id, params Grant[] grants)
    {
        Registry.Open(id, "姓名" + id, grants);
        return Book.Change(id, account => account with { MustChangePassword = false });
    }

    /// <summary>The account with a certificate, as its owner bound it.</summary>
    public Account Bind(Account account) =>
        Book.Change(account.Id, current => current with { Certificate = new PersonalCertificate(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(account.Id))), account.Name, Now.AddYears(1)) });

    /// <summary>Who asks from now on.</summary>
    public void SignIn(string id)
    {
        accessor.HttpContext = new DefaultHttpContext { RequestServices = services };
        Visitor.Admit(accessor.HttpContext, Book.Find(id)!, "password");
    }

    public void Dispose()
    {
        services.Dispose();
        trail.Dispose();
        Book.Dispose();
        folder.Dispose();
    }
}
