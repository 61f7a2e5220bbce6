using System.Security.Cryptography;
using System.Text;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Durability;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.OaApi;

/// <summary>
/// The tokens by which applications speak for an office: <c>docex_&lt;id&gt;_&lt;secret&gt;</c>, the secret 256 random bits and
/// shown once. Every change is on disk when it returns. Safe for concurrent use.
/// </summary>
internal sealed partial class TokenBook(NodeRecords records, IOptions<OaOptions> options, TimeProvider time, ILogger<TokenBook> log) : IApiTokens
{
    /// <summary>The roles a token may have; a seal is applied only for one that is also a seal keeper.</summary>
    public static readonly IReadOnlyList<string> Roles = [Core.Statements.Roles.Clerk, Core.Statements.Roles.Reader, Core.Statements.Roles.Dispatcher, Core.Statements.Roles.SealKeeper, Core.Statements.Roles.Supervisor];

    /// <summary>So long a token is good where nothing else is said.</summary>
    public const int DefaultDays = 365;

    private const string Prefix = "docex";
    private const int IdDigits = 12;
    private const int SecretDigits = 64;
    private const int MaxApplication = 60;

    /// <returns>The token, and its text, which is nowhere else.</returns>
    /// <exception cref="RefusedException">Name, roles or validity are none, or the office has too many tokens.</exception>
    public (TokenRow Token, string Text) Make(PartyId office, string application, IReadOnlyList<string> roles, int days, Actor by)
    {
        var now = time.GetUtcNow();
        Require(application, roles, days);
        var secret = RandomNumberGenerator.GetHexString(SecretDigits, lowercase: true);
        var row = new TokenRow
        {
            Id = RandomNumberGenerator.GetHexString(IdDigits, lowercase: true),
            Office = office.ToString(),
            Application = application.Trim(),
            Secret = Hash(secret),
            Roles = [.. roles.Distinct()],
            MadeBy = $"{by.Name}（{by.Id}）",
            MadeAt = now.ToUnixTimeMilliseconds(),
            Until = now.AddDays(days).ToUnixTimeMilliseconds(),
        };
        records.Write(() =>
        {
            if (Of(office).Count(token => token.IsInForce(now)) >= options.Value.MostTokens)
            {
                throw new RefusedException(Refusal.TooLarge, $"本单位有效令牌已达上限 {options.Value.MostTokens} 个，请先停用不再使用的。", $"The office has {options.Value.MostTokens} tokens in force, which is the limit. End one first.");
            }

            records.Tokens.Insert(row);
        });
        LogMade(row.Id, row.Office, row.Application, by.Id);
        return (row, $"{Prefix}_{row.Id}_{secret}");
    }

    /// <summary>What the audit trail says of one that was made: its id, never its text.</summary>
    public static IReadOnlyDictionary<string, string> Outcome((TokenRow Token, string Text) made) => new Dictionary<string, string> { ["token"] = made.Token.Id };

    /// <summary>The tokens of an office, the newest first.</summary>
    public IReadOnlyList<TokenRow> Of(PartyId office)
    {
        var id = office.ToString();
        return [.. records.Tokens.Find(Field.Is(nameof(TokenRow.Office), id)).OrderByDescending(row => row.MadeAt)];
    }

    /// <summary>Ends it at once and for good; ending it again changes nothing.</summary>
    /// <exception cref="RefusedException">The office has no such token.</exception>
    public void End(PartyId office, string id, Actor by)
    {
        records.Write(() =>
        {
            var row = records.Tokens.FindById(id) is { } found && found.Office == office.ToString() ? found : throw new RefusedException(Refusal.NotFound, "没有这个令牌。请从令牌列表选取。", "There is no such token. Choose one from the list of tokens.");
            row.EndedAt ??= time.GetUtcNow().ToUnixTimeMilliseconds();
            records.Tokens.Update(row);
        });
        LogEnded(id, by.Id);
    }

    public ApiCaller? Admit(string token)
    {
        var now = time.GetUtcNow();
        if (token.Split('_') is not [Prefix, { Length: IdDigits } id, { Length: SecretDigits } secret]
            || records.Tokens.FindById(id) is not { } row || !CryptographicOperations.FixedTimeEquals(row.Secret, Hash(secret)) || !row.IsInForce(now))
        {
            return null;
        }

        Note(row, now);
        return new ApiCaller(row.Id, row.Application, row.Office, row.Roles);
    }

    /// <summary>The application has seen its mailbox below this index; it never goes back.</summary>
    public long Acknowledge(string id, long seen) => records.Write(() =>
    {
        var row = records.Tokens.FindById(id)!;
        row.Seen = Math.Max(row.Seen, seen);
        records.Tokens.Update(row);
        return row.Seen;
    });

    public long SeenBy(string id) => records.Tokens.FindById(id)?.Seen ?? 0;

    private void Note(TokenRow row, DateTimeOffset now)
    {
        var hour = now.ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        if (row.UsedAt != hour)
        {
            records.Write(() =>
            {
                var current = records.Tokens.FindById(row.Id)!;
                current.UsedAt = hour;
                records.Tokens.Update(current);
            });
        }
    }

    private void Require(string application, IReadOnlyList<string> roles, int days)
    {
        if (application.Trim() is not { Length: > 0 and <= MaxApplication } || application.Any(char.IsControl))
        {
            throw new RefusedException(Refusal.FormatFailure, $"请填写应用名称（不超过 {MaxApplication} 个字符）。", $"Name the application, at most {MaxApplication} characters.");
        }

        if (roles.Count == 0 || roles.Any(role => !Roles.Contains(role)))
        {
            throw new RefusedException(Refusal.FormatFailure, $"请至少选择一个角色：{string.Join("、", Roles)}。", $"Give at least one of the roles {string.Join(" ", Roles)}.");
        }

        if (days < 1 || days > options.Value.LongestTokenDays)
        {
            throw new RefusedException(Refusal.FormatFailure, $"有效期为 1 至 {options.Value.LongestTokenDays} 天。", $"A token is valid for 1 to {options.Value.LongestTokenDays} days.");
        }
    }

    // The secret has 256 bits: nobody tries them out, and a slow hash would only slow each request.
    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));

    [LoggerMessage(Level = LogLevel.Information, Message = "Token {Token} of {Office} made for {Application} by {User}")]
    private partial void LogMade(string token, string office, string application, string user);

    [LoggerMessage(Level = LogLevel.Information, Message = "Token {Token} ended by {User}")]
    private partial void LogEnded(string token, string user);
}
