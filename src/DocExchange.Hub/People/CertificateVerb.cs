using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Hub.Operations;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;

namespace DocExchange.Hub.People;

/// <summary>Binds the certificate somebody may sign in to the console with, while the hub is stopped.</summary>
internal static class CertificateVerb
{
    public static Command Make(VerbLanguage language, Func<ParseResult, VerbAnswer> answerOf)
    {
        var data = new Option<string>("--data") { Required = true, Description = language.Say("数据目录", "Data folder") };
        var user = new Option<string>("--user") { Required = true, Description = language.Say("用户名", "User name") };
        var file = new Option<FileInfo?>("--certificate") { Description = language.Say("个人证书（PEM 或 DER）；不给出则解除登记", "The person's certificate (PEM or DER); without it the one there is is unbound") };
        var command = new Command("bind-certificate", language.Say("登记或解除用户登录用的个人证书；中心须停止", "Binds or unbinds the certificate an account may sign in with; the hub must not be running")) { data, user, file };
        command.SetAction((parsed, _) => HubVerbs.GuardAsync(() =>
        {
            var folder = new HubFolder(Path.GetFullPath(parsed.GetValue(data)!));
            HubSettings.Read(folder.Settings);
            using var only = SingleProcess.Claim(folder.Root);
            var (answer, id) = (answerOf(parsed), parsed.GetValue(user)!);
            var bound = OfflineBinding.Change(PagesSettings.Read(folder.PagesSettings), folder.PagesFiles, folder.AuditTrail, id, parsed.GetValue(file));
            answer.Show(
                new { user = id, certificate = bound?.Sha256, until = bound?.Until },
                bound is null ? answer.Say($"已解除 {id} 的证书登记", $"unbound the certificate of {id}") : answer.Say($"已为 {id} 登记证书 {bound.Subject}", $"bound the certificate of {bound.Subject} to {id}"));
            return Task.FromResult(0);
        }));
        return command;
    }
}
