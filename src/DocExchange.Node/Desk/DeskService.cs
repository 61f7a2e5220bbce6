using System.Text;
using DocExchange.Node.Backups;
using DocExchange.Node.HubLink;
using DocExchange.Node.Offices;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Local = DocExchange.Protocol.Local.V1;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Node.Desk;

/// <summary>The desk on the wire: every call is one story told elsewhere.</summary>
internal sealed class DeskService(
    Sending sending,
    Composing composing,
    Countersigning countersigning,
    Dispatching dispatching,
    Acting acting,
    SealStopping sealStopping,
    Reading reading,
    Dossiers dossiers,
    Departure departure,
    NodeOverview overview,
    SentRegister register,
    ReceivedRegister receivedRegister,
    DirectoryCopy directories,
    TrustedAuthorities authorities,
    CheckpointGuard checkpoints,
    LinkStatus link,
    BackupDesk backups,
    IOptions<DeskOptions> options) : Local.Desk.DeskBase
{
    public override Task<Local.NodeStatus> GetStatus(Local.GetNodeStatusRequest request, ServerCallContext context) => Task.FromResult(overview.Status());

    public override Task<Local.PreviewReply> Preview(Local.Addressing request, ServerCallContext context)
    {
        // The sender is not known yet; it is left out of groups when the document is sent.
        var directory = directories.Newest();
        var recipients = departure.Address(directory, request, Core.Offices.PartyId.Hub(directory.Exchange), options.Value.MaxNames).Recipients;
        var reply = new Local.PreviewReply { DirectoryVersion = (ulong)directory.Version };
        reply.Main.AddRange(recipients.Main.Select(id => Addressed(directory, id)));
        reply.Copies.AddRange(recipients.Copies.Select(id => Addressed(directory, id)));
        return Task.FromResult(reply);
    }

    public override Task<Local.SendReply> Send(IAsyncStreamReader<Local.SendRequest> requestStream, ServerCallContext context) =>
        sending.SendAsync(requestStream, context.CancellationToken);

    public override Task Compose(IAsyncStreamReader<Local.SendRequest> requestStream, IServerStreamWriter<Local.DraftPackage> responseStream, ServerCallContext context) =>
        composing.ComposeAsync(requestStream, responseStream, context.CancellationToken);

    public override Task Countersign(
        IAsyncStreamReader<Local.CountersignRequest> requestStream, IServerStreamWriter<Local.DraftPackage> responseStream, ServerCallContext context) =>
        countersigning.CountersignAsync(requestStream, responseStream, context.CancellationToken);

    public override Task<Local.SendReply> Dispatch(IAsyncStreamReader<Local.DispatchRequest> requestStream, ServerCallContext context) =>
        dispatching.DispatchAsync(requestStream, context.CancellationToken);

    public override Task<Local.ListReply> ListOutbox(Local.ListRequest request, ServerCallContext context) => Task.FromResult(reading.List(request, isInbox: false));

    public override Task<Local.ListReply> ListInbox(Local.ListRequest request, ServerCallContext context) => Task.FromResult(reading.List(request, isInbox: true));

    public override Task<Local.ShowReply> Show(Local.ShowRequest request, ServerCallContext context) => reading.ShowAsync(request, context.CancellationToken);

    public override Task<Local.ActReply> Act(Local.ActRequest request, ServerCallContext context) => acting.ActAsync(request, context.CancellationToken);

    public override Task<Local.StopSealReply> StopSeal(Local.StopSealRequest request, ServerCallContext context) => sealStopping.StopAsync(request, context.CancellationToken);

    public override async Task Save(Local.SaveRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        using var opened = await reading.OpenAsync(request, context.CancellationToken);
        await FileChunks.GiveAsync(opened.Content, responseStream, context.CancellationToken);
    }

    public override async Task SaveDossier(Wire.GetDossierRequest request, IServerStreamWriter<Wire.ArchiveChunk> responseStream, ServerCallContext context)
    {
        await foreach (var chunk in dossiers.ReadAsync(request.DocumentId, request.Office, context.CancellationToken))
        {
            await responseStream.WriteAsync(chunk, context.CancellationToken);
        }
    }

    public override async Task ListStatements(Local.ShowRequest request, IServerStreamWriter<Local.HeldStatement> responseStream, ServerCallContext context)
    {
        foreach (var held in reading.Statements(request))
        {
            await responseStream.WriteAsync(held, context.CancellationToken);
        }
    }

    public override Task<Local.SentRegisterReply> ListSentRegister(Local.SentRegisterRequest request, ServerCallContext context) => Task.FromResult(register.List(request));

    public override Task<Local.ReceivedRegisterReply> ListReceivedRegister(Local.ReceivedRegisterRequest request, ServerCallContext context) => Task.FromResult(receivedRegister.List(request));

    public override Task<Wire.SearchReply> Search(Wire.SearchRequest request, ServerCallContext context) =>
        link.AskAsync("不能检索档案", "its archive cannot be searched", async hub => await hub.Archive.SearchAsync(request, hub.Once(context.CancellationToken)));

    public override Task<Wire.GetTrustReply> GetTrust(Wire.GetTrustRequest request, ServerCallContext context)
    {
        var trust = authorities.Store;
        return Task.FromResult(new Wire.GetTrustReply
        {
            Certificates = ByteString.CopyFrom(string.Concat(trust.Anchors.Concat(trust.Intermediates).Select(certificate => certificate.ToPem())), Encoding.ASCII),
            RevocationLists = ByteString.CopyFrom(string.Concat(trust.RevocationLists.Select(list => list.ToPem())), Encoding.ASCII),
            LedgerKey = checkpoints.LedgerKey,
        });
    }

    public override Task Backup(Wire.BackupRequest request, IServerStreamWriter<Wire.BackupStep> responseStream, ServerCallContext context) =>
        backups.RunAsync(request, responseStream, context.CancellationToken);

    public override Task<Local.ListAlarmsReply> ListAlarms(Local.ListAlarmsRequest request, ServerCallContext context) =>
        Task.FromResult(new Local.ListAlarmsReply { Alarms = { overview.Alarms(request.ClosedToo) } });

    public override Task<Local.NodeAlarm> CloseAlarm(Local.CloseAlarmRequest request, ServerCallContext context) => Task.FromResult(overview.CloseAlarm(request));

    public override Task<Local.NodeStatus> SetLink(Local.SetLinkRequest request, ServerCallContext context)
    {
        link.Switch(request.On);
        return Task.FromResult(overview.Status());
    }

    private static Local.AddressedOffice Addressed(Core.Offices.OfficeDirectory directory, Core.Offices.PartyId id) => new()
    {
        Office = id.ToString(),
        Name = directory.Find(id)!.Name,
        Enrolled = directory.Find(id)!.HostedBy is not null,
    };
}
