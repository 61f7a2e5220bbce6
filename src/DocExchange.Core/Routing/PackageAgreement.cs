using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Schemas;
using DocExchange.Core.Statements;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Routing;

/// <summary>
/// Whether a package is the one its Dispatched promises, issued by those it names, to offices that exist. Hub and
/// nodes ask the same questions. All reasons against it are listed; an empty list means it may be delivered.
/// </summary>
public static class PackageAgreement
{
    /// <param name="directory">The version in force when the package is judged.</param>
    /// <param name="named">The version the Dispatched names, against which its list was expanded; null where the history has none such.</param>
    /// <param name="at">The time of judgement.</param>
    /// <param name="isWhole">Whether every version there was is at hand; otherwise nothing is said of one that is not.</param>
    public static IReadOnlyList<RejectionReason> Check(
        PackageVerdict package, Statement dispatched, OfficeDirectory directory, OfficeDirectory? named, DateTimeOffset at, bool isWhole = true)
    {
        var dispatch = (DispatchBody)dispatched.Body;
        var reasons = package.Verdict.Faults.Select(fault => new RejectionReason(fault.Code, fault.Chinese, fault.English)).ToList();
        if (package.Manifest is null)
        {
            return reasons;
        }

        reasons.AddRange(CheckIdentity(package, dispatched, dispatch));
        reasons.AddRange(CheckRecipients(dispatch, directory, named, at, isWhole));
        if (DocumentMetadata.TryParse(package.Metadata.Span, out var problems) is { } metadata)
        {
            reasons.AddRange(CheckMetadata(metadata, dispatched, dispatch));
            reasons.AddRange(CheckNumber(metadata.Number, dispatch.Issuers, directory));
            reasons.AddRange(CheckIssuers(package, metadata, dispatched, directory, at));
            reasons.AddRange(CheckNames(metadata, directory));
        }
        else
        {
            reasons.AddRange(problems.Select(problem => new RejectionReason(problem.Code, problem.Chinese, problem.English)));
        }

        return reasons;
    }

    /// <summary>Whether nothing but the want of revocation data is against it: that passes when a list comes.</summary>
    /// <inheritdoc cref="Check"/>
    public static bool MayPass(PackageVerdict package, Statement dispatched, OfficeDirectory directory, OfficeDirectory? named, DateTimeOffset at, bool isWhole = true) =>
        package.WithoutLists is { } otherwise && Check(otherwise, dispatched, directory, named, at, isWhole).Count == 0;

    /// <summary>Whether the number begins with an agency code (机关代字) of one of the issuers; where they have none, any will do.</summary>
    public static IEnumerable<RejectionReason> CheckNumber(DocumentNumber? number, IEnumerable<PartyId> issuers, OfficeDirectory directory)
    {
        var codes = issuers.SelectMany(issuer => directory.Find(issuer)?.AgencyCodes ?? []).ToList();
        if (number is not null && codes.Count > 0 && !codes.Contains(number.AgencyCode))
        {
            yield return Disagree(
                $"机关代字“{number.AgencyCode}”不属于署名机关（{string.Join("、", codes)}）。", $"The agency code '{number.AgencyCode}' is none of the issuers' ({string.Join(", ", codes)}).");
        }
    }

    private static IEnumerable<RejectionReason> CheckIdentity(PackageVerdict package, Statement dispatched, DispatchBody dispatch)
    {
        if (!Roles.Allow(dispatched))
        {
            var (chinese, english) = Roles.Explain(dispatched);
            yield return Reason(Refusal.PermissionDenied, chinese, english);
        }

        if (package.PackageId != dispatch.Package.Value)
        {
            yield return Disagree("公文包与发文凭证声明的不是同一文件。", "The package is not the file that the Dispatched names.");
        }

        if (package.DocumentId != dispatched.Document?.Value)
        {
            yield return Disagree("系统标识与发文凭证不符。", "The document id is not the one the Dispatched names.");
        }
    }

