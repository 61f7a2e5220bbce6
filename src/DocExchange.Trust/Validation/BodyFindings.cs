using DocExchange.Trust.Ofd;

namespace DocExchange.Trust.Validation;

/// <summary>
/// What the signatures inside a body mean for the package around it. The package has signatures of its own; those of
/// the body count only where they prove that it was altered. Nobody need be trusted to see that.
/// </summary>
internal static class BodyFindings
{
    private const int MaxNamed = 5;

    public static IReadOnlyList<Finding> Of(SignedDocument body, BodySignatures policy)
    {
        // Time-stamps and counter-signatures count with what they belong to, and a document time-stamp is nobody's signature.
        var own = body.Signatures.Where(signature => signature.IsOwn).ToList();
        var broken = body.Signatures.Where(signature => signature.Verdict.Of is null && signature.Integrity == SignatureIntegrity.Broken).ToList();
        var falsely = own.Where(signature => signature.Verdict.Findings.Any(DocumentSignature.IsOfSeal)).ToList();
        var unfit = body.Verdict.Findings.FirstOrDefault(finding => finding is { Indication: Indication.TotalFailed, Code: "PDF_SIGNATURE_MISPLACED" or "PDF_CONTENTS_DAMAGED" });
        if (broken.Count > 0 || unfit is not null || falsely.Count > 0)
        {
            var finding = unfit is not null ? Unfit(unfit) : broken.Count > 0 ? Broken(body, broken) : SealNotGenuine(body, falsely);
            return [policy == BodySignatures.Refuse ? finding : Finding.Remark(finding.Code, finding.Chinese, finding.English)];
        }

        if (own.Count == 0)
        {
            // Not even whether there are any is known where what names them cannot be read.
            return body.Verdict.Findings.FirstOrDefault(finding => finding.Indication != Indication.TotalPassed && finding.Code is not ("OFD_NOT_SIGNED" or "PDF_NOT_SIGNED" or "PDF_TIMESTAMP_ONLY")) is { } why
                ? [Unreached(why)]
                : [];
        }

        var isPassed = body.Verdict.Indication == Indication.TotalPassed;
        var isIntact = own.TrueForAll(signature => signature.Integrity == SignatureIntegrity.Intact);
        return [isPassed ? Passed(body) : isIntact ? Intact(body) : Undecided(body)];
    }

    private static int Count(SignedDocument body) => body.Signatures.Count(signature => signature.IsOwn);

    private static Finding Unfit(Finding why) => Finding.Failed("BODY_SIGNATURE_BROKEN", why.SubIndication, $"正文自带的签名已失效：{why.Chinese}", $"Signatures inside the body are broken: {why.English}");

    private static Finding Broken(SignedDocument body, List<DocumentSignature> broken)
    {
        var altered = broken.SelectMany(signature => signature.Altered).Distinct().Take(MaxNamed).Select(part => OfdNames.Shorten(part)).ToList();
        var (chinese, english) = altered.Count > 0
            ? ($"正文在签章后被改动（{string.Join(", ", altered)}）", $"it was altered after it was sealed ({string.Join(", ", altered)})")
            : ("签名值不正确", "the signature value does not fit");
        var all = body.Signatures.Count(signature => signature.Verdict.Of is null);
        return Finding.Failed(
            "BODY_SIGNATURE_BROKEN",
            broken[0].Verdict.SubIndication,
            $"正文自带的 {all} 个签名中有 {broken.Count} 个已失效，{chinese}。",
            $"Of the {all} signatures inside the body {broken.Count} are broken: {english}.");
    }

    private static Finding SealNotGenuine(SignedDocument body, List<DocumentSignature> signatures)
    {
        var seals = signatures.Select(signature => OfdNames.Shorten($"{signature.Seal}")).Distinct().Take(MaxNamed).ToList();
        return Finding.Failed(
            "BODY_SEAL_NOT_GENUINE",
            SubIndication.SigCryptoFailure,
            $"正文自带的 {Count(body)} 个签名中有 {signatures.Count} 个的印章无效，制章人签名不正确（{string.Join("、", seals)}）。",
            $"Of the {Count(body)} signatures inside the body {signatures.Count} were made with a seal that is not genuine: its maker's signature does not fit ({string.Join(", ", seals)}).");
    }

    private static Finding Passed(SignedDocument body) => Finding.Remark(
        "BODY_SIGNATURES_PASSED",
        $"正文自带 {Count(body)} 个签名，全部验证通过。", $"The body carries {Count(body)} signatures of its own, and all of them pass.");

    private static Finding Intact(SignedDocument body)
    {
        // What no signature protects may have changed all the same.
        var isAll = !body.HasUnprotectedContent && !body.WasContinued;
        return Finding.Remark(
            "BODY_SIGNATURES_INTACT",
            $"正文自带 {Count(body)} 个签名，{(isAll ? "内容" : "受签名保护的部分")}自签名以来未变；但{Why(body, finding => finding.Chinese)}",
            $"The body carries {Count(body)} signatures of its own and {(isAll ? "has not" : "what they protect has not")} changed since; but: {Why(body, finding => finding.English)}");
    }

    private static Finding Undecided(SignedDocument body) => Finding.Remark(
        "BODY_SIGNATURES_UNDECIDED",
        $"正文自带 {Count(body)} 个签名，未能全部检验：{Why(body, finding => finding.Chinese)}",
        $"The body carries {Count(body)} signatures of its own; not all could be checked: {Why(body, finding => finding.English)}");

    private static Finding Unreached(Finding why) => Finding.Remark(
        "BODY_SIGNATURES_UNDECIDED",
        $"正文是否带有签名无法查明，未作检验：{why.Chinese}",
        $"Whether the body carries signatures of its own could not be found out, and none was checked: {why.English}");

    private static string Why(SignedDocument body, Func<Finding, string> say) => say(body.Verdict.Faults.First());
}
