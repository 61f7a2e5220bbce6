using System.CommandLine;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Tokens;

/// <summary>The tokens of OA systems at a node that runs; <c>docex node token</c> does it at one that is stopped.</summary>
internal static class TokenVerbs
{
    public static Command All(Terminal terminal) => new VerbGroup(
        terminal, "token", "OA 系统接口令牌（以单位管理员登录）", "Tokens of OA systems (with the office administrator's account)",
        new TokenListVerb(terminal), new TokenMakeVerb(terminal), new TokenEndVerb(terminal));

    public static object Value(OaToken token) => new { id = token.Id, application = token.Application, roles = token.Roles, madeBy = token.MadeBy, until = token.Until, usedAt = token.UsedAt, state = token.State };

    public static string Line(Screen screen, OaToken token) => string.Join("  ", new[]
    {
        token.Id,
        token.Application,
        string.Join(' ', token.Roles),
        screen.Say($"至 {token.Until}", $"until {token.Until}"),
        token.State switch
        {
            "InForce" => screen.Say("有效", "in force"),
            "OutOfDate" => screen.Say("已过期", "out of date"),
            "Ended" => screen.Say("已停用", "ended"),
            var state => state,
        },
        token.MadeBy,
        token.UsedAt.Length > 0 ? screen.Say($"最近使用 {token.UsedAt}", $"last used {token.UsedAt}") : "",
    }.Where(column => column.Length > 0));
}

/// <summary><c>docex token list</c></summary>
internal sealed class TokenListVerb(Terminal terminal) : SignedInVerb(terminal, "list", "本单位的令牌，不含密文", "The tokens of the office, without their secrets")
{
    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var reply = await new Staff.StaffClient(node).ListTokensAsync(new ListTokensRequest { Office = Office(parse) }, cancellationToken: cancellation);
        screen.Show(
            new { tokens = reply.Tokens.Select(TokenVerbs.Value) },
            reply.Tokens.Count == 0 ? [screen.Say("没有令牌。", "No tokens.")] : reply.Tokens.Select(token => TokenVerbs.Line(screen, token)));
        return ExitCode.Ok;
    }
}

/// <summary><c>docex token make</c></summary>
internal sealed class TokenMakeVerb : SignedInVerb
{
    private readonly Option<string> application;
    private readonly Option<string[]> roles;
    private readonly Option<uint> days;

    public TokenMakeVerb(Terminal terminal)
        : base(terminal, "make", "建立令牌，只显示一次", "Make a token and print it, once")
    {
        application = Required<string>("--application", "OA 系统的名称", "Name of the OA system");
        roles = Required<string[]>("--role", "clerk、reader、dispatcher、seal-keeper、supervisor；可多次给出", "clerk, reader, dispatcher, seal-keeper, supervisor; may be given several times");
        days = Option("--days", "有效天数", "Days it is valid", 365u);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var request = new MakeTokenRequest { Office = Office(parse), Application = parse.GetRequiredValue(application), Roles = { parse.GetRequiredValue(roles) }, Days = parse.GetValue(days) };
        var reply = await new Staff.StaffClient(node).MakeTokenAsync(request, cancellationToken: cancellation);
        screen.Show(
            new { made = TokenVerbs.Value(reply.Made), token = reply.Token },
            screen.Say($"令牌 {reply.Made.Id} 有效期至 {reply.Made.Until}，只显示这一次：", $"token {reply.Made.Id} valid until {reply.Made.Until}, shown this once:"),
            reply.Token);
        return ExitCode.Ok;
    }
}

/// <summary><c>docex token end</c></summary>
internal sealed class TokenEndVerb : SignedInVerb
{
    private readonly Argument<string> id;

    public TokenEndVerb(Terminal terminal)
        : base(terminal, "end", "立即停用令牌，不可恢复", "End a token at once and for good") =>
        id = Argument("TOKEN", "令牌标识，见 token list", "Id of the token, as token list has it");

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, CallInvoker node, CancellationToken cancellation)
    {
        var ended = parse.GetRequiredValue(id);
        await new Staff.StaffClient(node).EndTokenAsync(new EndTokenRequest { Office = Office(parse), Id = ended }, cancellationToken: cancellation);
        screen.Show(new { ended }, screen.Say($"已停用 {ended}", $"ended {ended}"));
        return ExitCode.Ok;
    }
}
