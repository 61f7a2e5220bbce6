using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Offices;

/// <summary>One signature over a binding change that counts.</summary>
/// <param name="Party">Whose old key signed; null where an administrator did.</param>
/// <param name="Administrator">Who approved; null where an old key signed.</param>
public sealed record BindingConsent(PartyId? Party, Administrator? Administrator);

/// <summary>Whether keys may be replaced, and what speaks for it.</summary>
/// <param name="Replaced">The parties that had keys before.</param>
/// <param name="Unproven">Those of them whose old key did not sign.</param>
/// <param name="Approvers">The security administrators who approved, each once.</param>
public sealed record BindingVerdict(IReadOnlyList<PartyId> Replaced, IReadOnlyList<PartyId> Unproven, IReadOnlyList<Administrator> Approvers)
{
    public bool IsGranted => Unproven.Count == 0 || Approvers.Count >= BindingRules.ApprovalsNeeded;
}

/// <summary>
/// Replacing a binding needs the old key's signature or two security administrators. A party's first keys need neither.
/// Who had a key once has replaced it when another comes, also when the old one is revoked by then: its signature no
/// longer counts, so that two people must look.
/// </summary>
public static class BindingRules
{
    public const int ApprovalsNeeded = 2;

    /// <summary>How many signatures are looked at: one for each office of an invitation, and the administrators'.</summary>
    public const int MaxSignatures = 220;

    public static Task<byte[]> SignAsync(ReadOnlyMemory<byte> change, ISigningKey key, DateTimeOffset now, CancellationToken cancellation) =>
        CmsSigner.SignAsync(change, key, now, CmsForm.Detached, withChain: false, cancellation);

    /// <param name="signatures">CMS, detached, over the bytes of the change. Those that do not count are passed over.</param>
    /// <param name="directory">The version in force.</param>
    public static BindingVerdict Judge(
        BindingChange change, IEnumerable<ReadOnlyMemory<byte>> signatures, OfficeDirectory directory, TrustStore trust, DateTimeOffset at)
    {
        var consents = change.Expires > at ? signatures.Take(MaxSignatures).Select(cms => ConsentOf(change, cms, directory, trust, at).Consent).OfType<BindingConsent>().ToList() : [];
        var replaced = change.Keys.Where(key => Replaces(directory, key)).Select(key => key.Party).Distinct().ToList();
        return new BindingVerdict(
            replaced,
            [.. replaced.Where(party => consents.All(consent => consent.Party != party))],
            [.. consents.Select(consent => consent.Administrator).OfType<Administrator>().DistinctBy(administrator => administrator.Id)]);
    }

    /// <summary>Whose consent a signature is; null, and why, where it does not count.</summary>
    public static (BindingConsent? Consent, Finding? Fault) ConsentOf(
        BindingChange change, ReadOnlyMemory<byte> signature, OfficeDirectory directory, TrustStore trust, DateTimeOffset at)
    {
        var verdict = new CmsValidator(trust, ValidationPolicy.Strict).Judge(signature, ContentDigests.Of(change.ToXml()), at, CertificateUsage.DocumentSigning);
        if (verdict.Indication != Indication.TotalPassed || verdict.Signatures is not [{ Signer: { } signer }])
        {
            return (null, verdict.Faults.FirstOrDefault() ?? Stranger(null));
        }

        if (directory.Administrators.FirstOrDefault(each => each.Role == AdministratorRole.Security && each.Certificate.Equals(signer) && each.Period.Contains(at)) is { } administrator)
        {
            return (new BindingConsent(null, administrator), null);
        }

        var holder = directory.HolderOf(signer.Fingerprint, CertificateUse.Document, at) ?? directory.HolderOf(signer.Fingerprint, CertificateUse.Machine, at);
        return holder is not null && change.Parties.Contains(holder) ? (new BindingConsent(holder, null), null) : (null, Stranger(signer));
    }

    // The same key once more, as when an enrolment is repeated, replaces nothing.
    private static bool Replaces(OfficeDirectory directory, NewKey key)
    {
        var own = (directory.Find(key.Party)?.Certificates ?? directory.FindMachine(key.Party)?.Certificates ?? []).Where(bound => bound.Use == key.Use).ToList();
        return own.Count > 0 && !own.Exists(bound => bound.Period.Until is null && bound.Certificate.PublicKeyFingerprint == key.PublicKey);
    }

    private static Finding Stranger(Certificate? signer) => Finding.Failed(
        "SIGNER_NOT_ENTITLED", SubIndication.SigConstraintsFailure,
        $"{signer?.Subject ?? "签名人"} 既不是现任安全保密管理员，也不是被替换的密钥。",
        $"{signer?.Subject ?? "The signer"} is neither a security administrator in office nor a key that is replaced.");
}
