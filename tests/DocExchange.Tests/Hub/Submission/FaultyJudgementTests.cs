using DocExchange.Core.Statements;
using DocExchange.Hub.Submission;
using DocExchange.Tests.Hub.Operations;
using DocExchange.Trust.Digests;
using Microsoft.Extensions.DependencyInjection;
using static DocExchange.Tests.Hub.Operations.ExchangeSite;

namespace DocExchange.Tests.Hub.Submission;

/// <summary>Something is thrown while a package is judged.</summary>
[TestFixture]
public sealed class FaultyJudgementTests
{
    [Test]
    public async Task A_package_whose_judgement_throws_is_rejected_so_that_its_sender_knows()
    {
        var fault = new Fault(new InvalidOperationException("nobody thought of this"));
        await using var hub = await StartAsync(fault);
        var package = await TestPackage.MakeAsync();

        var answer = await hub.DispatchAsync(package);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Rejected));
            Assert.That(((RejectedBody)answer.Statement.Body).Reasons.Select(reason => reason.Code), Is.EqualTo(new[] { "FORMAT_FAILURE" }));
            Assert.That(((RejectedBody)answer.Statement.Body).Reasons[0].English, Does.Contain("could not be judged"));
            Assert.That(hub.Log.Lines, Has.Some.Contains("could not be judged"));
        }
    }

    [Test]
    public async Task A_disk_that_fails_while_it_is_judged_says_nothing_about_the_package()
    {
        var fault = new Fault(new IOException("the disk is gone"));
        await using var hub = await StartAsync(fault);
        var package = await TestPackage.MakeAsync();
        await hub.ActAsync(StatementType.Dispatched, GeneralOffice, package.Dispatch, package.Document);
        await hub.UploadAsync(package);
        await fault.Thrown.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await hub.RestartAfterAsync(() => fault.IsOver = true);
        var answer = await hub.WaitForAsync(logged => logged.Statement.Document == package.Document && logged.Statement.Type is StatementType.Accepted or StatementType.Rejected);

        Assert.That(answer.Statement.Type, Is.EqualTo(StatementType.Accepted));
    }

    private static Task<HubUnderTest> StartAsync(Fault fault) => HubUnderTest.StartAsync(services =>
    {
        var usual = services.Last(service => service.ServiceType == typeof(ISpool)).ImplementationFactory!;
        services.AddSingleton<ISpool>(provider => new FaultySpool((ISpool)usual(provider), fault));
    });

    private sealed class Fault(Exception exception)
    {
        public TaskCompletionSource Thrown { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOver { get; set; }

        public Exception Happens()
        {
            Thrown.TrySetResult();
            return exception;
        }
    }

    private sealed class FaultySpool(ISpool spool, Fault fault) : ISpool
    {
        public Task<SpoolUpload> BeginAsync(Digest packageId, long size, CancellationToken cancellation) => spool.BeginAsync(packageId, size, cancellation);

        public bool Contains(Digest packageId) => spool.Contains(packageId);

        public long Held(Digest packageId) => spool.Held(packageId);

        public Stream? OpenRead(Digest packageId) => fault.IsOver || spool.OpenRead(packageId) is not { } package ? spool.OpenRead(packageId) : new FaultyStream(package, fault);

        public long Size(Digest packageId) => spool.Size(packageId);

        public void Delete(Digest packageId) => spool.Delete(packageId);

        public IEnumerable<Digest> All() => spool.All();

        public int RemoveAbandoned(TimeSpan silence, TimeProvider clock) => spool.RemoveAbandoned(silence, clock);
    }

    private sealed class FaultyStream : MemoryStream
    {
        private readonly Fault fault;

        public FaultyStream(Stream package, Fault fault)
            : base(new byte[package.Length])
        {
            this.fault = fault;
            package.Dispose();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw fault.Happens();

        public override int Read(Span<byte> buffer) => throw fault.Happens();

        public override int ReadByte() => throw fault.Happens();

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw fault.Happens();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw fault.Happens();
    }
}
