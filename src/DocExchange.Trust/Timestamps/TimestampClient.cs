using System.Numerics;
using System.Security.Cryptography;
using DocExchange.Trust.Faults;
using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>The authority gave no token that may be relied upon. Nothing was stamped; the same may be asked for again.</summary>
public sealed class NoTimestampException(string chinese, string english, Exception? cause = null) : Exception(english, cause), IWorded
{
    public string Chinese { get; } = chinese;

    public string English => Message;
}

public sealed record TimestampClientOptions
{
    /// <summary>The authority's policy to ask for; null where any will do.</summary>
    public string? Policy { get; init; }

    /// <summary>How long one question may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How far the authority's clock may be from ours (RFC 3161 §2.4.2: the requester checks the timeliness).</summary>
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromMinutes(10);

    public int MaxResponse { get; init; } = TimestampResponse.MaxSize;
}

/// <summary>
/// Asks an authority for a token and judges the answer before it is given on: status, digest, nonce, policy, time, and the
/// token itself (RFC 3161 §2.2, §2.4.2). Safe for concurrent use.
/// </summary>
public sealed class TimestampClient(ITimestampSender sender, TimestampValidator validator, TimestampClientOptions options, TimeProvider clock)
{
    private const int NonceSize = 8;

    /// <summary>A token over bytes, with its verdict, which is TOTAL_PASSED.</summary>
    /// <exception cref="NoTimestampException">The authority was not reached in time, refused, or gave what does not pass.</exception>
    public async Task<TimestampVerdict> StampAsync(ContentDigests over, DigestAlgorithm algorithm, CancellationToken cancellation)
    {
        var digest = over.Get(algorithm) ?? throw new ArgumentException($"The {algorithm} digest of what is to be stamped is not given.", nameof(over));
        var nonce = new BigInteger(RandomNumberGenerator.GetBytes(NonceSize), isUnsigned: true, isBigEndian: true);
        var request = new TimestampRequest(MessageImprint.Of(algorithm, digest)) { Nonce = nonce, Policy = options.Policy, WantsCertificate = true };
        var response = Read(await SendAsync(request, cancellation));
        if (!response.IsGranted)
        {
            throw Refused(response);
        }

        var now = clock.GetUtcNow();
        var verdict = validator.Judge(response.Token!.Value, over, now);
        Check(request, verdict, now);
        return verdict;
    }

    private async Task<byte[]> SendAsync(TimestampRequest request, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            var answer = await sender.SendAsync(request.Encode(), options.MaxResponse, either.Token).WaitAsync(either.Token);
            return answer.Length <= options.MaxResponse
                ? answer
                : throw new NoTimestampException($"时间戳应答长 {answer.Length} 字节，过大。", $"The answer of the time-stamp authority has {answer.Length} bytes, which is too much.");
        }
        catch (IOException fault)
        {
            throw new NoTimestampException("无法从时间戳服务取得应答：" + FaultWords.Of(fault), "The time-stamp authority gave no answer: " + fault.Message, fault);
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            throw new NoTimestampException(
                $"时间戳服务在 {options.Timeout.TotalSeconds:0} 秒内没有应答。", $"The time-stamp authority did not answer within {options.Timeout.TotalSeconds:0} seconds.", fault);
        }
    }

    private static TimestampResponse Read(byte[] answer)
    {
        try
        {
            return TimestampResponse.Parse(answer);
        }
        catch (TimestampFormatException fault)
        {
            throw new NoTimestampException(fault.Chinese, fault.English, fault);
        }
    }

    private static NoTimestampException Refused(TimestampResponse response)
    {
        var reasons = string.Join(", ", response.Failures.Select(failure => failure.ToString()).Prepend(response.Status.ToString()));
        return new NoTimestampException(
            $"时间戳服务拒绝了请求（{reasons}）：{response.Text}", $"The time-stamp authority refused ({reasons}): {response.Text}");
    }

    private void Check(TimestampRequest request, TimestampVerdict verdict, DateTimeOffset now)
    {
        if (verdict.Token is { Info: var info })
        {
            Require(info.Imprint.IsSameAs(request.Imprint), "时间戳是为其他内容加盖的。", "The time-stamp is over another digest than the one asked for.");
            Require(info.Nonce == request.Nonce, "时间戳不是对本次请求的应答（随机数不符）。", "The time-stamp does not answer this request: the nonces differ.");
            Require(request.Policy is null || info.Policy == request.Policy, $"时间戳策略为 {info.Policy}，不是所要求的。", $"The time-stamp is under the policy {info.Policy}, not the one asked for.");
            Require((info.GenTime - now).Duration() <= options.MaxSkew, $"时间戳的时间 {info.GenTime:u} 与本机时钟相差过大。", $"The time-stamp is of {info.GenTime:u}, too far from the clock here.");
        }

        var faults = verdict.Signature.Findings.Where(finding => finding.Indication != Validation.Indication.TotalPassed).ToList();
        Require(
            faults.Count == 0,
            "时间戳未通过验证：" + string.Concat(faults.Select(fault => fault.Chinese)),
            "The time-stamp does not pass: " + string.Join(' ', faults.Select(fault => fault.English)));
    }

    private static void Require(bool holds, string chinese, string english)
    {
        if (!holds)
        {
            throw new NoTimestampException(chinese, english);
        }
    }
}
