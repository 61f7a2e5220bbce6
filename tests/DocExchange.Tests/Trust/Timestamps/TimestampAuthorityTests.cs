using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Trust.Timestamps;

[TestFixture]
public sealed class TimestampAuthorityTests
{
    private static readonly MessageImprint Imprint = MessageImprint.Of(DigestAlgorithm.Sha256, DigestAlgorithms.Hash(DigestAlgorithm.Sha256, StampingSite.Content));

    private StampingSite site = null!;

    [OneTimeSetUp]
    public void Found() => site = new StampingSite();

    [OneTimeTearDown]
    public void Close() => site.Dispose();

    [Test]
    public async Task Repeats_what_was_asked_and_numbers_its_tokens()
    {
        var first = await AskAsync(new TimestampRequest(Imprint) { Nonce = 99, WantsCertificate = true });
        var second = await AskAsync(new TimestampRequest(Imprint));
        var (one, two) = (TimestampToken.Parse(first.Token!.Value), TimestampToken.Parse(second.Token!.Value));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(one.Info.Nonce, Is.EqualTo(new System.Numerics.BigInteger(99)));
            Assert.That(two.Info.Nonce, Is.Null);
            Assert.That(two.Info.SerialNumber, Is.GreaterThan(one.Info.SerialNumber));
            Assert.That(one.Info.Imprint.IsSameAs(Imprint), Is.True);
            Assert.That(one.Info.GenTime, Is.EqualTo(SigningOffice.Now));
            Assert.That(one.Info.Policy, Is.EqualTo(TimestampOids.BuiltInPolicy));
            Assert.That(one.Signed.Certificates, Has.Count.EqualTo(1 + site.Key.Chain.Count));
            Assert.That(two.Signed.Certificates, Is.Empty, "the certificate was not asked for");
            Assert.That(one.Signed.IsDer, Is.True);
        }
    }

    [Test]
    public async Task Refuses_what_it_does_not_stamp_and_says_why()
    {
        var sha1 = MessageImprint.Of(DigestAlgorithm.Sha1, new byte[20]);
        var shortDigest = MessageImprint.Of(DigestAlgorithm.Sha256, new byte[31]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await AskAsync(new TimestampRequest(sha1))).Failures, Is.EqualTo(new[] { TimestampFailure.BadAlgorithm }));
            Assert.That((await AskAsync(new TimestampRequest(shortDigest))).Failures, Is.EqualTo(new[] { TimestampFailure.BadDataFormat }));
            Assert.That((await AskAsync(new TimestampRequest(Imprint) { Version = 2 })).Failures, Is.EqualTo(new[] { TimestampFailure.BadRequest }));
            Assert.That((await AskAsync(new TimestampRequest(Imprint) { Policy = "1.2.3" })).Failures, Is.EqualTo(new[] { TimestampFailure.UnacceptedPolicy }));
            Assert.That(TimestampResponse.Parse(await site.Authority.AnswerAsync("x"u8.ToArray(), CancellationToken.None)).Failures, Is.EqualTo(new[] { TimestampFailure.BadDataFormat }));
            Assert.That(TimestampResponse.Parse(await site.Authority.AnswerAsync(new byte[TimestampRequest.MaxSize + 1], CancellationToken.None)).IsGranted, Is.False);
        }
    }

    [Test]
    public async Task Refuses_a_critical_extension_it_does_not_know()
    {
        var extension = ForgedCms.Sequence(ForgedCms.Oid("1.2.3.4"), [1, 1, 0xFF], ForgedCms.Octets([]));
        var body = new TimestampRequest(Imprint).Encode();
        byte[] extended = ForgedCms.Sequence(body[2..], ForgedCms.Tlv(0xA0, extension));

        var response = TimestampResponse.Parse(await site.Authority.AnswerAsync(extended, CancellationToken.None));

        Assert.That(response.Failures, Is.EqualTo(new[] { TimestampFailure.UnacceptedExtension }));
    }

    [Test]
    public async Task Makes_no_token_without_a_number_or_outside_its_certificate()
    {
        using var other = new StampingSite();
        var expired = new TimestampAuthority(other.Key, other.Serials, new FakeTimeProvider(other.Key.Certificate.NotAfter.AddDays(1)));
        other.Serials.IsBroken = true;

        var unnumbered = TimestampResponse.Parse(await other.Authority.AnswerAsync(new TimestampRequest(Imprint).Encode(), CancellationToken.None));
        var late = TimestampResponse.Parse(await expired.AnswerAsync(new TimestampRequest(Imprint).Encode(), CancellationToken.None));

        Assert.That(unnumbered.Failures, Is.EqualTo(new[] { TimestampFailure.SystemFailure }));
        Assert.That(late.Failures, Is.EqualTo(new[] { TimestampFailure.TimeNotAvailable }));
    }

    private async Task<TimestampResponse> AskAsync(TimestampRequest request) =>
        TimestampResponse.Parse(await site.Authority.AnswerAsync(request.Encode(), CancellationToken.None));
}
