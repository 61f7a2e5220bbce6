using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.OaApi;
using DocExchange.Node.Records;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Node.OaApi;

internal sealed class TokenBookTests
{
    private static readonly PartyId Office = PartyId.Parse("test/bgs");
    private static readonly Actor By = new("admin", "管理员", "system", "password");

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
    private TemporaryFolder folder = null!;
    private NodeRecords records = null!;
    private TokenBook book = null!;

    [SetUp]
    public void Begin()
    {
        folder = new TemporaryFolder();
        records = new NodeRecords(new DataFolder(folder.Path));
        book = new TokenBook(records, Options.Create(new OaOptions { MostTokens = 2 }), clock, NullLogger<TokenBook>.Instance);
    }

    [TearDown]
    public void End()
    {
        records.Dispose();
        folder.Dispose();
    }

    [Test]
    public void A_token_speaks_for_its_office_with_its_roles_until_its_end()
    {
        var (token, text) = Make(days: 10);
        var caller = book.Admit(text)!;
        Assert.That((caller.Token, caller.Office, caller.Application), Is.EqualTo((token.Id, "test/bgs", "OA")));
        Assert.That(caller.Roles, Is.EqualTo(new[] { "clerk" }));

        clock.Advance(TimeSpan.FromDays(10));
        Assert.That(book.Admit(text), Is.Null);
    }

    [Test]
    public void Every_altered_token_is_none()
    {
        var (_, text) = Make();
        for (var at = 0; at < text.Length; at++)
        {
            Assert.That(book.Admit(text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..]), Is.Null, $"at {at}");
        }

        Assert.That(new[] { "", "docex", "docex__", text + "0", text[..^1] }.Select(book.Admit), Is.All.Null);
    }

    [Test]
    public void An_ended_token_is_none_and_only_its_own_office_ends_it()
    {
        var (token, text) = Make();
        Assert.That(Assert.Throws<RefusedException>(() => book.End(PartyId.Parse("test/fgw"), token.Id, By))!.Refusal, Is.EqualTo(Refusal.NotFound));
        Assert.That(book.Admit(text), Is.Not.Null);
        book.End(Office, token.Id, By);
        Assert.That(book.Admit(text), Is.Null);
    }

    [Test]
    public void Its_secret_is_nowhere_on_disk()
    {
        var secret = Make().Text.Split('_')[2];
        records.Dispose();
        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).ToList();
        records = new NodeRecords(new DataFolder(folder.Path));
        Assert.That(files, Is.Not.Empty);
        Assert.That(files.Select(bytes => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret))), Is.All.EqualTo(-1));
    }

    [TestCase("", "clerk", 10)]
    [TestCase("OA", "system", 10)]
    [TestCase("OA", "", 10)]
    [TestCase("OA", "clerk", 0)]
    [TestCase("OA", "clerk", 401)]
    public void What_is_no_token_is_not_made(string application, string role, int days) =>
        Assert.That(Assert.Throws<RefusedException>(() => book.Make(Office, application, [role], days, By))!.Refusal, Is.EqualTo(Refusal.FormatFailure));

    [Test]
    public void An_office_has_no_more_tokens_in_force_than_the_limit()
    {
        var (first, _) = Make();
        Make();
        Assert.That(Assert.Throws<RefusedException>(() => Make())!.Refusal, Is.EqualTo(Refusal.TooLarge));
        book.End(Office, first.Id, By);
        Assert.That(() => Make(), Throws.Nothing);
    }

    [Test]
    public void What_an_application_has_seen_never_goes_back()
    {
        var (token, _) = Make();
        Assert.That(new[] { book.Acknowledge(token.Id, 7), book.Acknowledge(token.Id, 3), book.SeenBy(token.Id) }, Is.All.EqualTo(7));
    }

    private (TokenRow Token, string Text) Make(int days = 30) => book.Make(Office, "OA", ["clerk"], days, By);
}