    private static IEnumerable<RejectionReason> CheckRecipients(DispatchBody dispatch, OfficeDirectory directory, OfficeDirectory? named, DateTimeOffset at, bool isWhole)
    {
        if (dispatch.Recipients.Main.Count == 0)
        {
            yield return Reason(Refusal.UnknownRecipient, "发文凭证没有主送单位。", "The Dispatched names no main recipient.");
        }

        if (dispatch.DirectoryVersion > directory.Version || (named is null ? isWhole : named.Version != dispatch.DirectoryVersion))
        {
            yield return Disagree(
                $"发文凭证依据机构目录第 {dispatch.DirectoryVersion} 版，历史上没有这一版，现行为第 {directory.Version} 版。",
                $"The Dispatched rests on directory version {dispatch.DirectoryVersion}, which there is not; the newest is {directory.Version}.");
            named = null;
        }

        foreach (var id in dispatch.Recipients.All)
        {
            if (directory.Find(id) is not { } office || !office.Period.Contains(at))
            {
                yield return Reason(Refusal.UnknownRecipient, $"机构目录中没有收文单位 {id}。", $"The directory has no recipient {id}.");
            }
            else if (office.HostedBy is null)
            {
                yield return Reason(Refusal.UnknownRecipient, $"收文单位 {office.Name}（{id}）尚未接入。", $"The recipient {id} has no node yet.");
            }
            else if (named is not null && named.Find(id) is null)
            {
                yield return Disagree(
                    $"发文凭证依据机构目录第 {named.Version} 版，该版中没有收文单位 {office.Name}（{id}）。",
                    $"The Dispatched rests on directory version {named.Version}, which has no recipient {id}.");
            }
        }
    }

    private static IEnumerable<RejectionReason> CheckMetadata(DocumentMetadata metadata, Statement dispatched, DispatchBody dispatch)
    {
        if (metadata.Security.IsClassified)
        {
            yield return Reason(Refusal.Classified, "涉密公文不得通过本系统传输。", "Classified documents do not travel on this system.");
        }

        (string Chinese, string English, string? Stated, string? Found)[] fields =
        [
            ("标题", "title", dispatch.Title, metadata.Title),
            ("发文字号", "number", dispatch.Number, metadata.Number?.ToString() ?? metadata.PrintedNumber),
            ("文种", "document type", dispatch.DocumentType, metadata.Type.Code() ?? ""),
            ("紧急程度", "urgency", dispatch.Urgency ?? "", metadata.Urgency == Urgency.None ? "" : metadata.Urgency.Chinese()),
            ("发文单位", "dispatcher", dispatched.Issuer.ToString(), metadata.DispatchedBy),
            ("签收期限", "deadline for signing", Format(dispatch.SignBy), Format(metadata.SignBy)),
            ("办复期限", "deadline for the reply", Format(dispatch.ReplyBy), Format(metadata.ReplyBy)),
            ("被更正公文", "document it replaces", dispatch.Replaces?.ToString() ?? "", ReplacedBy(metadata)?.ToString() ?? ""),
            ("署名机关", "issuers", string.Join(' ', dispatch.Issuers), string.Join(' ', metadata.Issuers.Select(issuer => issuer.OfficeId))),
        ];
        foreach (var field in fields.Where(field => field.Stated != field.Found))
        {
            yield return Disagree(
                $"{field.Chinese}不一致：发文凭证为“{field.Stated}”，公文元数据为“{field.Found}”。",
                $"The {field.English} disagrees: '{field.Stated}' in the Dispatched, '{field.Found}' in the metadata.");
        }
    }

