using DocExchange.Cli;
using DocExchange.Core.Operating;
using DocExchange.Protocol.Local.V1;
using DocExchange.Tests.Durability;
using Grpc.Core;

namespace DocExchange.Tests.Cli;

internal sealed class ChunksTests
{
    [Test]
    public async Task Leave_it_to_the_answer_to_say_why_the_other_side_heard_enough()
    {
        var writer = new Refuser(new RpcException(new Status(StatusCode.Cancelled, "The call ended.")));

        await Chunks.SendAsync(writer, new SendRequest { Draft = new Draft() }, [typeof(Chunks).Assembly.Location], chunk => new SendRequest { Chunk = chunk }, LongWork.Unseen, CancellationToken.None);

        Assert.That(writer.Taken, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Stop_when_the_caller_wishes_it()
    {
        using var ending = new CancellationTokenSource();
        await ending.CancelAsync();
        var writer = new Refuser(new OperationCanceledException(ending.Token));

        await Assert.ThrowsAsync<TaskCanceledException>(
            () => Chunks.SendAsync(writer, new SendRequest(), [typeof(Chunks).Assembly.Location], chunk => new SendRequest { Chunk = chunk }, LongWork.Unseen, ending.Token));
    }

    [Test]
    public void Are_not_looked_for_in_a_file_that_is_not_there()
    {
        var missing = Assert.Throws<FailedException>(() => Chunks.NameOf("/nowhere/正文.pdf"));

        Assert.That(missing!.Message, Is.EqualTo("没有文件“/nowhere/正文.pdf”。"));
    }

    [Test]
    public async Task Follow_a_link_to_the_file_it_leads_to()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Under("正文.pdf"), "%PDF-1.4 body");
        File.CreateSymbolicLink(folder.Under("链接.pdf"), folder.Under("正文.pdf"));

        Assert.That(Chunks.NameOf(folder.Under("链接.pdf")), Is.EqualTo(new FileName { Name = "链接.pdf", Size = 13 }));
    }

    [Test]
    public void Are_not_taken_of_what_has_no_size() =>
        Assert.That(Assert.Throws<FailedException>(() => Chunks.NameOf("/dev/zero"))!.Reason, Is.EqualTo("NOT_A_FILE"));

    /// <summary>Takes one message and no more.</summary>
    private sealed class Refuser(Exception refusal) : IClientStreamWriter<SendRequest>
    {
        public List<SendRequest> Taken { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(SendRequest message)
        {
            if (Taken.Count > 0)
            {
                throw refusal;
            }

            Taken.Add(message);
            return Task.CompletedTask;
        }

        public Task WriteAsync(SendRequest message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task CompleteAsync() => throw new InvalidOperationException("The call has ended.");
    }
}
