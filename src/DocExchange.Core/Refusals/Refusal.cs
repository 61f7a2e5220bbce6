using DocExchange.Trust.Faults;

namespace DocExchange.Core.Refusals;

/// <summary>Why something was not done. The names are stable: they travel as ErrorInfo.reason and in Rejected statements.</summary>
public enum Refusal
{
    /// <summary>The bytes are not what they claim to be.</summary>
    FormatFailure,

    /// <summary>A signature, seal, digest or certificate path did not verify.</summary>
    NotAuthentic,

    /// <summary>The signing certificate is not bound to the party in the directory.</summary>
    NotBound,

    /// <summary>The certificate is revoked.</summary>
    Revoked,

    /// <summary>The calling node does not host that office.</summary>
    NotHosted,

    /// <summary>The caller is not party to that document.</summary>
    NotAParty,

    /// <summary>Not the next statement of its chain; the expected head is named.</summary>
    OutOfSequence,

    /// <summary>The chain already has another statement with that number.</summary>
    Equivocation,

    /// <summary>Made for another exchange.</summary>
    WrongExchange,

    UnknownDocument,

    UnknownRecipient,

    /// <summary>The list of recipients, or another field, disagrees with the package's metadata or with the directory.</summary>
    Disagreement,

    /// <summary>发文字号 already used by an accepted document of the issuer.</summary>
    NumberTaken,

    /// <summary>涉密: classified documents do not travel on this system.</summary>
    Classified,

    /// <summary>The dispatcher may not act for the issuer.</summary>
    NotEntitled,

    /// <summary>A signature or a seal that the metadata promises is not there.</summary>
    SignatureMissing,

    /// <summary>The act does not fit the state the document is in.</summary>
    WrongState,

    /// <summary>An act that needs a reason came without one.</summary>
    ReasonMissing,

    TooLarge,

    /// <summary>No room on the disk, or it is read-only; nothing was lost.</summary>
    StorageFull,

    /// <summary>Too much at once; try again after the given time.</summary>
    Busy,

    /// <summary>The invitation is unknown, used by another node, or expired.</summary>
    InvitationInvalid,

    /// <summary>The caller's certificate does not entitle it to this call.</summary>
    PermissionDenied,

    NotFound,

    /// <summary>Waits for people: for approvals, or for an outside authority's certificates. The same request can be repeated.</summary>
    Pending,
}

/// <summary>The spelling on the wire: FORMAT_FAILURE, NOT_AUTHENTIC and so on.</summary>
public static class RefusalNames
{
    public static string ToReason(this Refusal refusal)
    {
        var name = refusal.ToString();
        return string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));
    }

    public static Refusal? Parse(string? reason) =>
        Enum.GetValues<Refusal>().Cast<Refusal?>().FirstOrDefault(refusal => refusal!.Value.ToReason() == reason);
}

/// <summary>
/// A rule said no. Thrown where the rule is and mapped to the wire once. <see cref="Exception.Message"/> says in
/// Chinese what was refused and what to do, <see cref="English"/> the same in English.
/// </summary>
public class RefusedException(Refusal refusal, string chinese, string english, IReadOnlyDictionary<string, string>? details = null) : Exception(chinese), IWorded
{
    string IWorded.Chinese => Message;

    public Refusal Refusal { get; } = refusal;

    public string English { get; } = english;

    /// <summary>Machine-readable particulars, such as the expected head of a chain.</summary>
    public IReadOnlyDictionary<string, string> Details { get; } = details ?? new Dictionary<string, string>();
}
