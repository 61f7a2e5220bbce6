using System.CommandLine;
using DocExchange.Cli.Pki;
using DocExchange.Core.Operating;
using DocExchange.Core.Statements;
using DocExchange.Protocol.V1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Google.Protobuf;

namespace DocExchange.Cli.Keys;

/// <summary><c>docex hub admin add</c>: draws the person's key here; the hub gets the request only.</summary>
internal sealed class AdminAddVerb : HubKeyVerb
{
    private readonly Argument<string> id;
    private readonly Option<string> name;
    private readonly Option<string> role;
    private readonly Option<string?> output;
    private readonly Option<string?> certificate;
    private readonly Option<string?> passwordFile;

    public AdminAddVerb(Terminal terminal)
        : base(terminal, "add", "任命管理员，生成其本人的密钥", "Name an administrator and make their own key")
    {
        id = Argument("ID", "管理员标识，如 wang", "Id of the administrator, such as wang");
        name = Required<string>("--name", "姓名", "Name of the person");
        role = Option("--role", "角色", "Role", "security");
        role.AcceptOnlyFromAmong("system", "security", "audit");
        output = Option<string?>("--out", "新的密钥文件（PKCS#12）", "The new key file (PKCS#12)");
        certificate = Option<string?>("--certificate", "已有的证书（外部机构签发；此时不生成密钥）", "A certificate the person has already, by an outside authority; no key is made then");
        passwordFile = Option<string?>("--password-file", "密钥文件的口令文件", "Password file of the key file");
    }

    protected override async Task<int> RunAsync(ParseResult parse, Screen screen, KeyAdministration.KeyAdministrationClient hub, CancellationToken cancellation)
    {
        var path = parse.GetValue(output);
        var given = parse.GetValue(certificate);
        if (path is null == given is null)
        {
            throw new UsageException("请给出 --out（生成密钥）或 --certificate（已有证书）之一。", "Give either --out, to make a key, or --certificate.");
        }

        var request = new AddAdministratorRequest { Id = parse.GetRequiredValue(id), Name = parse.GetRequiredValue(name), Role = parse.GetRequiredValue(role) };
        var reply = path is null ? await RegisterAsync(hub, request, given!, cancellation) : await DrawAsync(hub, request, path, Passwords.Read(parse.GetValue(passwordFile), null), cancellation);
        screen.Show(
            new { id = request.Id, role = request.Role, file = path, certificate = Certificate.Parse(reply.Certificate.Span).Fingerprint.ToString(), directoryVersion = reply.DirectoryVersion, ledgerIndex = reply.LedgerIndex },
            screen.Say(
                $"已任命 {request.Name}（{request.Id}，{Roles.ToChinese(request.Role)}），账本第 {reply.LedgerIndex} 条。{(path is null ? "" : $"密钥文件 {path}，请交本人保管。")}",
                $"Named {request.Name} ({request.Id}, {request.Role}), ledger entry {reply.LedgerIndex}.{(path is null ? "" : $" Hand the key file {path} to the person.")}"));
        return ExitCode.Ok;
    }

    private static async Task<AddAdministratorReply> RegisterAsync(
        KeyAdministration.KeyAdministrationClient hub, AddAdministratorRequest request, string path, CancellationToken cancellation)
    {
        request.Certificate = ByteString.CopyFrom(PkiVerbs.ReadFile(path));
        return await hub.AddAdministratorAsync(request, cancellationToken: cancellation);
    }

    private static async Task<AddAdministratorReply> DrawAsync(
        KeyAdministration.KeyAdministrationClient hub, AddAdministratorRequest request, string path, string password, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            throw new FailedException("EXISTS", $"文件“{path}”已存在，不会覆盖。", $"The file '{path}' is there already and is not replaced.");
        }

        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        request.Request = ByteString.CopyFrom(key.CreateRequest(new DistinguishedName(request.Name, null, null)).Der);
        var reply = await hub.AddAdministratorAsync(request, cancellationToken: cancellation);
        PrivateFile.Write(path, Pkcs12KeyFile.Write(key, Certificate.Parse(reply.Certificate.Span), reply.Chain.IsEmpty ? [] : Certificate.ParseAll(reply.Chain.Span), password));
        return reply;
    }
}
