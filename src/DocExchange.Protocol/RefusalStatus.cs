using DocExchange.Core.Refusals;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Wire = DocExchange.Protocol.V1;

namespace DocExchange.Protocol;

/// <summary>
/// Refusals on the wire: a google.rpc.Status with ErrorInfo (stable reason, particulars) and both sentences as
/// LocalizedMessage.
/// </summary>
public static class RefusalStatus
{
    /// <summary>The ErrorInfo domain.</summary>
    public const string Domain = "docexchange";

    public static RpcException ToRpcException(this RefusedException refused)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = refused.Refusal.ToReason() };
        info.Metadata.Add(new Dictionary<string, string>(refused.Details));
        var status = new Google.Rpc.Status
        {
            Code = (int)CodeOf(refused.Refusal),
            Message = refused.English,
            Details =
            {
                Any.Pack(info),
                Any.Pack(new LocalizedMessage { Locale = "zh-CN", Message = refused.Message }),
                Any.Pack(new LocalizedMessage { Locale = "en", Message = refused.English }),
            },
        };
        if (RetryAfter(refused.Refusal) is { } pause)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(pause) }));
        }

        return status.ToRpcException();
    }

    /// <summary>When it is worth trying the same again, as google.rpc.RetryInfo says it; null for what does not pass by itself.</summary>
    public static TimeSpan? RetryAfter(Refusal refusal) => refusal switch
    {
        Refusal.Busy => TimeSpan.FromSeconds(1),
        Refusal.StorageFull => TimeSpan.FromSeconds(30),
        _ => null,
    };

    /// <summary>The refusal that a peer sent; null for any other failure of the call.</summary>
    public static RefusedException? ToRefusal(this RpcException failure)
    {
        var status = failure.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        if (info?.Domain != Domain || RefusalNames.Parse(info.Reason) is not { } refusal)
        {
            return null;
        }

        var texts = status!.Details.Where(detail => detail.Is(LocalizedMessage.Descriptor)).Select(detail => detail.Unpack<LocalizedMessage>()).ToList();
        return new RefusedException(refusal, Text("zh-CN"), Text("en"), info.Metadata.ToDictionary());

        string Text(string locale) => texts.FirstOrDefault(text => text.Locale == locale)?.Message ?? status.Message;
    }

    public static Wire.Refused ToWire(this RefusedException refused)
    {
        var wire = new Wire.Refused { Reason = refused.Refusal.ToReason(), Chinese = refused.Message, English = refused.English };
        wire.Details.Add(new Dictionary<string, string>(refused.Details));
        return wire;
    }

    /// <summary>A reason this version does not know becomes <see cref="Refusal.PermissionDenied"/> with its text kept.</summary>
    public static RefusedException FromWire(Wire.Refused wire) =>
        new(RefusalNames.Parse(wire.Reason) ?? Refusal.PermissionDenied, wire.Chinese, wire.English, wire.Details.ToDictionary());

    private static StatusCode CodeOf(Refusal refusal) => refusal switch
    {
        Refusal.FormatFailure or Refusal.NotAuthentic or Refusal.WrongExchange or Refusal.UnknownRecipient or Refusal.Disagreement
            or Refusal.Classified or Refusal.SignatureMissing or Refusal.ReasonMissing or Refusal.TooLarge => StatusCode.InvalidArgument,
        Refusal.NotBound or Refusal.Revoked or Refusal.NotHosted or Refusal.NotAParty or Refusal.NotEntitled
            or Refusal.InvitationInvalid or Refusal.PermissionDenied => StatusCode.PermissionDenied,
        Refusal.UnknownDocument or Refusal.NotFound => StatusCode.NotFound,
        Refusal.NumberTaken => StatusCode.AlreadyExists,
        Refusal.StorageFull or Refusal.Busy => StatusCode.ResourceExhausted,
        _ => StatusCode.FailedPrecondition,
    };
}
