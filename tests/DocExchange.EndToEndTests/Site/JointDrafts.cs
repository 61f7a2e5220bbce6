using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DocExchange.EndToEndTests.Site;

/// <summary>Draft packages of joint documents, as they pass between the desks of nodes.</summary>
internal static class JointDrafts
{
    private static readonly Person Keeper = new() { Id = "wang", Name = "王五", Role = "seal-keeper" };

    public static async Task<(DraftStanding Standing, byte[] Package)> ComposeAsync(this TestNode node, Draft draft, string name, byte[] body)
    {
        draft.Files.Add(new FileName { Name = name, Size = (ulong)body.Length });
        using var call = node.Desk.Compose();
        SendRequest[] pieces = [new SendRequest { Draft = draft }, new SendRequest { Chunk = ByteString.CopyFrom(body) }];
        await call.RequestStream.SendAllAsync(pieces.ToAsyncEnumerable(), CancellationToken.None);
        return await ReadAsync(call.ResponseStream);
    }

    public static async Task<(DraftStanding Standing, byte[] Package)> CountersignAsync(this TestNode node, string office, byte[] package, bool inspectOnly = false)
    {
        using var call = node.Desk.Countersign();
        CountersignRequest[] pieces = [new CountersignRequest { Order = new CountersignOrder { Office = office, Person = Keeper, InspectOnly = inspectOnly } }, new CountersignRequest { Chunk = ByteString.CopyFrom(package) }];
        await call.RequestStream.SendAllAsync(pieces.ToAsyncEnumerable(), CancellationToken.None);
        return await ReadAsync(call.ResponseStream);
    }

    public static async Task<SendReply> DispatchAsync(this TestNode node, string office, byte[] package, params string[] recipients)
    {
        using var call = node.Desk.Dispatch();
        DispatchRequest[] pieces = [new DispatchRequest { Order = new DispatchOrder { Office = office, Addressing = new Addressing { Main = { recipients } }, Person = Keeper } }, new DispatchRequest { Chunk = ByteString.CopyFrom(package) }];
        return await call.SendAsync(pieces.ToAsyncEnumerable(), CancellationToken.None);
    }

    private static async Task<(DraftStanding Standing, byte[] Package)> ReadAsync(IAsyncStreamReader<DraftPackage> replies)
    {
        DraftStanding? standing = null;
        using var content = new MemoryStream();
        await foreach (var reply in replies.ReadAllAsync())
        {
            standing ??= reply.Standing;
            reply.Chunk.WriteTo(content);
        }

        return (standing!, content.ToArray());
    }
}