    private static IEnumerable<RejectionReason> CheckIssuers(
        PackageVerdict package, DocumentMetadata metadata, Statement dispatched, OfficeDirectory directory, DateTimeOffset at)
    {
        var standings = IssuerStandings.Of(package, metadata, directory, at);
        foreach (var standing in standings.Issuers)
        {
            var issuer = standing.Issuer;
            if (!standing.HasSigned)
            {
                yield return Reason(Refusal.SignatureMissing, $"缺少署名机关 {issuer.PrintedName} 的有效签名。", $"The issuer {issuer.OfficeId} has not signed with a key bound to it.");
            }
            else if (standing.IsHost && !directory.MayActFor(dispatched.Issuer, standing.Office!, at))
            {
                // Only the host is dispatched for; each further issuer consents by its own signature.
                yield return Reason(Refusal.NotEntitled, $"{dispatched.Issuer} 无权代 {issuer.PrintedName} 发文。", $"{dispatched.Issuer} may not dispatch for {issuer.OfficeId}.");
            }

            if (standing is { LacksSeal: true, SealLack: { } lack })
            {
                yield return SealReason(issuer, lack);
            }

            if (standing.BodySealMissing is { } missing)
            {
                yield return missing;
            }
        }

        if (standings.HasStranger)
        {
            yield return Disagree("公文包带有署名机关以外的签名或印章。", "The package carries a signature or seal of somebody who is not an issuer.");
        }
    }

    // Nobody reads ids: whoever prints another office's name passes for it. Any other text may be the office's own, written in another way. Who is
    // called so counts now, when it is accepted: which older version a Dispatched rests on its maker chooses.
    private static IEnumerable<RejectionReason> CheckNames(DocumentMetadata metadata, OfficeDirectory directory)
    {
        foreach (var issuer in metadata.Issuers)
        {
            var id = PartyId.TryParse(issuer.OfficeId);
            var own = id is null ? null : directory.Find(id);
            var isOwn = own is not null && OfficeNames.IsCalled(own, issuer.PrintedName);
            if (!isOwn && directory.Offices.FirstOrDefault(office => office.Id != id && OfficeNames.PassesFor(office, own, issuer.PrintedName)) is { } other)
            {
                yield return Disagree(
                    $"署名“{issuer.PrintedName}”是另一单位 {other.Id} 的名称，不是署名机关 {issuer.OfficeId} 的。", $"The name '{issuer.PrintedName}' under the document is that of {other.Id}, not of the issuer {issuer.OfficeId}.");
            }
        }
    }

    private static RejectionReason SealReason(Issuer issuer, SealLack lack) => lack switch
    {
        SealLack.Stopped => new("SEAL_STOPPED", $"署名机关 {issuer.PrintedName} 的印章已停用。", $"The seal of the issuer {issuer.OfficeId} has been stopped."),
        SealLack.OutOfPeriod => new(
            "SEAL_OUT_OF_PERIOD", $"署名机关 {issuer.PrintedName} 的印章此时不在机构目录所载的启用期内。", $"The seal of the issuer {issuer.OfficeId} is outside the period the directory gives it."),
        SealLack.NotListed => new(
            "SEAL_NOT_LISTED", $"署名机关 {issuer.PrintedName} 的印章未在机构目录中登记。", $"The seal of the issuer {issuer.OfficeId} is none of those the directory lists for it."),
        _ => Reason(Refusal.SignatureMissing, $"缺少署名机关 {issuer.PrintedName} 的有效印章。", $"There is no seal of the issuer {issuer.OfficeId} that verifies."),
    };

    private static string Format(DateTimeOffset? time) => time is { } at ? StrictXml.Format(at) : "";

    private static DocumentId? ReplacedBy(DocumentMetadata metadata) =>
        metadata.Relations.FirstOrDefault(relation => relation.Kind == RelationKind.Replaces)?.Document;

    private static RejectionReason Disagree(string chinese, string english) => Reason(Refusal.Disagreement, chinese, english);

    private static RejectionReason Reason(Refusal refusal, string chinese, string english) => new(refusal.ToReason(), chinese, english);
}
