using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages;
using DocExchange.Pages.Accounts;

namespace DocExchange.Node.DeskPages.People;

/// <summary>Binds the certificate somebody may sign in to the desk with, while the node is stopped.</summary>
internal static class CertificateVerb
{
    public static Command Make(VerbLanguage language, Option<string> data, Func<ParseResult, VerbAnswer> answerOf, Func<Func<Task<int>>, Task<int>> guard)
    {
        var user = new Option<string>("--user") { Description = language.Say("用户名", "User name"), Required = true };
        var file = new Option<FileInfo?>("--certificate") { Description = language.Say("个人证书（PEM 或 DER）；不给出则解除登记", "The person's certificate (PEM or DER); without it the one there is is unbound") };
        var command = new Command("bind-certificate", language.Say("登记或解除用户登录用的个人证书；节点须停止", "Binds or unbinds the certificate an account may sign in with; the node must not be running")) { data, user, file };
        command.SetAction((parsed, _) => guard(() =>
        {
            var folder = new DataFolder(parsed.GetRequiredValue(data));
            NodeFile.Read(folder);
            using var only = SingleProcess.Claim(folder.Root);
            var (answer, id) = (answerOf(parsed), parsed.GetRequiredValue(user));
            var bound = OfflineBinding.Change(PagesSettings.Read(folder.PagesSettings), NodeApplication.PagesFilesOf(folder), folder.AuditTrail, id, parsed.GetValue(file));
            answer.Show(
                new { user = id, certificate = bound?.Sha256, until = bound?.Until },
                bound is null ? answer.Say($"已解除 {id} 的证书登记", $"unbound the certificate of {id}") : answer.Say($"已为 {id} 登记证书 {bound.Subject}", $"bound the certificate of {bound.Subject} to {id}"));
            return Task.FromResult(0);
        }));
        return command;
    }
}
