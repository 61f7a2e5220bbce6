using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Tests.Node.HubLink;

/// <summary>Has what is uploaded already, gives packages of one byte, and notes in what order it was asked.</summary>
internal sealed class PackageHub : Wire.Exchange.ExchangeBase
{
    public const int LargeNumber = 0;

    private static readonly ByteString Piece = ByteString.CopyFrom(new byte[256 << 10]);

    private readonly Dictionary<Digest, int> numbers = Enumerable.Range(1, UrgentFirstTests.Count).ToDictionary(Package);

    private Task carrying = Task.CompletedTask;

    public List<int> Asked { get; } = [];

    public Action<int> Meanwhile { get; set; } = _ => { };

    /// <summary>A package it has not yet.</summary>
    public Digest? Large { get; set; }

    public long Held { get; private set; }

    /// <summary>Says that it has a byte less of it than it was given.</summary>
    public bool Understates { get; set; }

    /// <summary>Where its way was begun.</summary>
    public List<long> Offsets { get; } = [];

    /// <summary>Happens once, after the first piece of it.</summary>
    public Func<Task> MeanwhileCarrying { get; set; } = () => Task.CompletedTask;

    public static Digest Package(int number) => Digest.Of([(byte)number]);

    public override async Task<Wire.QueryUploadReply> QueryUpload(Wire.QueryUploadRequest request, ServerCallContext context)
    {
        var isLarge = Note(request.PackageId) == LargeNumber;
        if (!isLarge)
        {
            return new Wire.QueryUploadReply { Held = 1, Complete = true };
        }

        // An upload that was left has come to its end here too.
        await carrying;
        return new Wire.QueryUploadReply { Held = (ulong)Held };
    }

    public override async Task<Wire.UploadReply> Upload(IAsyncStreamReader<Wire.UploadRequest> requests, ServerCallContext context)
    {
        var ended = new TaskCompletionSource();
        carrying = ended.Task;
        try
        {
            Assert.That(await requests.MoveNext(context.CancellationToken), Is.True);
            Offsets.Add((long)requests.Current.Offset);
            do
            {
                Held += requests.Current.Chunk.Length;
                if (Held == requests.Current.Chunk.Length)
                {
                    await MeanwhileCarrying();
                }
            }
            while (await requests.MoveNext(context.CancellationToken));
        }
        finally
        {
            ended.SetResult();
        }

        return new Wire.UploadReply { Held = (ulong)(Understates ? Held - 1 : Held) };
    }

    public override async Task Fetch(Wire.FetchRequest request, IServerStreamWriter<Wire.PackageChunk> responseStream, ServerCallContext context)
    {
        var number = Note(request.PackageId);
        if (number != LargeNumber)
        {
            await responseStream.WriteAsync(new Wire.PackageChunk { Chunk = ByteString.CopyFrom((byte)number) }, context.CancellationToken);
            return;
        }

        Offsets.Add((long)request.Offset);
        for (var at = (int)request.Offset; at < 4 << 20; at += Piece.Length)
        {
            await responseStream.WriteAsync(new Wire.PackageChunk { Chunk = Piece }, context.CancellationToken);
            if (at == 0)
            {
                await MeanwhileCarrying();
            }
        }
    }

    private int Note(ByteString package)
    {
        var digest = package.ToDigest("package_id");
        var number = digest == Large ? LargeNumber : numbers[digest];
        Asked.Add(number);
        Meanwhile(number);
        return number;
    }
}
