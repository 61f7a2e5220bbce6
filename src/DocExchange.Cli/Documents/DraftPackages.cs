using DocExchange.Core.Operating;
using DocExchange.Protocol;
using DocExchange.Protocol.Local.V1;
using Grpc.Core;

namespace DocExchange.Cli.Documents;

/// <summary>Draft packages on their way from issuer to issuer.</summary>
internal static class DraftPackages
{
    /// <param name="isWhole">Whether the node has taken everything.</param>
    /// <exception cref="FailedException">It has not, and did not say why.</exception>
    public static async Task<DraftStanding> StandingAsync(IAsyncStreamReader<DraftPackage> replies, bool isWhole, CancellationToken cancellation)
    {
        try
        {
            return await replies.AnswersAsync(isWhole, cancellation) && replies.Current.Standing is { } standing ? standing : throw Incomplete(0, 0);
        }
        catch (RpcException unanswered) when (!isWhole && unanswered.StatusCode == StatusCode.Unavailable)
        {
            throw Unanswered();
        }
    }

    /// <summary>After an exception there is no file.</summary>
    /// <inheritdoc cref="StandingAsync"/>
    public static async Task<DraftStanding> SaveAsync(IAsyncStreamReader<DraftPackage> replies, bool isWhole, string path, CancellationToken cancellation)
    {
        var standing = await StandingAsync(replies, isWhole, cancellation);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        try
        {
            await using var closing = file;
            await foreach (var reply in replies.ReadAllAsync(cancellation))
            {
                await file.WriteAsync(reply.Chunk.Memory, cancellation);
            }

            return file.Length == (long)standing.Size ? standing : throw Incomplete(standing.Size, file.Length);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <param name="path">Null where nothing was saved.</param>
    public static void Show(Screen screen, DraftStanding standing, string? path)
    {
        var isComplete = standing.Issuers.All(IsComplete);
        screen.Show(
            new
            {
                documentId = standing.DocumentId,
                title = standing.Title,
                number = standing.Number,
                dispatchedBy = standing.DispatchedBy,
                isComplete,
                issuers = standing.Issuers.Select(issuer => new { office = issuer.Office, name = issuer.Name, hasSigned = issuer.HasSigned, needsSeal = issuer.NeedsSeal, hasSealed = issuer.HasSealed }),
                parts = standing.Parts.Select(part => new { path = part.Path, size = part.Size, sha256 = Convert.ToHexStringLower(part.Sha256.Span) }),
                warnings = screen.Say(standing.Warnings, standing.WarningsEnglish),
                file = path,
                size = standing.Size,
            },
            [
                $"{standing.Number} {standing.Title}".TrimStart(),
                screen.Say($"系统标识 {standing.DocumentId}", $"Document id {standing.DocumentId}"),
                .. standing.Parts.Select(part => $"  {part.Path}  {part.Size}  {Convert.ToHexStringLower(part.Sha256.Span)}"),
                .. standing.Issuers.Select(issuer => Line(screen, issuer)),
                isComplete
                    ? screen.Say($"各署名机关均已签署，可由 {standing.DispatchedBy} 发送。", $"Every issuer has signed; {standing.DispatchedBy} may dispatch it.")
                    : screen.Say("尚有署名机关未签署，请将公文包交其签署。", "Not every issuer has signed; pass the package on to be countersigned."),
                .. screen.Say(standing.Warnings, standing.WarningsEnglish).Select(warning => "! " + warning),
                .. path is null ? Array.Empty<string>() : [screen.Say($"已保存 {path}，{standing.Size} 字节。", $"Saved {path}, {standing.Size} bytes.")],
            ]);
    }

    private static bool IsComplete(DraftIssuer issuer) => issuer.HasSigned && (issuer.HasSealed || !issuer.NeedsSeal);

    private static string Line(Screen screen, DraftIssuer issuer)
    {
        var signed = issuer.HasSigned ? screen.Say("已签名", "signed") : screen.Say("未签名", "not signed");
        var seal = (issuer.NeedsSeal, issuer.HasSealed) switch
        {
            (_, true) => screen.Say("已盖章", "sealed"),
            (true, false) => screen.Say("未盖章", "not sealed"),
            _ => screen.Say("无须盖章", "no seal needed"),
        };
        return $"{(IsComplete(issuer) ? "✓" : "○")} {issuer.Name}（{issuer.Office}）{signed}，{seal}";
    }

    private static FailedException Unanswered()
    {
        var (mebibytes, seconds) = (RequestDrain.MaxBytes >> 20, (int)RequestDrain.MaxTime.TotalSeconds);
        return new FailedException(
            "UNREACHABLE",
            $"节点在收完文件之前就结束了，原因未能送达：它拒绝之后最多再读取 {mebibytes} MiB、{seconds} 秒。请检查所填内容和文件是否合规、是否过大。",
            $"The node ended before it had all files, and its reason did not arrive: of what it refuses it reads on {mebibytes} MiB and for {seconds} s at most. Look whether what you gave is right and not too large.");
    }

    private static FailedException Incomplete(ulong announced, long received) =>
        new("INCOMPLETE", $"应有 {announced} 字节，收到 {received} 字节。", $"{announced} bytes were announced, {received} came.");
}
