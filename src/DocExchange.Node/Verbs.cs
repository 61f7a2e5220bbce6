using System.CommandLine;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Node.Auditing;
using DocExchange.Node.Backups;
using DocExchange.Node.Desk;
using DocExchange.Node.Enrolling;
using DocExchange.Node.Keys;
using DocExchange.Node.OaApi;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;
using DocExchange.Trust.Keys;
using Grpc.Core;

namespace DocExchange.Node;

/// <summary>The verbs of the executable. Exit codes: 0 passed, 1 failed, 2 waiting for others, 64 usage error, 70 internal.</summary>
internal static class Verbs
{
    private const int UsageError = 64;
    private const int Internal = 70;

    private static readonly Option<string> Data = new("--data") { Description = "The node's data folder.", Required = true };

    private static readonly Option<string> Format = Choice("--format", "输出格式 / Output format", VerbAnswer.Formats);
    private static readonly Option<string> Language = Choice("--lang", "语言 / Language", VerbAnswer.Languages);

    /// <returns>64 for wrong arguments, 70 for a fault of the program's own (sysexits.h), else what the verb says.</returns>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var parsed = Root().Parse(args);
        try
        {
            var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 && code != 0 ? UsageError : code;
        }
        catch (Exception fault)
        {
            return Complain(Internal, VerbAnswer.InternalError(fault));
        }
    }

    private static RootCommand Root() => new("A node of DocExchange: the offices of one place, their keys, their documents.") { Enrol(), Run(), CreateAdmin(), AddUsers(), TokenVerbs.Token(Data, GuardAsync), Audit(), TrailVerb.Make(Data, GuardAsync), BackupVerbs.Backup(Data, GuardAsync), BackupVerbs.Restore(Data, GuardAsync), Version(), Format, Language };

    private static Command Enrol()
    {
        var invitation = new Option<FileInfo>("--invitation") { Description = "The invitation file the hub's administrator handed over.", Required = true };
        var suite = new Option<string>("--suite") { Description = "intl (ECDSA) or gm (SM2), for all offices.", DefaultValueFactory = _ => "intl" };
        suite.AcceptOnlyFromAmong("intl", "gm");
        var perOffice = new Option<string[]>("--offices-suite") { Description = "office=intl or office=gm, for single offices; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var token = new Option<string[]>("--token") { Description = "office=pkcs11:…, for an office whose RSA or ECDSA key is on a token (RFC 7512); may be repeated." };
        var renew = new Option<bool>("--renew") { Description = "Draw new keys for an enrolled node; its old keys sign for them." };
        var command = new Command("enrol", "Joins this node to an exchange. Can be repeated after a failure.") { Data, invitation, suite, perOffice, token, renew };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var read = Invitation.Read(parsed.GetRequiredValue(invitation).FullName);
            var suites = Suites(read, parsed.GetValue(suite)!, parsed.GetValue(perOffice) ?? []);
            var node = await new Enrolment(new DataFolder(parsed.GetRequiredValue(Data)), read, suites, Tokens(read, parsed.GetValue(token) ?? []), parsed.GetValue(renew)).RunAsync(TimeProvider.System, cancellation);
            var answer = AnswerOf(parsed);
            answer.Show(new { node = node.Node, offices = node.Offices }, answer.Say($"已登记 {node.Node}，承载单位：{string.Join("、", node.Offices)}", $"enrolled {node.Node}, offices: {string.Join(" ", node.Offices)}"));
            return 0;
        }));
        return command;
    }

    private static Command Run()
    {
        var pages = new Option<string>("--pages") { Description = "IP address and port of the pages, such as 0.0.0.0:8443, or none; in the place of pages.json." };
        var command = new Command("run", "Runs the node until it is told to stop.") { Data, pages };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            await NodeApplication.RunAsync(new DataFolder(parsed.GetRequiredValue(Data)), parsed.GetValue(pages), cancellation);
            return 0;
        }));
        return command;
    }

    private static Command CreateAdmin()
    {
        var user = new Option<string>("--user") { Description = "User name: 2 to 40 lower-case letters, digits, dots, hyphens.", Required = true };
        var name = new Option<string>("--name") { Description = "The person's name.", Required = true };
        var role = new Option<string>("--role") { Description = "system, security or audit: three persons, never one.", DefaultValueFactory = _ => FirstAccount.Roles[0] };
        role.AcceptOnlyFromAmong([.. FirstAccount.Roles]);
        var command = new Command("create-admin", "Opens the account of an administrator of the desk and prints its one-time password. The node must not be running.") { Data, user, name, role };
        command.SetAction((parsed, _) => GuardAsync(() =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(Data));
            NodeFile.Read(folder);
            using var only = SingleProcess.Claim(folder.Root);
            var (account, password) = FirstAccount.Open(PagesSettings.Read(folder.PagesSettings), NodeApplication.PagesFilesOf(folder), parsed.GetRequiredValue(user), parsed.GetRequiredValue(name), parsed.GetRequiredValue(role));
            var answer = AnswerOf(parsed);
            answer.Show(new { user = account.Id, password }, answer.Say($"用户名 {account.Id} 一次性密码 {password}", $"user {account.Id} one-time password {password}"));
            return Task.FromResult(0);
        }));
        return command;
    }

    private static Command AddUsers()
    {
        var file = new Option<FileInfo>("--file") { Description = "Lines of user,name,roles; roles apart by spaces, office:role for one office or role for all.", Required = true };
        var lasting = new Option<bool>("--lasting") { Description = "The passwords need not be changed at the first sign-in: for training and trial." };
        var command = new Command("add-users", "Opens the accounts of a list and prints their passwords. The node must not be running.") { Data, file, lasting };
        command.SetAction((parsed, _) => GuardAsync(() =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(Data));
            var offices = NodeFile.Read(folder).Offices.Select(PartyId.Parse).Where(office => !office.IsMachine).Select(office => office.Local).ToList();
            using var only = SingleProcess.Claim(folder.Root);
            var opened = AccountList.Open(
                PagesSettings.Read(folder.PagesSettings), NodeApplication.PagesFilesOf(folder), parsed.GetRequiredValue(file).FullName, offices, parsed.GetValue(lasting));
            var answer = AnswerOf(parsed);
            answer.Show(opened.Select(each => new { user = each.Account.Id, password = each.Password }), opened.Select(each => answer.Say($"用户名 {each.Account.Id} 密码 {each.Password}", $"user {each.Account.Id} password {each.Password}")));
            return Task.FromResult(0);
        }));
        return command;
    }

    private static Command Audit()
    {
        var command = new Command("audit", "Verifies everything the node keeps. The node must not be running.") { Data };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var report = await StoreAudit.RunAsync(new DataFolder(parsed.GetRequiredValue(Data)), cancellation);
            AnswerOf(parsed).Show(report, report.Lines(AnswerOf(parsed)));
            return report.Passed ? 0 : 1;
        }));
        return command;
    }

    private static Command Version()
    {
        var command = new Command("version", "Prints the version.");
        command.SetAction(_ => Console.WriteLine(NodeOverview.Version));
        return command;
    }

    /// <summary>How this call wants to be answered.</summary>
    internal static VerbAnswer AnswerOf(ParseResult parsed) => VerbAnswer.Of(parsed.GetValue(Format), parsed.GetValue(Language));

    private static Option<string> Choice(string name, string description, string[] choices)
    {
        var option = new Option<string>(name) { Recursive = true, Description = description, DefaultValueFactory = _ => choices[0] };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }

    private static Dictionary<PartyId, Pkcs11Uri> Tokens(Invitation invitation, string[] perOffice)
    {
        var tokens = new Dictionary<PartyId, Pkcs11Uri>();
        foreach (var text in perOffice)
        {
            var office = text.Split('=', 2) is [var name, _] ? PartyId.TryParse(name.Contains('/') ? name : $"{invitation.Exchange}/{name}") : null;
            if (office is null || !invitation.OfficeIds.Contains(office) || !tokens.TryAdd(office, Pkcs11Uri.Parse(text[(text.IndexOf('=') + 1)..])))
            {
                throw new ArgumentException($"'{text}' is not <office>=pkcs11:… with an office of the invitation, each once.");
            }
        }

        return tokens;
    }

    private static Dictionary<PartyId, Suite> Suites(Invitation invitation, string all, string[] perOffice)
    {
        var suites = invitation.OfficeIds.ToDictionary(office => office, _ => Parse(all));
        foreach (var pair in perOffice.Select(text => text.Split('=')))
        {
            if (pair is not [var office, var name] || PartyId.TryParse(office.Contains('/') ? office : $"{invitation.Exchange}/{office}") is not { } id || !suites.ContainsKey(id))
            {
                throw new ArgumentException($"'{string.Join('=', pair)}' is not <office>=intl or <office>=gm with an office of the invitation.");
            }

            suites[id] = Parse(name);
        }

        return suites;
    }

    private static Suite Parse(string name) => name switch
    {
        "intl" => Suite.Intl,
        "gm" => Suite.Gm,
        _ => throw new ArgumentException($"'{name}' is not a suite: intl or gm."),
    };

    private static async Task<int> GuardAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (RefusedException refused)
        {
            return Complain(refused.Refusal == Refusal.Pending ? 2 : 1, $"{refused.Refusal.ToReason()}: {refused.Message} {refused.English}");
        }
        catch (RpcException failure)
        {
            return Complain(1, $"The hub cannot be reached or is not the one expected: {failure.Status.Detail}");
        }
        catch (ArgumentException fault)
        {
            return Complain(UsageError, fault.Message);
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or System.ComponentModel.DataAnnotations.ValidationException or WrongPasswordException or TokenException or IOException or UnauthorizedAccessException)
        {
            return Complain(1, fault.Message);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private static int Complain(int code, string message)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
