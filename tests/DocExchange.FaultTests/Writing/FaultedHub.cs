using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.FaultTests.Disks;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Hub.Submission;
using DocExchange.Protocol;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Timestamps;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.FaultTests.Writing;

/// <summary>
/// A hub over its real stores, all on disks that share one <see cref="WriteFault"/>, and those who insist: a node sends again
/// what was not acknowledged, a person repeats what failed, a service manager starts again what gave up.
/// </summary>
internal sealed class FaultedHub : IAsyncDisposable
{
    private const int MostAttempts = 30;
    private const int MostTurns = 2_000;

    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    private bool isUp = true;

    private FaultedHub(HubUnderTest hub, WriteFault fault) => (Hub, Fault) = (hub, fault);

    public HubUnderTest Hub { get; }

    public WriteFault Fault { get; }

    /// <summary>How often the hub was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>What the hub answered, and now has to stand for.</summary>
    public List<LoggedEntry> Acknowledged { get; } = [];

    public static async Task<FaultedHub> StartAsync()
    {
        var fault = new WriteFault();
        var hub = await HubUnderTest.StartAsync(services => services
            .AddSingleton<IDisk>(new FaultyDisk(fault))
            .AddSingleton<ILedgerStore>(provider => new ReopeningLedger(() => FileLedgerStore.Open(
                new FaultyLedgerDisk(FolderDisk.ForWriting(provider.GetRequiredService<HubFolder>().Ledger), fault), FileLedgerStore.DefaultSegmentSize), () => fault.RequireWritable("the ledger"))));
        return new FaultedHub(hub, fault);
    }

    /// <summary>Stops, lets something happen to the folder, and starts until it runs.</summary>
    public async Task RestartAfterAsync(Action change)
    {
        isUp = false;
        try
        {
            await Hub.RestartAfterAsync(change);
            isUp = true;
        }
        catch (Exception fault) when (IsTriedAgain(fault))
        {
            await InsistAsync(() => Task.FromResult(true));
        }
    }

    /// <summary>Does it again until it is done.</summary>
    public async Task<T> InsistAsync<T>(Func<Task<T>> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartIfGivenUpAsync();
                return await act();
            }
            catch (Exception fault) when (IsTriedAgain(fault) && attempt < MostAttempts)
            {
                // One write fails, so the next attempt finds the disk well; a hub that gives up has time to.
                await Task.Delay(Turn);
            }
        }
    }

    /// <summary>Posts until the hub answers.</summary>
    public async Task<LoggedEntry> PostAsync(Core.Statements.SignedStatement signed)
    {
        var logged = await InsistAsync(() => Hub.PostAsync(signed));
        Acknowledged.Add(logged);
        return logged;
    }

    /// <summary>Waits for what the hub does by itself; where it waits to try again, time passes.</summary>
    public async Task UntilAsync(string what, Func<bool> isSo)
    {
        for (var turn = 0; ; turn++)
        {
            try
            {
                await StartIfGivenUpAsync();
                if (isSo())
                {
                    return;
                }
            }
            catch (Exception fault) when (IsTriedAgain(fault))
            {
                // A store that failed, asked just before the hub gives up.
            }

            Assert.That(turn, Is.LessThan(MostTurns), $"{what}, after: {Fault.Failed}");
            if (Fault.Failed is not null)
            {
                Hub.Clock.Advance(LongestRetry);
            }

            await Hub.Log.NextAsync(Turn);
        }
    }

    /// <summary>Brings a package as a node does: asks what the hub has, goes on from there, and is content when that is all.</summary>
    public Task<bool> UploadAsync(TestPackage package) => InsistAsync(async () =>
    {
        var held = Hub.Get<PackageUploads>().Query(package.Id.Value, ExchangeSite.SenderNode);
        if (!held.Complete)
        {
            var request = new Wire.UploadRequest
            {
                PackageId = package.Id.Value.ToWire(),
                Size = (ulong)package.Bytes.Length,
                Offset = held.Held,
                Chunk = ByteString.CopyFrom(package.Bytes.AsSpan((int)held.Held)),
            };
            await Hub.Get<PackageUploads>().ReceiveAsync(new StreamedRequests<Wire.UploadRequest>([request]), ExchangeSite.SenderNode, CancellationToken.None);
        }

        return true;
    });

    public async ValueTask DisposeAsync()
    {
        Fault.Disarm();
        await StartIfGivenUpAsync();
        await Hub.DisposeAsync();
    }

    // What a node or a person meets when the hub fails: they do not give up.
    private static bool IsTriedAgain(Exception fault) => fault is IOException or LiteDB.LiteException or ObjectDisposedException or NoTimestampException
        or RefusedException { Refusal: Refusal.Busy or Refusal.StorageFull or Refusal.NotAuthentic or Refusal.WrongState };

    private async Task StartIfGivenUpAsync()
    {
        if (Hub.HasGivenUp || !isUp)
        {
            // The write that fails may be one of the start.
            isUp = false;
            await Hub.StartAgainAsync();
            isUp = true;
            Restarts++;
        }
    }
}
