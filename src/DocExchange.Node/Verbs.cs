using System.CommandLine;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Durability.Upgrades;
using DocExchange.Node.Auditing;
using DocExchange.Node.Backups;
using DocExchange.Node.Desk;
using DocExchange.Node.Enrolling;
using DocExchange.Node.Keys;
using DocExchange.Node.OaApi;
using DocExchange.Node.Records;
using DocExchange.Pages.Auditing;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Keys;
using Grpc.Core;

namespace DocExchange.Node;

/// <summary>The verbs of the executable. Exit codes: 0 passed, 1 failed, 2 waiting for others, 64 usage error, 70 internal.</summary>
internal sealed class Verbs(VerbLanguage language)
{
    // What it acknowledged is finished after SIGTERM.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(60);

    private readonly Option<string> data = new("--data") { Description = language.Say("节点的数据目录", "The node's data folder"), Required = true };
    private readonly ServerCommandLine line = new("docex node", language, TimeToEnd);

    /// <inheritdoc cref="ServerCommandLine.InvokeAsync"/>
    public Task<int> InvokeAsync(string[] args) => line.InvokeAsync(Root(), args);

    private BackupVerbs Backups => new(language, data, line.AnswerOf);

    public RootCommand Root() => new(language.Say("DocExchange 单位节点：一处各单位的密钥与公文。", "A node of DocExchange: the offices of one place, their keys, their documents."))
    {
        Enrol(), Run(), CreateAdmin(), AddUsers(), new TokenVerbs(language, data, line.AnswerOf, GuardAsync).Token(), Audit(),
        TrailVerb.Make(language, data, line.Format, GuardAsync, folder => DataFolder.Of(folder).AuditTrail), Backups.Backup(), Backups.Restore(), Version(), line.Format, line.Languages,
    };

