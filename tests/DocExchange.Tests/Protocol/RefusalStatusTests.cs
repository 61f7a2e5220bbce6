using DocExchange.Core.Refusals;
using DocExchange.Protocol;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace DocExchange.Tests.Protocol;

public sealed class RefusalStatusTests
{
    private static IEnumerable<Refusal> Refusals => Enum.GetValues<Refusal>();

    [TestCaseSource(nameof(Refusals))]
    public void A_refusal_comes_through_as_it_went_in(Refusal refusal)
    {
        var refused = new RefusedException(refusal, "不行", "No.", new Dictionary<string, string> { ["expected_number"] = "7" });
        RefusedException[] arrived = [refused.ToRpcException().ToRefusal()!, RefusalStatus.FromWire(refused.ToWire())];
        foreach (var each in arrived)
        {
            Assert.That((each.Refusal, each.Message, each.English, each.Details["expected_number"]), Is.EqualTo((refusal, "不行", "No.", "7")));
        }

        Assert.That(refused.ToRpcException().StatusCode, Is.Not.EqualTo(StatusCode.OK).And.Not.EqualTo(StatusCode.Internal).And.Not.EqualTo(StatusCode.Unknown));
    }

    [Test]
    public void The_reasons_on_the_wire_are_stable() => Assert.That(string.Join(' ', Refusals.Select(refusal => refusal.ToReason())), Is.EqualTo(
        "FORMAT_FAILURE NOT_AUTHENTIC NOT_BOUND REVOKED NOT_HOSTED NOT_A_PARTY OUT_OF_SEQUENCE EQUIVOCATION WRONG_EXCHANGE UNKNOWN_DOCUMENT UNKNOWN_RECIPIENT "
        + "DISAGREEMENT NUMBER_TAKEN CLASSIFIED NOT_ENTITLED SIGNATURE_MISSING WRONG_STATE REASON_MISSING TOO_LARGE STORAGE_FULL BUSY INVITATION_INVALID PERMISSION_DENIED NOT_FOUND PENDING"));

    [TestCaseSource(nameof(Refusals))]
    public void What_passes_by_itself_says_when_to_try_again(Refusal refusal)
    {
        var status = new RefusedException(refusal, "不行", "No.").ToRpcException();
        var isPassing = refusal is Refusal.Busy or Refusal.StorageFull;

        var pause = status.GetRpcStatus()!.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan();

        Assert.That(status.StatusCode == StatusCode.ResourceExhausted, Is.EqualTo(isPassing));
        Assert.That(pause, isPassing ? Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)) : Is.Null);
    }

    [Test]
    public void A_failure_that_is_no_refusal_is_not_taken_for_one() =>
        Assert.That(new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "gone")).ToRefusal(), Is.Null);

    [Test]
    public void A_field_of_the_wrong_size_is_refused_by_name()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => ByteString.CopyFrom(1, 2).ToDigest("package_id"), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.English)).Contains("package_id"));
            Assert.That(() => ulong.MaxValue.ToCount("offset"), Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.English)).Contains("offset"));
            Assert.That(Digest.Of("x"u8).ToWire().ToDigest("x"), Is.EqualTo(Digest.Of("x"u8)));
            Assert.That(7UL.ToCount("offset"), Is.EqualTo(7));
        }
    }
}
