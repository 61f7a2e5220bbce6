using System.CommandLine;
using System.Text;
using DocExchange.Core.Operating;
using Grpc.Core;

namespace DocExchange.Cli;

/// <summary>
/// Who signs in, with an account of the desk: <c>--account</c>, and its password from a file, the environment variable
/// DOCEX_ACCOUNT_PASSWORD, or a prompt where there is a terminal. Never from the command line, which other users can see.
/// </summary>
internal sealed class AccountOptions
{
    public const string AccountVariable = "DOCEX_ACCOUNT";
    public const string PasswordVariable = "DOCEX_ACCOUNT_PASSWORD";

    private const int LongestTyped = 1024;

    private readonly Terminal terminal;
    private readonly Option<string?> account;
    private readonly Option<string?> passwordFile;

    public AccountOptions(Terminal terminal, Command verb)
    {
        this.terminal = terminal;
        account = new Option<string?>("--account") { Description = terminal.Say($"收发台用户名，默认取环境变量 {AccountVariable}", $"An account of the desk; by default the environment variable {AccountVariable}") };
        passwordFile = new Option<string?>("--password-file")
        {
            Description = terminal.Say($"该用户的密码文件；默认取环境变量 {PasswordVariable}，否则提示输入", $"The file with its password; by default the environment variable {PasswordVariable}, else it is asked for"),
        };
        verb.Add(account);
        verb.Add(passwordFile);
    }

    /// <summary>What every call carries (Basic, RFC 7617).</summary>
    /// <exception cref="UsageException">No account is named, or there is no password.</exception>
    public Metadata Read(ParseResult parse)
    {
        var name = Name(parse);
        return new Metadata { { "authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Password(parse, name)}")) } };
    }

    /// <summary>The account's id.</summary>
    public string Name(ParseResult parse) =>
        (parse.GetValue(account) ?? Environment.GetEnvironmentVariable(AccountVariable))?.Trim() is { Length: > 0 } name && !name.Contains(':')
            ? name
            : throw new UsageException($"请用 --account 或环境变量 {AccountVariable} 指明收发台用户名。", $"Name an account of the desk with --account or the environment variable {AccountVariable}.");

    /// <summary>A secret typed without being shown; null where nobody can type.</summary>
    public static string? Ask(Terminal terminal, string chinese, string english)
    {
        if (!terminal.IsInteractive || Console.IsInputRedirected)
        {
            return null;
        }

        terminal.Error.Write(terminal.Say(chinese, english));
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter && typed.Length < LongestTyped; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }

        terminal.Error.WriteLine();
        return typed.ToString();
    }

    private string Password(ParseResult parse, string name) => parse.GetValue(passwordFile) is { } file ? SecretFile.Read(file)
        : Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } given ? given
        : Ask(terminal, $"{name} 的密码：", $"Password of {name}: ") ?? throw new UsageException(
            $"缺少 {name} 的密码：请用 --password-file 指明密码文件，或设置环境变量 {PasswordVariable}。",
            $"No password of {name}: name a file with --password-file, or set the environment variable {PasswordVariable}.");
}
