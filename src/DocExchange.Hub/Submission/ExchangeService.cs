using System.Threading.Channels;
using DocExchange.Core.Documents;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Monitoring;
using DocExchange.Hub.Offices;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Supervision;
using DocExchange.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Hub.Submission;

/// <summary>The link to the nodes: statements and packages in, mailboxes and packages out.</summary>
internal sealed class ExchangeService(
    StatementIntake intake, StatementRejections rejections, LedgerWriter writer, PackageUploads uploads, MailboxFeed mailboxes, RecipientLines lines, PackageDelivery packages, NodeReports reports, UrgeRequests urgeRequests, OwnSealStops sealStops, DirectoryKeeper directories, HubMeters meters, Closing closing)
    : Wire.Exchange.ExchangeBase
{
    private const int MaxInFlight = 256;

    /// <summary>Judged in parallel, handed to the writer in the order they came, answered in that order. A hub that stops reads no more of them.</summary>
    public override async Task Post(IAsyncStreamReader<Wire.PostRequest> requests, IServerStreamWriter<Wire.PostReply> replies, ServerCallContext context)
    {
        var caller = Caller.NodeOf(context);
        var judged = Channel.CreateBounded<Task<AuthenticStatement>>(MaxInFlight);
        var answers = Channel.CreateBounded<Task<Wire.PostReply>>(MaxInFlight);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, closing.Token);
        Task[] stages =
        [
            Stage(judged.Writer, async () =>
            {
                while (await IsThereMoreAsync(requests, reading.Token, stop.Token))
                {
                    var request = requests.Current;
                    var work = Task.Run(() => intake.JudgeAsync(request.Statement.Memory, [.. request.Objects.Select(each => each.Memory)], caller, stop.Token), stop.Token);
                    await judged.Writer.WriteAsync(work, stop.Token);
                }
            }),
            Stage(answers.Writer, async () =>
            {
                await foreach (var work in judged.Reader.ReadAllAsync(stop.Token))
                {
                    await answers.Writer.WriteAsync(await LogAsync(work, stop.Token), stop.Token);
                }
            }),
            Stage(null, async () =>
            {
                await foreach (var answer in answers.Reader.ReadAllAsync(stop.Token))
                {
                    await replies.WriteAsync(await answer, stop.Token);
                }
            }),
        ];
        var first = await Task.WhenAny(stages.Select(async stage =>
        {
            await stage;
            await Task.WhenAll(stages);
        }));
        try
        {
            await first;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(stages.Select(stage => stage.ContinueWith(_ => { }, TaskScheduler.Default)));
        }
    }

    public override Task<Wire.UploadReply> Upload(IAsyncStreamReader<Wire.UploadRequest> requests, ServerCallContext context) =>
        UntilClosedAsync(context, token => uploads.ReceiveAsync(requests, Caller.NodeOf(context), token));

    public override Task<Wire.QueryUploadReply> QueryUpload(Wire.QueryUploadRequest request, ServerCallContext context) =>
        Task.FromResult(uploads.Query(request.PackageId.ToDigest("package_id"), Caller.NodeOf(context)));

    public override Task Watch(Wire.WatchRequest request, IServerStreamWriter<Wire.WatchEvent> events, ServerCallContext context) =>
        UntilClosedAsync(context, token => mailboxes.FollowAsync(Caller.NodeOf(context), request.From.ToCount("from"), events, token));

    public override Task Fetch(Wire.FetchRequest request, IServerStreamWriter<Wire.PackageChunk> chunks, ServerCallContext context) =>
        UntilClosedAsync(context, token => packages.SendAsync(request.PackageId.ToDigest("package_id"), request.Offset.ToCount("offset"), Caller.NodeOf(context), chunks, token));

    public override Task<Wire.ReportReply> Report(Wire.NodeReport request, ServerCallContext context)
    {
        var node = Caller.NodeOf(context);
        reports.Take(node, request);
        urgeRequests.Confirm(node, request.UrgeRequestsKept);
        return Task.FromResult(new Wire.ReportReply { AgainAfter = (uint)NodeReports.Interval.TotalSeconds, UrgeRequests = { urgeRequests.For(node) } });
    }

    public override Task<Wire.RecipientLinksReply> RecipientLinks(Wire.RecipientLinksRequest request, ServerCallContext context) =>
        Task.FromResult(lines.Of(new DocumentId(request.DocumentId.ToDigest("document_id")), Caller.NodeOf(context)));

    public override async Task<Wire.StopOwnSealReply> StopSeal(Wire.StopOwnSealRequest request, ServerCallContext context)
    {
        var logged = await sealStops.StopAsync(request.Order.Memory, Caller.NodeOf(context), context.CancellationToken);
        return new Wire.StopOwnSealReply { DirectoryVersion = (ulong)directories.Current.Version, LedgerIndex = (ulong)logged.Index };
    }

    private static async Task<bool> IsThereMoreAsync(IAsyncStreamReader<Wire.PostRequest> requests, CancellationToken reading, CancellationToken stop)
    {
        try
        {
            return await requests.MoveNext(reading);
        }
        catch (OperationCanceledException) when (reading.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private Task UntilClosedAsync(ServerCallContext context, Func<CancellationToken, Task> call) => UntilClosedAsync(context, async token =>
    {
        await call(token);
        return true;
    });

    // Transfers go on where they were.
    private async Task<T> UntilClosedAsync<T>(ServerCallContext context, Func<CancellationToken, Task<T>> call)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, closing.Token);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (closing.Token.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The hub is stopping."));
        }
    }

    private static async Task Stage<T>(ChannelWriter<T>? output, Func<Task> work)
    {
        try
        {
            await work();
            output?.TryComplete();
        }
        catch (Exception fault)
        {
            output?.TryComplete(fault);
            throw;
        }
    }

    private static Task Stage(ChannelWriter<object>? output, Func<Task> work) => Stage<object>(output, work);

    /// <summary>Returns as soon as the writer has the statement in its queue; the answer comes with the task it returns.</summary>
    private async Task<Task<Wire.PostReply>> LogAsync(Task<AuthenticStatement> work, CancellationToken cancellation)
    {
        AuthenticStatement authentic;
        try
        {
            authentic = await work;
        }
        catch (RefusedException refused)
        {
            meters.Refused(refused.Refusal);
            return Task.FromResult(new Wire.PostReply { Refused = refused.ToWire() });
        }

        return AnswerAsync(authentic, writer.SubmitAsync(authentic.Signed, authentic.Signer, authentic.RelayedBy, cancellation), cancellation);
    }

    private async Task<Wire.PostReply> AnswerAsync(AuthenticStatement authentic, Task<LoggedEntry> logging, CancellationToken cancellation)
    {
        var id = authentic.Signed.Id.Value.ToWire();
        try
        {
            return new Wire.PostReply { StatementId = id, Logged = ToWire(await logging) };
        }
        catch (RefusedException refused)
        {
            meters.Refused(refused.Refusal);
            // These may be sent again as it is, or next.
            return refused.Refusal is Refusal.OutOfSequence or Refusal.StorageFull or Refusal.Busy
                ? new Wire.PostReply { StatementId = id, Refused = refused.ToWire() }
                : await AnswerUnfitAsync(authentic, refused, cancellation);
        }
    }

    // Its key, or whom or what it names, had lost its place when the writer got to it; unless it came twice, and the other one was before that.
    private async Task<Wire.PostReply> AnswerUnfitAsync(AuthenticStatement authentic, RefusedException unfit, CancellationToken cancellation)
    {
        var (signed, id) = (authentic.Signed, authentic.Signed.Id.Value.ToWire());
        try
        {
            return await rejections.RejectAsync(signed.Id, signed.Statement.Chain, authentic.RelayedBy, [StatementFault.Of(unfit)], cancellation) is { } rejected
                ? new Wire.PostReply { StatementId = id, Refused = rejected.ToWire() }
                : new Wire.PostReply { StatementId = id, Logged = ToWire(await writer.SubmitAsync(signed, null, authentic.RelayedBy, cancellation)) };
        }
        catch (RefusedException unable)
        {
            return new Wire.PostReply { StatementId = id, Refused = unable.ToWire() };
        }
    }

    private static Wire.Logged ToWire(LoggedEntry logged)
    {
        var wire = new Wire.Logged
        {
            Index = checked((ulong)logged.Index),
            Entry = logged.Entry.Bytes.ToWire(),
            Checkpoint = ByteString.CopyFrom(logged.Checkpoint.ToBytes()),
            Effective = logged.Effect.IsEffective,
            RemarkChinese = logged.Effect.Chinese,
            RemarkEnglish = logged.Effect.English,
        };
        wire.InclusionProof.AddRange(logged.InclusionProof.Select(hash => hash.ToWire()));
        return wire;
    }
}
