using System.CommandLine;
using DocExchange.Cli.Documents;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.People;

/// <summary>The verbs of those who keep the people of an office's desk.</summary>
internal static class PeopleVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "people", "本单位收发台的人员（以单位管理员登录）", "The people of an office's desk (with its administrator's account)",
        new PeopleListVerb(terminal),
        new PeopleOpenVerb(terminal),
        new PeopleGrantVerb(terminal),
        new PeopleDelegateVerb(terminal),
        new PeopleEndDelegationVerb(terminal),
        new PeopleResetPasswordVerb(terminal),
        new PeopleActVerb(terminal, "unbind", "解除个人证书（遗失时）", "Unbind the personal certificate of somebody who lost it", async (staff, person, cancellation) => await staff.UnbindCertificateAsync(person, cancellationToken: cancellation)),
        new PeopleActVerb(terminal, "end", "停用用户及其全部委托，不可恢复", "End an account for good, with all it delegated", async (staff, person, cancellation) => await staff.EndAccountAsync(person, cancellationToken: cancellation)),
        new PeopleHandoverVerb(terminal),
        new PeoplePasswordVerb(terminal));
}

/// <summary>A verb on one person's account at an office.</summary>
internal abstract class PersonVerb : SignedInVerb
{
    private readonly Argument<string> person;

    protected PersonVerb(Terminal terminal, string name, string chinese, string english)
        : base(terminal, name, chinese, english) =>
        person = Argument("PERSON", "该人员的用户名，见 people list", "The person's account, as people list has it");

    protected AccountRequest Named(ParseResult parse) => new() { Office = Office(parse), Account = parse.GetRequiredValue(person) };

    protected static void Show(Screen screen, StaffMember member) => screen.Show(StaffScreens.Value(member), StaffScreens.Line(screen, member));
}

/// <summary>One call on an account, whose answer is the account as it is then.</summary>
internal sealed class PeopleActVerb(Terminal terminal, string name, string chinese, string english, Func<Staff.StaffClient, AccountRequest, CancellationToken, Task<StaffMember>> act)
    : PersonVerb(terminal, name, chinese, english)
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        Show(screen, await act(new Staff.StaffClient(node), Named(parse), cancellation));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex people list</c></summary>
internal sealed class PeopleListVerb(Terminal terminal) : SignedInVerb(terminal, "list", "人员、角色和代办", "People, their roles and delegations")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var reply = await new Staff.StaffClient(node).ListStaffAsync(new ListStaffRequest { Office = Office(parse) }, cancellationToken: cancellation);
        screen.Show(
            new { people = reply.Members.Select(StaffScreens.Value), grantable = reply.Grantable },
            reply.Members.Count == 0 ? [screen.Say("没有人员。", "Nobody.")] : reply.Members.Select(member => StaffScreens.Line(screen, member)));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex people open</c></summary>
internal sealed class PeopleOpenVerb : PersonVerb
{
    private readonly Option<string> name;
    private readonly Option<string[]> roles;

