using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Durability.Upgrades;
using DocExchange.Hub.Backups;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using DocExchange.Pages.Auditing;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Faults;

namespace DocExchange.Hub.Operations;

/// <summary>What the hub's executable does on its data folder.</summary>
internal sealed class HubVerbs(VerbLanguage language)
{
    private const int MaxCertificateFile = 1024 * 1024;

    // The host itself hears SIGTERM and finishes what it acknowledged; a time to end would cut that short.
    private readonly ServerCommandLine line = new("docex hub", language, timeToEnd: null);

    private BackupVerbs Backups => new(language, Data, line.AnswerOf);

    public RootCommand Root() => new(language.Say("DocExchange 交换中心：收、转、存、证。", "The hub of DocExchange: takes in, routes, archives, proves."))
    {
        Init(), Certify(), Run(), CreateAdmin(), AddUsers(), Rebuild(), Audit(), TrailVerb.Make(language, Data(), line.Format, GuardAsync, data => HubFolder.Of(data).AuditTrail),
        Backups.Backup(), Backups.Restore(), line.Format, line.Languages,
    };

    private Command Init()
    {
        var data = Data();
        var exchange = new Option<string>("--exchange") { Required = true, Description = language.Say("交换平台标识：小写字母、数字、连字符", "Id of the exchange: lower-case letters, digits, hyphens") };
        var organization = new Option<string>("--organization") { Required = true, Description = language.Say("运行单位的名称", "Name of the operating office") };
        var address = new Option<string>("--address") { Required = true, Description = language.Say("各节点连接中心的地址，host:port", "host:port the nodes reach the hub at") };
        var enrolment = new Option<string>("--enrolment") { Required = true, Description = language.Say("登记端口的地址，host:port", "host:port of the enrolment listener") };
        var listen = new Option<string>("--listen") { DefaultValueFactory = _ => "127.0.0.1", Description = language.Say("监听的 IP 地址", "Address to listen on") };
        var quorum = new Option<int>("--witness-quorum") { DefaultValueFactory = _ => new HubSettings().WitnessQuorum, Description = language.Say("账本检查点有多少个节点的见证签名即为已见证", "Cosignatures of nodes that make a checkpoint of the ledger witnessed") };
        var witness = new Option<string[]>("--witness") { DefaultValueFactory = _ => [], Description = language.Say("担任见证的节点标识，可多次给出；不给出则所有节点都是", "Id of a node that is a witness, may be given several times; without it every node is") };
        var external = new Option<bool>("--external-ca") { Description = language.Say("全部密钥由外部证书颁发机构签发证书：只生成证书请求，不建立颁发机构", "An outside authority certifies all keys: makes requests, no authorities") };
        var command = new Command("init", language.Say("建立数据目录：密钥、证书颁发机构、账本、首版机构目录", "Makes the data folder: keys, authorities, ledger, first directory")) { data, exchange, organization, address, enrolment, listen, quorum, witness, external };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            var settings = new HubSettings
            {
                Exchange = parsed.GetValue(exchange)!,
                Organization = parsed.GetValue(organization)!,
                Address = parsed.GetValue(address)!,
                EnrolmentAddress = parsed.GetValue(enrolment)!,
                Listen = parsed.GetValue(listen)!,
                WitnessQuorum = parsed.GetValue(quorum),
                Witnesses = parsed.GetValue(witness) ?? [],
                ExternalAuthority = parsed.GetValue(external),
            };
            var requests = await HubSetup.CreateAsync(HubFolder.Of(parsed.GetValue(data)!), settings, TimeProvider.System, cancellation);
            var next = settings.ExternalAuthority
                ? $"docex hub certify --data {parsed.GetValue(data)} --authority ROOTS.pem --certificate TLS.pem MACHINE.pem SEAL-MAKER.pem TSA.pem"
                : $"docex hub run --data {parsed.GetValue(data)}";
            var answer = line.AnswerOf(parsed);
            answer.Show(
                new { exchange = settings.Exchange, requests, next },
                [.. requests.Select(request => answer.Say($"证书请求 {request}", $"request {request}")), answer.Say(
                    $"已建立 {settings.Exchange}。{(settings.ExternalAuthority ? "请外部证书颁发机构按以上请求签发证书，然后" : "下一步")}：{next}",
                    $"Set up {settings.Exchange}. {(settings.ExternalAuthority ? "Have the outside authority certify these requests, then" : "Next")}: {next}")]);
            return 0;
        }));
        return command;
    }

    private Command Run()
    {
        var data = Data();
        var pages = new Option<string>("--pages") { Description = language.Say("网页的 IP 地址和端口，如 0.0.0.0:8443，或 none；代替 pages.json", "IP address and port of the pages, such as 0.0.0.0:8443, or none; in the place of pages.json") };
        var command = new Command("run", language.Say("运行中心，直至收到 SIGTERM", "Runs the hub until SIGTERM")) { data, pages };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            var running = HubHost.RunAsync(HubFolder.Of(parsed.GetValue(data)!), parsed.GetValue(pages), cancellation);
            await running.WhenToldToStop();
            return running.IsCanceled ? 0 : await running;
        }));
        return command;
    }

    private Command CreateAdmin()
    {
        var data = Data();
        var user = new Option<string>("--user") { Required = true, Description = language.Say("用户名：2 至 40 个小写字母、数字、点、连字符", "User name: 2 to 40 lower-case letters, digits, dots, hyphens") };
        var name = new Option<string>("--name") { Required = true, Description = language.Say("姓名", "The person's name") };
        var role = new Option<string>("--role") { DefaultValueFactory = _ => FirstAccount.Roles[0], Description = language.Say("system（系统管理员）、security（安全管理员）或 audit（审计管理员）：须由三人分任", "system, security or audit: three persons, never one") };
        role.AcceptOnlyFromAmong([.. FirstAccount.Roles]);
        var command = new Command("create-admin", language.Say("建立控制台管理员用户，显示其一次性口令；中心须停止", "Opens the account of an administrator of the console and prints its one-time password; the hub must not be running")) { data, user, name, role };
        command.SetAction((parsed, _) => GuardAsync(parsed, () =>
        {
            var folder = HubFolder.Of(parsed.GetValue(data)!);
            HubSettings.Read(folder.Settings);
            using var only = folder.Claim();
            var (id, called, given) = (parsed.GetValue(user)!, parsed.GetValue(name)!, parsed.GetValue(role)!);
            var (account, password) = OwnerAct.Record(
                folder.AuditTrail, "OpenAccount", FirstAccount.Particulars(id, called, given), () => FirstAccount.Open(PagesSettings.Read(folder.PagesSettings), folder.PagesFiles, id, called, given));
            var answer = line.AnswerOf(parsed);
            answer.Show(new { user = account.Id, password }, answer.Say($"用户名 {account.Id} 一次性密码 {password}", $"user {account.Id} one-time password {password}"));
            return Task.FromResult(0);
        }));
        return command;
    }

    private Command AddUsers()
    {
        var data = Data();
        var file = new Option<FileInfo>("--file") { Required = true, Description = language.Say("每行为 user,name,roles；多个角色以空格分隔", "Lines of user,name,roles; roles apart by spaces") };
        var lasting = new Option<bool>("--lasting") { Description = language.Say("所显示的密码不是一次性的，首次登录时不必修改：用于培训和试用", "The printed passwords last and need not be changed at the first sign-in: for training and trial") };
        var command = new Command("add-users", language.Say("按清单建立控制台用户，显示其一次性密码；中心须停止", "Opens the accounts of a list and prints their one-time passwords; the hub must not be running")) { data, file, lasting };
        command.SetAction((parsed, _) => GuardAsync(parsed, () =>
        {
            var folder = HubFolder.Of(parsed.GetValue(data)!);
            HubSettings.Read(folder.Settings);
            using var only = folder.Claim();
            var list = AccountList.Read(parsed.GetValue(file)!.FullName, []);
            var opened = OwnerAct.Record(folder.AuditTrail, "OpenAccounts", list.Particulars, () => list.Open(PagesSettings.Read(folder.PagesSettings), folder.PagesFiles, parsed.GetValue(lasting)));
            AccountList.Show(line.AnswerOf(parsed), opened, parsed.GetValue(lasting));
            return Task.FromResult(0);
        }));
        return command;
    }

    private Command Certify()
    {
        var data = Data();
        var authority = new Option<string[]>("--authority") { Required = true, AllowMultipleArgumentsPerToken = true, Description = language.Say("平台认可的根和签发机构证书（PEM 或 DER）", "Roots and issuing authorities the exchange accepts (PEM or DER)") };
        var certificate = new Option<string[]>("--certificate") { Required = true, AllowMultipleArgumentsPerToken = true, Description = language.Say("外部证书颁发机构为中心签发的证书（PEM 或 DER）", "The hub's certificates by the outside authority (PEM or DER)") };
        var command = new Command("certify", language.Say("导入外部证书颁发机构为中心签发的证书；中心须停止", "Takes in the hub's own certificates by an outside authority; the hub must not be running")) { data, authority, certificate };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            var certified = await OutsideSetup.CertifyAsync(
                HubFolder.Of(parsed.GetValue(data)!), Read(parsed.GetValue(authority)!), Read(parsed.GetValue(certificate)!), TimeProvider.System, cancellation);
            var answer = line.AnswerOf(parsed);
            var next = $"docex hub run --data {parsed.GetValue(data)}";
            answer.Show(new { certified, next }, [.. certified.Select(what => answer.Say($"已装入证书 {what}", $"certified {what}")), answer.Say($"下一步：{next}", $"Next: {next}")]);
            return 0;
        }));
        return command;
    }

    private Command Rebuild()
    {
        var data = Data();
        var command = new Command("rebuild", language.Say("由账本重建目录库；中心须停止", "Makes the catalogue anew from the ledger; the hub must not be running")) { data };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            var answer = line.AnswerOf(parsed);
            var size = await WorkBar.WatchAsync(answer, bar => HubHost.RebuildAsync(HubFolder.Of(parsed.GetValue(data)!), bar, cancellation));
            answer.Show(new { rebuiltEntries = size }, answer.Say($"目录库已按账本的 {size} 条重建。", $"The catalogue was made anew from {size} entries of the ledger."));
            return 0;
        }));
        return command;
    }

    private Command Audit()
    {
        var data = Data();
        var volumes = new Option<string[]>("--volume") { Description = language.Say("已封档案卷的副本，也与账本核对；可多次给出", "A copy of a closed volume, compared with the ledger too; may be repeated") };
        var catalogue = new Option<bool>("--catalogue") { Description = language.Say("先将目录库与由账本另建的一份逐行核对；中心须停止", "Compares the catalogue row by row first with one made anew from the ledger; the hub must not be running") };
        var command = new Command("audit", language.Say("重读整个账本：树、检查点、凭证链、签名；再核对审计日志和账本所载的已封档案卷", "Reads the whole ledger again: tree, checkpoints, chains, signatures; then the audit trail and the closed volumes it vouches for")) { data, volumes, catalogue };
        command.SetAction((parsed, cancellation) => GuardAsync(parsed, async () =>
        {
            var answer = line.AnswerOf(parsed);
            var folder = HubFolder.Of(parsed.GetValue(data)!);
            var result = await WorkBar.WatchAsync(answer, async bar =>
            {
                var differences = parsed.GetValue(catalogue) ? await CatalogueAudit.RunAsync(folder, bar, cancellation) : [];
                var found = await HubAudit.RunAsync(folder, parsed.GetValue(volumes) ?? [], cancellation, bar: bar);
                return found with { Problems = [.. found.Problems, .. differences] };
            });
            answer.Show(result.Told(answer), result.Lines(answer));
            return result.Problems.Count == 0 ? 0 : 1;
        }));
        return command;
    }

    /// <inheritdoc cref="ServerCommandLine.InvokeAsync"/>
    public Task<int> InvokeAsync(string[] args) => line.InvokeAsync(Root(), args);

    private static IReadOnlyList<Certificate> Read(string[] files) => [.. files.SelectMany(file => new FileInfo(file).Length <= MaxCertificateFile
        ? Certificate.ParseAll(File.ReadAllBytes(file))
        : throw new FailedException("FORMAT_FAILURE", $"“{file}”超过 {MaxCertificateFile} 字节。", $"'{file}' is larger than {MaxCertificateFile} bytes.")).Distinct()];

    private Option<string> Data() => new("--data") { Required = true, Description = language.Say("数据目录", "Data folder") };

    private Task<int> GuardAsync(ParseResult parsed, Func<Task<int>> verb) => GuardAsync(line.AnswerOf(parsed), verb);

    internal static Task<int> GuardAsync(VerbAnswer answer, Func<Task<int>> verb, Func<Exception, Complaint?>? explain = null) =>
        VerbEdge.GuardAsync(answer, verb, fault => explain?.Invoke(fault) ?? Explain(fault));

    internal static Complaint? Explain(Exception fault) => fault switch
    {
        LedgerCorruptException => new Complaint(1, "LEDGER_CORRUPT", "账本已损坏：" + FaultWords.Of(fault), fault.Message),
        UpgradeException refused => new Complaint(1, refused.Reason, refused.Chinese, refused.Message),
        _ => null,
    };
}
