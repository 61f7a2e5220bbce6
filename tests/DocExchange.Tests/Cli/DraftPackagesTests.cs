using DocExchange.Cli;
using DocExchange.Cli.Documents;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Tests.Cli;

/// <summary>What a node answers to a draft package, or does not.</summary>
internal sealed class DraftPackagesTests
{
    // More than the node reads on after it refused: its answer may be lost.
    [Test]
    public async Task A_node_that_ends_before_it_had_everything_and_says_nothing_is_told_with_its_limit()
    {
        var lost = new Replies(() => throw new RpcException(new Status(StatusCode.Unavailable, "reset")));
        var told = (await Assert.ThrowsAsync<FailedException>(() => DraftPackages.StandingAsync(lost, isWhole: false, CancellationToken.None)))!;
        Assert.That((told.Message, told.English), Is.EqualTo((Holding(told.Message, "16 MiB、5 秒"), Holding(told.English, "16 MiB and for 5 s"))));
        Assert.That(() => DraftPackages.StandingAsync(lost, isWhole: true, CancellationToken.None), Throws.InstanceOf<RpcException>());
    }

    [Test]
    public async Task A_refusal_that_arrives_counts_and_so_does_an_answer()
    {
        var refused = new Replies(() => throw new RpcException(new Status(StatusCode.FailedPrecondition, "停用")));
        Assert.That(() => DraftPackages.StandingAsync(refused, isWhole: false, CancellationToken.None), Throws.InstanceOf<RpcException>().With.Message.Contains("停用"));
        Assert.That((await DraftPackages.StandingAsync(new Replies(() => Task.FromResult(true)), isWhole: false, CancellationToken.None)).Title, Is.EqualTo("通知"));
    }

    private static string Holding(string text, string part) => text.Contains(part, StringComparison.Ordinal) ? text : $"no '{part}' in it";

    private sealed class Replies(Func<Task<bool>> next) : IAsyncStreamReader<DraftPackage>
    {
        public DraftPackage Current => new() { Standing = new DraftStanding { Title = "通知" } };

        public Task<bool> MoveNext(CancellationToken cancellationToken) => next();
    }
}
