using CsCheck;
using DocExchange.Trust.Timestamps;

namespace DocExchange.Tests.Trust.Timestamps;

[TestFixture]
public sealed class TimestampFuzzTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private StampingSite site = null!;
    private byte[] request = [];
    private byte[] response = [];
    private byte[] token = [];

    [OneTimeSetUp]
    public async Task Stamp()
    {
        site = new StampingSite();
        token = await site.StampAsync();
        request = new TimestampRequest(TimestampToken.Parse(token).Info.Imprint) { Nonce = 7, Policy = "1.2.3", WantsCertificate = true }.Encode();
        response = TimestampResponse.Rejected(TimestampFailure.TimeNotAvailable, "later").Encode();
    }

    [OneTimeTearDown]
    public void Close() => site.Dispose();

    [Test]
    public void Throws_nothing_but_its_own_exception_for_arbitrary_bytes() =>
        Gen.Byte.Array[0, 300].Sample(ReadAll, iter: 3000);

    [Test]
    public void Throws_nothing_but_its_own_exception_for_altered_requests_responses_and_tokens()
    {
        foreach (var whole in new[] { request, response, TimestampResponse.Granted(token).Encode(), token, TimestampToken.Parse(token).Signed.Content!.Value.ToArray() })
        {
            Alterations(whole).Sample(alterations => ReadAll(alterations.Aggregate(whole, Alter)), iter: 2000);
        }
    }

    [Test]
    public void Passes_no_altered_token_that_says_anything_else()
    {
        var genuine = TimestampToken.Parse(token);
        Alterations(token).Sample(
            alterations =>
            {
                var altered = alterations.Aggregate(token, Alter);
                var verdict = site.Judge(altered);
                return !verdict.IsPassed || verdict.Token!.Signed.Content!.Value.Span.SequenceEqual(genuine.Signed.Content!.Value.Span);
            },
            iter: 3000);
    }

    [Test]
    public async Task Answers_every_request_with_a_response_that_can_be_read()
    {
        await Alterations(request).SampleAsync(
            async alterations =>
            {
                var answer = await site.Authority.AnswerAsync(alterations.Aggregate(request, Alter), CancellationToken.None);
                return TimestampResponse.Parse(answer) is { IsGranted: true } or { Failures.Count: 1 };
            },
            iter: 1000);
    }

    private static Gen<(int At, int Removed, byte[] Inserted)[]> Alterations(byte[] whole) =>
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 4], Gen.Byte.Array[0, 12]).Array[1, 4];

    private static byte[] Alter(byte[] bytes, (int At, int Removed, byte[] Inserted) change)
    {
        var at = Math.Min(change.At, bytes.Length);
        var end = Math.Min(at + change.Removed, bytes.Length);
        return [.. bytes.AsSpan(0, at), .. change.Inserted, .. bytes.AsSpan(end)];
    }

    private void ReadAll(byte[] bytes)
    {
        var began = TimeProvider.System.GetTimestamp();
        Only(() => TimestampRequest.Parse(bytes).Encode());
        Only(() => TimestampResponse.Parse(bytes).Encode());
        Only(() => TimestampInfo.Parse(bytes).Encode());
        Only(() => TimestampToken.Parse(bytes));
        _ = site.Judge(bytes).Signature.Indication;
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(Bound));
    }

    private static void Only(Func<object> read)
    {
        try
        {
            read();
        }
        catch (TimestampFormatException fault)
        {
            Assert.That(fault.Code, Does.StartWith("TST_"));
            Assert.That(fault.Chinese, Is.Not.Empty);
        }
    }
}
