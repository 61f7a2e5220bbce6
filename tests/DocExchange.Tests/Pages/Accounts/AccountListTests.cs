using DocExchange.Core.Refusals;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Tests.Core.Operating;
using DocExchange.Tests.Durability;

namespace DocExchange.Tests.Pages.Accounts;

internal sealed class AccountListTests
{
    private static readonly string[] Offices = ["dongcheng", "xicheng"];
    private static readonly PagesSettings Settings = new() { MostAccounts = 10 };

    private TemporaryFolder folder = null!;
    private PagesFiles files = null!;

    [SetUp]
    public void Begin()
    {
        folder = new TemporaryFolder();
        files = new PagesFiles(Path.Combine(folder.Path, "people.litedb"), "", "");
    }

    [TearDown]
    public void End() => folder.Dispose();

    [Test]
    public void Opens_every_account_with_its_roles_and_a_password_of_its_own()
    {
        var opened = Open("# 东城区\n\nchen,陈静,dongcheng:clerk dongcheng:reader\nwang,王芳,system\n");
        Assert.That(opened.Select(each => each.Account.Id), Is.EqualTo(new[] { "chen", "wang" }));
        Assert.That(opened.Select(each => each.Password).Distinct().Count(), Is.EqualTo(2));
        using var book = new AccountBook(files.Accounts, 10);
        Assert.That(book.Find("chen")!.Grants, Is.EqualTo(new[] { new Grant("dongcheng", "clerk"), new Grant("dongcheng", "reader") }));
        Assert.That(book.Find("wang")!.Grants, Is.EqualTo(new[] { new Grant("", "system") }));
        Assert.That(opened.All(each => new Passwords(Settings).Matches(book.Find(each.Account.Id), each.Password)), Is.True);
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public void The_password_must_be_changed_unless_it_is_to_last(bool isLasting, bool mustChange) =>
        Assert.That(Open("chen,陈静,dongcheng:clerk", isLasting)[0].Account.MustChangePassword, Is.EqualTo(mustChange));

    [TestCase("chen,陈静", Refusal.FormatFailure)]
    [TestCase("chen,陈静,", Refusal.FormatFailure)]
    [TestCase("chen,陈静,elsewhere:clerk", Refusal.FormatFailure)]
    [TestCase("chen,陈静,dongcheng:king", Refusal.FormatFailure)]
    [TestCase("c,陈静,dongcheng:clerk", Refusal.FormatFailure)]
    [TestCase("wang,王芳二,dongcheng:clerk", Refusal.WrongState)]
    public void One_line_that_is_wrong_opens_none(string line, Refusal refusal)
    {
        Assert.That(Assert.Throws<RefusedException>(() => Open($"wang,王芳,system\n{line}\n"))!.Refusal, Is.EqualTo(refusal));
        using var book = new AccountBook(files.Accounts, 10);
        Assert.That(book.IsEmpty, Is.True);
    }

    [Test]
    public void More_accounts_than_the_limit_are_refused_together()
    {
        Assert.That(
            Assert.Throws<RefusedException>(() => Open(string.Join('\n', Enumerable.Range(1, 11).Select(number => $"user-{number},用户,system"))))!.Refusal,
            Is.EqualTo(Refusal.TooLarge));
        using var book = new AccountBook(files.Accounts, 10);
        Assert.That(book.IsEmpty, Is.True);
    }

    [Test]
    public void A_list_that_is_not_UTF8_opens_none_and_its_line_is_named()
    {
        var path = Path.Combine(folder.Path, "users.csv");
        File.WriteAllBytes(path, [.. "wang,wang,system\nchen,"u8, .. ListTextTests.ChenInGbk, .. ",system\n"u8]);
        var refused = Assert.Throws<RefusedException>(() => AccountList.Read(path, Offices))!;
        Assert.That(refused.Message, Does.StartWith("用户清单第 2 行不是 UTF-8 编码").And.Contains("另存为 UTF-8"));
        Assert.That(refused.English, Does.StartWith("Line 2 of the list is not UTF-8"));
    }

    private IReadOnlyList<(Account Account, string Password)> Open(string list, bool isLasting = false)
    {
        var path = Path.Combine(folder.Path, "users.csv");
        File.WriteAllText(path, list);
        return AccountList.Read(path, Offices).Open(Settings, files, isLasting);
    }
}
