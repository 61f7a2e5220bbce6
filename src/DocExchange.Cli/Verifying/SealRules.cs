using DocExchange.Core.Routing;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Cli.Verifying;

/// <summary>What the seals of a file and the certificates that applied them say of each other, and what nobody asked of their makers.</summary>
internal static class SealRules
{
    private static readonly Finding MakersNotToldApart = Finding.Remark(
        "SEAL_MAKER_ANY",
        "未用 --seal-maker-trust 指明可信的制章机构：凡证书链通向 --trust 的证书都可制作印章。请核对制章人是否为有权制章的机构。",
        "No --seal-maker-trust names the trusted makers of seals: whoever is certified below --trust could have made one. See whether the maker is one that may.");

    /// <param name="areMakersNamed">Whether anchors were given for makers alone.</param>
    public static IEnumerable<Finding> Check(JudgedFile judged, bool areMakersNamed)
    {
        // A seal by itself stands beside no signer; its list has those who may apply it.
        var held = judged.Verdict.Signatures.Index().Select(each => (Seal: judged.Seals.ElementAtOrDefault(each.Index), each.Item.Signer))
            .Concat(judged.Body?.Signatures.Select(each => (each.Seal, each.Verdict.Signer)) ?? [])
            .Where(each => each.Seal is not null)
            .SelectMany(each => judged.Kind == FileKind.Seal ? each.Seal!.Signers.Select(holder => (Seal: each.Seal!, Holder: (Certificate?)holder)) : [(each.Seal!, each.Signer)])
            .ToList();
        foreach (var finding in held.Where(each => each.Holder is not null).DistinctBy(each => (each.Seal.Fingerprint, each.Holder!.Fingerprint)).Select(each => Between(each.Seal, each.Holder!)).OfType<Finding>())
        {
            yield return finding;
        }

        if (!areMakersNamed && (held.Count > 0 || judged.Kind == FileKind.Seal))
        {
            yield return MakersNotToldApart;
        }
    }

    // Who may apply a seal is for its list, which the maker signed (ARCHITECTURE 71, 76).
    public static Finding? Between(Seal seal, Certificate holder) => SealHolder.Between(seal, holder) switch
    {
        SealBelonging.Another => Finding.Indeterminate(
            "SEAL_OF_ANOTHER_UNIT", SubIndication.SigConstraintsFailure,
            $"印章“{seal.Name}”与签章人证书 {holder.Subject} 的名称和信用代码都不相同，不是同一单位。",
            $"The seal '{seal.Name}' and the sealing certificate {holder.Subject} differ in name and in credit code: they are not of one unit."),
        SealBelonging.CodeDiffers => Finding.Remark(
            "SEAL_CODE_DIFFERS",
            $"印章“{seal.Name}”与签章人证书 {holder.Subject} 同名，信用代码不同。",
            $"The seal '{seal.Name}' and the sealing certificate {holder.Subject} have one name and different credit codes."),
        SealBelonging.Unclear => Finding.Remark(
            "SEAL_NAME_DIFFERS",
            $"仅凭名称或信用代码看不出印章“{seal.Name}”与签章人证书 {holder.Subject} 属于同一单位；此证书能否使用本印章，以印章的签章人列表为准。",
            $"By name or code alone the seal '{seal.Name}' and the sealing certificate {holder.Subject} are not seen to be of one unit; whether it may apply this seal is for the seal's list to say."),
        _ => null,
    };
}