    public PeopleOpenVerb(Terminal terminal)
        : base(terminal, "open", "建立用户，显示其一次性密码", "Open an account and print its one-time password")
    {
        name = Required<string>("--name", "姓名", "The person's name");
        roles = StaffScreens.Roles(terminal, this);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        var request = new OpenAccountRequest { Office = named.Office, Account = named.Account, Name = parse.GetRequiredValue(name), Roles = { parse.GetRequiredValue(roles) } };
        var reply = await new Staff.StaffClient(node).OpenAccountAsync(request, cancellationToken: cancellation);
        screen.Show(
            new { person = StaffScreens.Value(reply.Member), oneTimePassword = reply.OneTimePassword },
            StaffScreens.Line(screen, reply.Member),
            screen.Say($"一次性密码（只显示这一次）：{reply.OneTimePassword}", $"one-time password (shown this once): {reply.OneTimePassword}"));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex people grant</c></summary>
internal sealed class PeopleGrantVerb : PersonVerb
{
    private readonly Option<string[]> roles;

    public PeopleGrantVerb(Terminal terminal)
        : base(terminal, "grant", "改定该人员在本单位的角色", "Say which roles a person has at the office from now on") =>
        roles = StaffScreens.Roles(terminal, this);

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        var request = new GrantRolesRequest { Office = named.Office, Account = named.Account, Roles = { parse.GetRequiredValue(roles) } };
        Show(screen, await new Staff.StaffClient(node).GrantRolesAsync(request, cancellationToken: cancellation));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex people delegate</c>: 甲代乙.</summary>
internal sealed class PeopleDelegateVerb : PersonVerb
{
    private readonly Option<string> principal;
    private readonly Option<string> from;
    private readonly Option<string> until;

    public PeopleDelegateVerb(Terminal terminal)
        : base(terminal, "delegate", "限期代办：该人员代他人办理（甲代乙）", "Let a person act for another for a time (甲代乙)")
    {
        principal = Required<string>("--for", "被代办人的用户名", "Account of the one whose work it is");
        from = Required<string>("--from", "自（日期，如 2026-03-01）", "First day, such as 2026-03-01");
        until = Required<string>("--until", "至（日期，含当日），最长 366 天", "Last day, which belongs to it; at most 366 days");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        var request = new DelegateRequest { Office = named.Office, Account = named.Account, Principal = parse.GetRequiredValue(principal), From = TypedValue.Day("--from", parse.GetRequiredValue(from)), Until = TypedValue.Day("--until", parse.GetRequiredValue(until)) };
        Show(screen, await new Staff.StaffClient(node).DelegateAsync(request, cancellationToken: cancellation));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex people end-delegation</c></summary>
internal sealed class PeopleEndDelegationVerb : PersonVerb
{
    private readonly Option<string> principal;

    public PeopleEndDelegationVerb(Terminal terminal)
        : base(terminal, "end-delegation", "提前结束代办", "End a delegation before its time") =>
        principal = Required<string>("--for", "被代办人的用户名", "Account of the one whose work it is");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        var request = new EndDelegationRequest { Office = named.Office, Account = named.Account, Principal = parse.GetRequiredValue(principal) };
        Show(screen, await new Staff.StaffClient(node).EndDelegationAsync(request, cancellationToken: cancellation));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex people reset-password</c></summary>
internal sealed class PeopleResetPasswordVerb(Terminal terminal) : PersonVerb(terminal, "reset-password", "重置密码并解锁，显示一次性密码", "Set a one-time password, which unlocks, and print it")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var named = Named(parse);
        var reply = await new Staff.StaffClient(node).ResetPasswordAsync(named, cancellationToken: cancellation);
        screen.Show(
            new { account = named.Account, oneTimePassword = reply.OneTimePassword },
            screen.Say($"{named.Account} 的一次性密码（只显示这一次）：{reply.OneTimePassword}", $"one-time password of {named.Account} (shown this once): {reply.OneTimePassword}"));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex people handover</c>: 交接清单.</summary>
internal sealed class PeopleHandoverVerb(Terminal terminal) : PersonVerb(terminal, "handover", "交接清单：该人员经手的未办结公文", "The hand-over list: what is open on a person's desk")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var reply = await new Staff.StaffClient(node).ListHandoverAsync(Named(parse), cancellationToken: cancellation);
        screen.Show(
            new { name = reply.Name, roles = reply.Roles, items = reply.Items.Select(Value), isCut = reply.IsCut },
            [
                screen.Say($"{reply.Name} 交接清单，{reply.Items.Count} 件", $"{reply.Items.Count} documents to hand over by {reply.Name}"),
                .. reply.Items.Select((item, index) => $"{index + 1}  {Line(screen, item)}"),
                .. reply.IsCut ? new[] { screen.Say("还有更多，未全部列出。", "There are more than are listed.") } : [],
            ]);
        return ExitCode.Ok;
    }

    private static object Value(HandoverItem item) => new
    {
        isReceived = item.IsReceived,
        number = item.Number,
        title = item.Title,
        documentId = item.DocumentId,
        state = item.State,
        signBy = item.SignBy,
        lastAct = item.LastAct,
        lastPerson = item.LastPerson,
        isOwn = item.IsOwn,
    };

    private static string Line(Screen screen, HandoverItem item) => string.Join("  ", new[]
    {
        item.IsReceived ? screen.Say("收文", "received") : screen.Say("发文", "sent"),
        $"{item.Number}《{item.Title}》",
        StateWords.State(screen, item.State),
        item.SignBy,
        $"{item.LastPerson} {item.LastAct}".Trim(),
        item.IsOwn ? screen.Say("本人经手", "own") : "",
        item.DocumentId,
    }.Where(column => column.Length > 0));
}

/// <summary><c>docex people password</c>: the own one.</summary>
internal sealed class PeoplePasswordVerb : SignedInVerb
{
    private const string NewPasswordVariable = "DOCEX_NEW_PASSWORD";

    private readonly Option<string?> file;

    public PeoplePasswordVerb(Terminal terminal)
        : base(terminal, "password", "修改自己的密码", "Change the own password", isOfOffice: false) =>
        file = Option<string?>("--new-password-file", $"新密码文件；默认取环境变量 {NewPasswordVariable}，否则提示输入", $"The file with the new password; by default the environment variable {NewPasswordVariable}, else it is asked for");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var chosen = Chosen(parse);
        await new Staff.StaffClient(node).ChangePasswordAsync(new ChangePasswordRequest { NewPassword = chosen }, cancellationToken: cancellation);
        screen.Show(new { changed = Account.Name(parse) }, screen.Say("密码已修改。", "The password is changed."));
        return ExitCode.Ok;
    }

    private string Chosen(ParseResult parse)
    {
        if (parse.GetValue(file) is { } path)
        {
            return SecretFile.Read(path);
        }

        if (Environment.GetEnvironmentVariable(NewPasswordVariable) is { Length: > 0 } given)
        {
            return given;
        }

        var typed = AccountOptions.Ask(Terminal, "新密码：", "New password: ") ?? throw new UsageException(
            $"缺少新密码：请用 --new-password-file 指明文件，或设置环境变量 {NewPasswordVariable}。", $"No new password: name a file with --new-password-file, or set the environment variable {NewPasswordVariable}.");
        return typed == AccountOptions.Ask(Terminal, "再次输入新密码：", "The new password again: ")
            ? typed
            : throw new FailedException("FORMAT_FAILURE", "两次输入的新密码不一致。请重新输入两次。", "The new password was typed in two ways. Type it twice again.");
    }
}
