using System.CommandLine;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;

namespace DocExchange.Cli.Documents;

/// <summary>Who acts, given as <c>--as "id:name"</c>; the name goes into the signed statement.</summary>
internal sealed class PersonOption
{
    private readonly Option<string?> option;
    private readonly string role;

    public PersonOption(Terminal terminal, Command verb, string role)
    {
        this.role = role;
        option = new Option<string?>("--as") { Description = terminal.Say("经办人，形如 \"工号:姓名\"，默认为当前系统用户", "Who acts, as \"id:name\"; the system's user by default") };
        verb.Add(option);
    }

    public Person Read(ParseResult parse)
    {
        var given = parse.GetValue(option) ?? $"{Environment.UserName}:{Environment.UserName}";
        var colon = given.IndexOf(':');
        return colon > 0 && colon < given.Length - 1
            ? new Person { Id = given[..colon], Name = given[(colon + 1)..], Role = role }
            : throw new UsageException("--as 应形如 \"工号:姓名\"。", "--as is of the form \"id:name\".");
    }
}