    private Command Enrol()
    {
        var invitation = new Option<FileInfo>("--invitation") { Description = language.Say("中心管理员交给的邀请文件", "The invitation file the hub's administrator handed over"), Required = true };
        var suite = new Option<string>("--suite") { Description = language.Say("全部单位的算法：intl（ECDSA）或 gm（SM2）", "intl (ECDSA) or gm (SM2), for all offices"), DefaultValueFactory = _ => "intl" };
        suite.AcceptOnlyFromAmong("intl", "gm");
        var perOffice = new Option<string[]>("--offices-suite") { Description = language.Say("个别单位的算法：office=intl 或 office=gm，可多次给出", "office=intl or office=gm, for single offices; may be repeated"), AllowMultipleArgumentsPerToken = true };
        var token = new Option<string[]>("--token") { Description = language.Say("office=pkcs11:…，该单位的 RSA 或 ECDSA 密钥在硬件令牌上（RFC 7512）；可多次给出", "office=pkcs11:…, for an office whose RSA or ECDSA key is on a token (RFC 7512); may be repeated") };
        var renew = new Option<bool>("--renew") { Description = language.Say("为已登记的节点换用新密钥，由旧密钥签名", "Draw new keys for an enrolled node; its old keys sign for them") };
        var command = new Command("enrol", language.Say("凭邀请文件登记，加入交换平台；失败后可重做", "Joins this node to an exchange; can be repeated after a failure")) { data, invitation, suite, perOffice, token, renew };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            var read = Invitation.Read(parsed.GetRequiredValue(invitation).FullName);
            var suites = Suites(read, parsed.GetValue(suite)!, parsed.GetValue(perOffice) ?? []);
            var node = await new Enrolment(DataFolder.Of(parsed.GetRequiredValue(data)), read, suites, Tokens(read, parsed.GetValue(token) ?? []), parsed.GetValue(renew)).RunAsync(TimeProvider.System, cancellation);
            var answer = line.AnswerOf(parsed);
            answer.Show(new { node = node.Node, offices = node.Offices }, answer.Say($"已登记 {node.Node}，承载单位：{string.Join("、", node.Offices)}", $"enrolled {node.Node}, offices: {string.Join(" ", node.Offices)}"));
            return 0;
        }));
        return command;
    }

    private Command Run()
    {
        var pages = new Option<string>("--pages") { Description = language.Say("网页的 IP 地址和端口，如 0.0.0.0:8443，或 none；代替 pages.json", "IP address and port of the pages, such as 0.0.0.0:8443, or none; in the place of pages.json") };
        var command = new Command("run", language.Say("运行节点，直至收到停止信号", "Runs the node until it is told to stop")) { data, pages };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            await NodeApplication.RunAsync(DataFolder.Of(parsed.GetRequiredValue(data)), parsed.GetValue(pages), cancellation).WhenToldToStop();
            return 0;
        }));
        return command;
    }

    private Command CreateAdmin()
    {
        var user = new Option<string>("--user") { Description = language.Say("用户名：2 至 40 个小写字母、数字、点、连字符", "User name: 2 to 40 lower-case letters, digits, dots, hyphens"), Required = true };
        var name = new Option<string>("--name") { Description = language.Say("姓名", "The person's name"), Required = true };
        var role = new Option<string>("--role") { Description = language.Say("system（系统管理员）、security（安全管理员）或 audit（审计管理员）：须由三人分任", "system, security or audit: three persons, never one"), DefaultValueFactory = _ => FirstAccount.Roles[0] };
        role.AcceptOnlyFromAmong([.. FirstAccount.Roles]);
        var command = new Command("create-admin", language.Say("建立收发台管理员用户，显示其一次性口令；节点须停止", "Opens the account of an administrator of the desk and prints its one-time password; the node must not be running")) { data, user, name, role };
        command.SetAction((parsed, _) => GuardAsync(parsed, () =>
        {
            var folder = DataFolder.Of(parsed.GetRequiredValue(data));
            NodeFile.Read(folder);
            using var only = folder.Claim();
            var (id, called, given) = (parsed.GetRequiredValue(user), parsed.GetRequiredValue(name), parsed.GetRequiredValue(role));
            var (account, password) = OwnerAct.Record(
                folder.AuditTrail, "OpenAccount", FirstAccount.Particulars(id, called, given), () => FirstAccount.Open(PagesSettings.Read(folder.PagesSettings), NodeApplication.PagesFilesOf(folder), id, called, given));
            var answer = line.AnswerOf(parsed);
            answer.Show(new { user = account.Id, password }, answer.Say($"用户名 {account.Id} 一次性密码 {password}", $"user {account.Id} one-time password {password}"));
            return Task.FromResult(0);
        }));
        return command;
    }

    private Command AddUsers()
    {
        var file = new Option<FileInfo>("--file") { Description = language.Say("每行为 user,name,roles；多个角色以空格分隔，office:role 限于一个单位，role 及于全部单位", "Lines of user,name,roles; roles apart by spaces, office:role for one office or role for all"), Required = true };
        var lasting = new Option<bool>("--lasting") { Description = language.Say("所显示的密码不是一次性的，首次登录时不必修改：用于培训和试用", "The printed passwords last and need not be changed at the first sign-in: for training and trial") };
        var command = new Command("add-users", language.Say("按清单建立收发台用户，显示其一次性密码；节点须停止", "Opens the accounts of a list and prints their one-time passwords; the node must not be running")) { data, file, lasting };
        command.SetAction((parsed, _) => GuardAsync(parsed, () =>
        {
            var folder = DataFolder.Of(parsed.GetRequiredValue(data));
            var offices = NodeFile.Read(folder).Offices.Select(PartyId.Parse).Where(office => !office.IsMachine).Select(office => office.Local).ToList();
            using var only = folder.Claim();
            var list = AccountList.Read(parsed.GetRequiredValue(file).FullName, offices);
            var opened = OwnerAct.Record(
                folder.AuditTrail, "OpenAccounts", list.Particulars, () => list.Open(PagesSettings.Read(folder.PagesSettings), NodeApplication.PagesFilesOf(folder), parsed.GetValue(lasting)));
            AccountList.Show(line.AnswerOf(parsed), opened, parsed.GetValue(lasting));
            return Task.FromResult(0);
        }));
        return command;
    }

    private Command Audit()
    {
        var command = new Command("audit", language.Say("核验节点所存的一切；节点须停止", "Verifies everything the node keeps; the node must not be running")) { data };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            var answer = line.AnswerOf(parsed);
            var report = await WorkBar.WatchAsync(answer, bar => StoreAudit.RunAsync(DataFolder.Of(parsed.GetRequiredValue(data)), cancellation, bar));
            answer.Show(report, report.Lines(answer));
            return report.Passed ? 0 : 1;
        }));
        return command;
    }

    private Command Version()
    {
        var command = new Command("version", language.Say("显示版本", "Prints the version"));
        command.SetAction(_ => Console.WriteLine(NodeOverview.Version));
        return command;
    }

    private static Dictionary<PartyId, Pkcs11Uri> Tokens(Invitation invitation, string[] perOffice)
    {
        var tokens = new Dictionary<PartyId, Pkcs11Uri>();
        foreach (var text in perOffice)
        {
            var office = text.Split('=', 2) is [var name, _] ? PartyId.TryParse(name.Contains('/') ? name : $"{invitation.Exchange}/{name}") : null;
            var token = office is null ? null : TokenUri(office, text[(text.IndexOf('=') + 1)..]);
            if (office is null || token is null || tokens.ContainsKey(office))
            {
                // Without the rest: somebody may have put a PIN there.
                var given = text.Split('=', ':')[0];
                throw Usage($"--token 以“{given}”开头的值应为 <单位>=pkcs11:…，每个单位一次。", $"The --token that begins with '{given}' is not <office>=pkcs11:…, each office once.");
            }

            tokens.Add(Invited(invitation, office), token);
        }

        return tokens;
    }

    private static Pkcs11Uri TokenUri(PartyId office, string text)
    {
        try
        {
            return Pkcs11Uri.Parse(text);
        }
        catch (FormatException fault)
        {
            throw Usage(
                $"{office} 的 --token 不是可用的 PKCS#11 URI（RFC 7512）：以 pkcs11: 开头，须有 object= 或 id=，须有 module-path=，不含 PIN。",
                $"The --token of {office} is no PKCS#11 URI that can be used: {fault.Message}");
        }
    }

    private static Dictionary<PartyId, Suite> Suites(Invitation invitation, string all, string[] perOffice)
    {
        var suites = invitation.OfficeIds.ToDictionary(office => office, _ => Parse(all));
        foreach (var pair in perOffice.Select(text => text.Split('=')))
        {
            if (pair is not [var office, var name] || PartyId.TryParse(office.Contains('/') ? office : $"{invitation.Exchange}/{office}") is not { } id)
            {
                throw Usage($"“{string.Join('=', pair)}”应为 <单位>=intl 或 <单位>=gm。", $"'{string.Join('=', pair)}' is not <office>=intl or <office>=gm.");
            }

            var suite = Parse(name);
            suites[Invited(invitation, id)] = suite;
        }

        return suites;
    }

    private static Suite Parse(string name) => name switch
    {
        "intl" => Suite.Intl,
        "gm" => Suite.Gm,
        _ => throw Usage($"“{name}”不是算法：intl 或 gm。", $"'{name}' is not a suite: intl or gm."),
    };

    // What is typed has the right form; that the invitation names others only the file shows.
    private static PartyId Invited(Invitation invitation, PartyId office) => invitation.OfficeIds.Contains(office)
        ? office
        : throw new FailedException("NOT_FOUND", $"邀请中没有单位“{office.Local}”，只有：{Named(invitation)}。", $"The invitation has no office '{office.Local}', only {Named(invitation)}.");

    private static string Named(Invitation invitation) => string.Join(' ', invitation.OfficeIds.Select(office => office.Local));

    private static UsageException Usage(string chinese, string english) => new(chinese, english);

    private Task<int> GuardAsync(ParseResult parsed, Func<Task<int>> verb) => VerbEdge.GuardAsync(line.AnswerOf(parsed), verb, Explain);

    internal static Complaint? Explain(Exception fault) => fault switch
    {
        RpcException failure => new Complaint(1, "UNREACHABLE", "连接不到中心，或对方不是所要的中心。", "The hub cannot be reached or is not the one expected: " + failure.Status.Detail),
        UpgradeException refused => new Complaint(1, refused.Reason, refused.Chinese, refused.Message),
        TokenException => new Complaint(1, "TOKEN", "密码令牌：" + FaultWords.Of(fault), fault.Message),
        _ => null,
    };
}
