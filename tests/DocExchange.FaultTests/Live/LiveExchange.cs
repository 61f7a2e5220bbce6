using DocExchange.Hub.Operations;
using DocExchange.Node.Enrolling;
using DocExchange.Node.Records;
using DocExchange.Protocol.V1;
using DocExchange.Tests;
using DocExchange.Tests.Durability;
using DocExchange.Trust.Keys;
using Enrolment = DocExchange.Node.Enrolling.Enrolment;
using Google.Protobuf;

namespace DocExchange.FaultTests.Live;

/// <summary>A hub, the node of an office that sends, and the node of one that receives, all in this process, with real stores and real mutual TLS.</summary>
internal sealed class LiveExchange : IAsyncDisposable
{
    public const string Sender = "zf";
    public const string Recipient = "a";

    private readonly TemporaryFolder folder = new();

    public LiveHub Hub { get; private set; } = null!;

    public LiveNode Sending { get; private set; } = null!;

    public LiveNode Receiving { get; private set; } = null!;

    /// <param name="adapt">Changes the hub's settings.</param>
    public static async Task<LiveExchange> StartAsync(Action<HubSettings>? adapt = null)
    {
        var exchange = new LiveExchange();
        exchange.Hub = await LiveHub.CreateAsync(exchange.folder.Under("hub"), adapt);
        await exchange.Hub.StartAsync();
        await exchange.Hub.Administration.ImportOfficesAsync(new ImportOfficesRequest
        {
            Csv = ByteString.CopyFromUtf8("group,all,各单位\noffice,zf,市人民政府,市政府,,京政发,,,,,\noffice,a,单位甲,甲,,,,,all,,010-1\n"),
        });
        exchange.Sending = await exchange.EnrolAsync("general", Sender);
        exchange.Receiving = await exchange.EnrolAsync("n1", Recipient);
        await exchange.Sending.StartAsync();
        await exchange.Receiving.StartAsync();
        await Waiting.UntilAsync("the sender has a directory", async () => (await exchange.Sending.StatusAsync()).DirectoryVersion > 0);
        return exchange;
    }

    public async ValueTask DisposeAsync()
    {
        await Sending.DisposeAsync();
        await Receiving.DisposeAsync();
        await Hub.DisposeAsync();
        folder.Dispose();
    }

    private async Task<LiveNode> EnrolAsync(string id, string office)
    {
        var invited = await Hub.Administration.InviteAsync(new InviteRequest { Node = id, Name = "节点 " + id, Offices = { office } });
        var file = folder.Under(id + ".invitation.json");
        await File.WriteAllBytesAsync(file, invited.Invitation.ToByteArray());
        var data = new DataFolder(folder.Under(id));
        var invitation = Invitation.Read(file);
        await new Enrolment(data, invitation, invitation.OfficeIds.ToDictionary(each => each, _ => Suite.Intl)).RunAsync(TimeProvider.System, CancellationToken.None);
        return new LiveNode(data);
    }
}
