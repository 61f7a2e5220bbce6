using System.CommandLine;
using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;
using DocExchange.Pages.Auditing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.OaApi;

/// <summary>Tokens by command, while the node does not run; while it does, the desk has a page for it.</summary>
internal sealed class TokenVerbs(VerbLanguage language, Option<string> data, Func<ParseResult, VerbAnswer> answerOf, Func<ParseResult, Func<Task<int>>, Task<int>> guard)
{
    // Who may read the data folder; the node does not know them by name.
    private static readonly Actor Operator = new("operator", "节点运行人员", Roles.System, "local");

    public Command Token() =>
        new("token", language.Say("OA 系统代表单位调用接口的令牌；节点须停止", "Tokens by which OA systems speak for an office; the node must not be running")) { Add(), List(), End() };

    private Command Add()
    {
        var office = Office();
        var application = new Option<string>("--application") { Description = language.Say("OA 系统的名称", "Name of the OA system"), Required = true };
        var roles = new Option<string[]>("--role") { Description = language.Say($"{string.Join("、", TokenBook.Roles)}；可多次给出", $"{string.Join(", ", TokenBook.Roles)}; may be repeated"), Required = true };
        roles.AcceptOnlyFromAmong([.. TokenBook.Roles]);
        var days = new Option<int>("--days") { Description = language.Say("有效天数", "Days it is valid"), DefaultValueFactory = _ => TokenBook.DefaultDays };
        var command = new Command("make", language.Say("建立令牌，只显示一次", "Makes a token and prints it, once")) { data, office, application, roles, days };
        command.SetAction((parsed, _) => guard(parsed, () => With(parsed.GetRequiredValue(data), parsed.GetRequiredValue(office), (book, party, trail) =>
        {
            var (called, given) = (parsed.GetRequiredValue(application), parsed.GetRequiredValue(roles));
            var what = new Dictionary<string, string> { ["office"] = party.ToString(), ["application"] = called, ["roles"] = string.Join(' ', given) };
            var (token, text) = OwnerAct.Record(trail, "MakeToken", what, () => book.Make(party, called, given, parsed.GetValue(days), Operator), TokenBook.Outcome);
            var answer = answerOf(parsed);
            answer.Show(
                new { id = token.Id, until = token.Until, token = text },
                answer.Say($"令牌 {token.Id} 有效期至 {Day(token.Until)}，只显示这一次：", $"token {token.Id} valid until {Day(token.Until)}, shown this once:"),
                text);
        })));
        return command;
    }

    private Command List()
    {
        var office = Office();
        var command = new Command("list", language.Say("列出单位的令牌，不含密文", "Shows the tokens of an office, without their secrets")) { data, office };
        command.SetAction((parsed, _) => guard(parsed, () => With(parsed.GetRequiredValue(data), parsed.GetRequiredValue(office), (book, party, _) =>
        {
            var (answer, now) = (answerOf(parsed), TimeProvider.System.GetUtcNow());
            answer.Show(
                book.Of(party).Select(token => new { id = token.Id, application = token.Application, roles = token.Roles, until = token.Until, endedAt = token.EndedAt, inForce = token.IsInForce(now) }),
                book.Of(party).Select(token => answer.Say(
                    $"{token.Id}  {token.Application}  {string.Join(' ', token.Roles)}  至 {Day(token.Until)}  {(token.EndedAt is not null ? "已停用" : token.IsInForce(now) ? "有效" : "已过期")}",
                    $"{token.Id}  {token.Application}  {string.Join(' ', token.Roles)}  until {Day(token.Until)}  {(token.EndedAt is not null ? "ended" : token.IsInForce(now) ? "in force" : "out of date")}")));
        })));
        return command;
    }

    private Command End()
    {
        var office = Office();
        var id = new Option<string>("--id") { Description = language.Say("令牌标识，见 list", "Id of the token, as the list has it"), Required = true };
        var command = new Command("end", language.Say("立即停用令牌，不可恢复", "Ends a token at once and for good")) { data, office, id };
        command.SetAction((parsed, _) => guard(parsed, () => With(parsed.GetRequiredValue(data), parsed.GetRequiredValue(office), (book, party, trail) =>
        {
            var (answer, ended) = (answerOf(parsed), parsed.GetRequiredValue(id));
            OwnerAct.Record(trail, "EndToken", new Dictionary<string, string> { ["office"] = party.ToString(), ["token"] = ended }, () => book.End(party, ended, Operator));
            answer.Show(new { ended }, answer.Say($"已停用 {ended}", $"ended {ended}"));
        })));
        return command;
    }

    private static Task<int> With(string data, string office, Action<TokenBook, PartyId, string> work)
    {
        var folder = DataFolder.Of(data);
        var node = NodeFile.Read(folder);
        var party = node.Offices.Select(PartyId.Parse).FirstOrDefault(id => !id.IsMachine && (id.Local == office || id.ToString() == office))
            ?? throw new FailedException("NOT_FOUND", $"“{office}”不是本节点的单位：{string.Join(' ', node.Offices)}。", $"'{office}' is not an office of this node: {string.Join(' ', node.Offices)}.");
        using var only = folder.Claim();
        using var records = new NodeRecords(folder);
        work(new TokenBook(records, Options.Create(NodeSettings.Read<OaOptions>(folder.Settings)), TimeProvider.System, NullLogger<TokenBook>.Instance), party, folder.AuditTrail);
        return Task.FromResult(0);
    }

    private Option<string> Office() => new("--office") { Description = language.Say("所代表的单位", "The office it speaks for"), Required = true };

    private static string Day(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
