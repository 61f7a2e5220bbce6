using System.Text;
using System.Text.Json;
using DocExchange.Core.Offices;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Seals;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>An office with the keys its node would keep.</summary>
internal sealed record TestOffice(PartyId Id, PartyId Node, ISigningKey Key, ISigningKey SealKey, Seal Seal);

/// <summary>
/// A data folder as it is after <c>init</c>, an import and three enrolments, made once and copied for each test:
/// 办公厅 dispatches for 市政府 from one node; 东城区 and 西城区 share a node, 海淀区 has its own.
/// </summary>
internal sealed class ExchangeSite
{
    public const string Exchange = "bj";

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    public static readonly PartyId Government = PartyId.Office(Exchange, "gov");
    public static readonly PartyId GeneralOffice = PartyId.Office(Exchange, "bgs");
    public static readonly PartyId Dongcheng = PartyId.Office(Exchange, "dc");
    public static readonly PartyId Xicheng = PartyId.Office(Exchange, "xc");
    public static readonly PartyId Haidian = PartyId.Office(Exchange, "hd");
    public static readonly PartyId Unhosted = PartyId.Office(Exchange, "yq");
    public static readonly PartyId SenderNode = PartyId.Node(Exchange, "n-general");
    public static readonly PartyId DistrictNode = PartyId.Node(Exchange, "n-district");
    public static readonly PartyId OtherNode = PartyId.Node(Exchange, "n-other");

    private const string Csv = """
        group,districts,各区
        office,gov,北京市人民政府,市政府,,京政发,北京,,,,
        office,bgs,北京市人民政府办公厅,市政府办公厅,,京政办发,北京,gov,,gov,010-1
        office,dc,东城区人民政府,东城区,,东政发,北京,gov,districts,,010-2
        office,xc,西城区人民政府,西城区,,西政发,北京,gov,districts,,010-3
        office,hd,海淀区人民政府,海淀区,,海政发,北京,gov,,,010-4
        office,yq,延庆区人民政府,延庆区,,延政发,北京,gov,,,010-5
        """;

    private static readonly Lazy<Task<ExchangeSite>> Only = new(MakeAsync);

    private readonly TemporaryFolder folder = new();

    public Dictionary<PartyId, TestOffice> Offices { get; } = [];

    /// <summary>The nodes' own keys and the certificates of their connections.</summary>
    public Dictionary<PartyId, (ISigningKey Machine, Certificate Tls)> Nodes { get; } = [];

    /// <summary>The keys the nodes cosign checkpoints with.</summary>
    public Dictionary<PartyId, NoteSigner> Witnesses { get; } = [];

    public string Password => File.ReadAllText(new HubFolder(folder.Path).Password).TrimEnd('\n');

    public List<string> InvitationSecrets { get; } = [];

    public static Task<ExchangeSite> GetAsync() => Only.Value;

    public void CopyTo(string target)
    {
        foreach (var directory in Directory.EnumerateDirectories(folder.Path, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(folder.Path, directory)));
        }

        foreach (var file in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(target, Path.GetRelativePath(folder.Path, file)));
        }
    }

    private static async Task<ExchangeSite> MakeAsync()
    {
        var site = new ExchangeSite();
        var clock = new FixedClock(Start);
        var hub = new HubFolder(site.folder.Path);
        var settings = new HubSettings { Exchange = Exchange, Organization = "北京市", Address = "hub.example:7443", EnrolmentAddress = "hub.example:7444", FreeSpaceReserveMiB = 16, MaxPackageMiB = 100 };
        await HubSetup.CreateAsync(hub, settings, clock, CancellationToken.None);
        await using var services = HubHost.Services(hub, HubSettings.Read(hub.Settings)).AddSingleton<TimeProvider>(clock).BuildServiceProvider();
        await HubHost.WithWriterAsync(services, async _ =>
        {
            await services.GetRequiredService<DirectoryPublishing>().PublishAsync(current => OfficeImport.Apply(current, Encoding.UTF8.GetBytes(Csv), Start), CancellationToken.None);
            await site.EnrolAsync(services, SenderNode, [Government, GeneralOffice]);
            await site.EnrolAsync(services, DistrictNode, [Dongcheng, Xicheng]);
            await site.EnrolAsync(services, OtherNode, [Haidian]);
            return true;
        });
        return site;
    }

    private async Task EnrolAsync(IServiceProvider services, PartyId node, IReadOnlyList<PartyId> offices)
    {
        var file = services.GetRequiredService<Invitations>().Make(node.Local.TrimStart('~'), node.Local, [.. offices.Select(id => id.ToString())], TimeSpan.FromHours(1));
        var secret = JsonDocument.Parse(file).RootElement.GetProperty("secret").GetString()!;
        InvitationSecrets.Add(secret);
        var name = new DistinguishedName("申请", null, null);
        using var tls = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        using var machine = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        Witnesses[node] = NoteSigner.Generate(node.ToString(), NoteKeyType.Cosignature);
        var keys = offices.ToDictionary(id => id, _ => (Document: KeyPair.Generate(KeyAlgorithm.EcdsaP256), Seal: KeyPair.Generate(KeyAlgorithm.Sm2)));
        var request = new Wire.EnrolRequest
        {
            Node = node.ToString(),
            Secret = ByteString.FromBase64(secret),
            TlsRequest = ByteString.CopyFrom(tls.CreateRequest(name).Der),
            MachineRequest = ByteString.CopyFrom(machine.CreateRequest(name).Der),
            WitnessKey = Witnesses[node].Verifier.ToString(),
            Offices =
            {
                keys.Select(each => new Wire.OfficeRequest
                {
                    Office = each.Key.ToString(),
                    DocumentRequest = ByteString.CopyFrom(each.Value.Document.CreateRequest(name).Der),
                    SealRequest = ByteString.CopyFrom(each.Value.Seal.CreateRequest(name).Der),
                }),
            },
        };
        var enrolment = ActivatorUtilities.CreateInstance<EnrolmentService>(services, NullLogger<EnrolmentService>.Instance);
        var reply = await enrolment.Enrol(request, new FakeCallContext());
        var authorities = services.GetRequiredService<SiteKeys>().Authorities;
        Nodes[node] = (Certified(machine, reply.MachineCertificate, authorities), Certificate.Parse(reply.TlsCertificate.ToByteArray()));
        foreach (var granted in reply.Offices)
        {
            var id = PartyId.Parse(granted.Office);
            Offices[id] = new TestOffice(
                id, node, Certified(keys[id].Document, granted.DocumentCertificate, authorities), Certified(keys[id].Seal, granted.SealCertificate, authorities), Seal.Parse(granted.Seal.ToByteArray()));
        }
    }

    private static ISigningKey Certified(KeyPair pair, ByteString der, SiteAuthorities authorities)
    {
        var certificate = Certificate.Parse(der.ToByteArray());
        return pair.Certified(certificate, authorities.ChainFor(certificate));
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
