using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Routing;

/// <summary>
/// Whether the body bears the seals that the metadata says are in it (<c>seal="body"</c>). A seal counts when it is intact,
/// nothing about it failed, and nothing was added since. Whose it is, its name and its certificate tell (standards for
/// seals: O = credit code and unit, CN = the seal's number): that of somebody else does not count, one that names nobody
/// known counts for one issuer. What was added after a seal and only others cover is let pass where all signatures are intact and issuers' own
/// (联合发文); the verdict of the earlier stays open.
/// </summary>
internal sealed class BodySeals
{
    private readonly OfficeDirectory directory;
    private readonly List<Owner> owners;
    private readonly string chinese;
    private readonly string english;

    private BodySeals(SignedDocument? body, OfficeDirectory directory)
    {
        this.directory = directory;
        var seals = body?.Signatures.Where(signature => signature.ActsAsSeal).ToList() ?? [];
        var sound = body is { HasUnprotectedContent: false } ? seals.Where(IsSound).ToList() : [];
        owners = sound.ConvertAll(OwnerOf);
        (chinese, english) = (body, seals.Count, sound.Count) switch
        {
            (null, _, _) or (_, 0, _) => ("正文中没有印章", "the body bears no seal"),
            ({ HasUnprotectedContent: true }, _, _) => ("正文中有不受印章保护的内容", "the body has content that no seal protects"),
            (_, _, 0) => ("正文中的印章不完好", "no seal in the body is intact"),
            _ => ("正文中的印章属于其他单位", "the seals in the body are those of others"),
        };
    }

    /// <summary>The issuers whose seal should be in the body and is not.</summary>
    public static IReadOnlyList<(Issuer Issuer, RejectionReason Reason)> Missing(SignedDocument? body, IEnumerable<Issuer> issuers, OfficeDirectory directory)
    {
        var promised = issuers.Where(issuer => issuer.Seal == SealPlacement.Body).ToList();
        if (promised.Count == 0)
        {
            return [];
        }

        var seals = new BodySeals(body, directory);
        return body is not { WasContinued: true } || seals.AreAllOf(body, [.. issuers])
            ? seals.Missing(promised)
            : promised.ConvertAll(issuer => (issuer, ReasonFor(issuer, "盖章后正文又有增补，且签名不全是署名机关的、或不都完好", "content was added after a seal, and not all signatures are intact and the issuers' own")));
    }

    /// <summary>Whether every signature but time-stamps is intact and an issuer's: by name, or nameless for an issuer of whom there is none by name.</summary>
    private bool AreAllOf(SignedDocument body, List<Issuer> issuers)
    {
        var own = body.Signatures.Where(IsOfItsOwn).ToList();
        var signers = own.ConvertAll(OwnerOf);
        var open = issuers.FindAll(issuer => !signers.Exists(signer => signer.Is(issuer)));
        return own.TrueForAll(IsSound) && signers.TrueForAll(signer => issuers.Exists(signer.Is) || (signer.Office is null && Assign(signer)));

        bool Assign(Owner signer) => open.FindIndex(issuer => MayBe(signer, issuer)) is var found and >= 0 && open.Remove(open[found]);
    }

    private List<(Issuer Issuer, RejectionReason Reason)> Missing(List<Issuer> promised)
    {
        var unnamed = owners.Where(owner => owner.Office is null && !promised.Exists(owner.IsPrinted)).ToList();
        var missing = new List<(Issuer, RejectionReason)>();
        foreach (var issuer in promised.Where(issuer => !owners.Exists(owner => owner.Is(issuer))))
        {
            if (unnamed.FindIndex(owner => MayBe(owner, issuer)) is var found and >= 0)
            {
                unnamed.RemoveAt(found);
            }
            else
            {
                missing.Add((issuer, ReasonFor(issuer, chinese, english)));
            }
        }

        return missing;
    }

    private static RejectionReason ReasonFor(Issuer issuer, string chinese, string english) => new(
        Refusal.NotAuthentic.ToReason(),
        $"元数据称署名机关 {issuer.PrintedName} 的印章在正文中，但{chinese}。",
        $"The metadata says that the seal of the issuer {issuer.OfficeId} is in the body, but {english}.");

    /// <summary>Neither a time-stamp nor a counter-signature.</summary>
    private static bool IsOfItsOwn(DocumentSignature signature) => signature.Verdict is { Of: null, Kind: not SignatureKind.Timestamp };

    private static bool IsSound(DocumentSignature seal) => seal.Integrity == SignatureIntegrity.Intact && seal.Verdict.Indication != Indication.TotalFailed;

    // The code first, which nobody shares; then the seal's own name, then the certificate's.
    private Owner OwnerOf(DocumentSignature seal)
    {
        var signer = seal.Verdict.Signer;
        var units = SealHolder.TextsOf(seal.Seal?.Name, signer).Select(NamedUnit.Read).ToList();
        var code = units.Select(unit => unit.Code).FirstOrDefault(code => code is not null);
        var office = directory.Offices.FirstOrDefault(office => code is not null && office.CreditCode == code.Value)
            ?? units.Select(unit => directory.Offices.FirstOrDefault(office => office.Name == unit.Name && (code is null || office.CreditCode is null))).FirstOrDefault(office => office is not null);
        return new Owner(code, office, [.. units.Select(unit => unit.Name)]);
    }

    private bool MayBe(Owner owner, Issuer issuer) =>
        owner.Code is null || PartyId.TryParse(issuer.OfficeId) is not { } id || directory.Find(id)?.CreditCode is not { } known || known == owner.Code.Value;

    /// <param name="Code">As the seal or its certificate states it.</param>
    /// <param name="Office">Null where it names none of the directory's.</param>
    private sealed record Owner(UnifiedSocialCreditCode? Code, Office? Office, IReadOnlyList<string> Names)
    {
        public bool Is(Issuer issuer) => IsPrinted(issuer) || Office?.Id.ToString() == issuer.OfficeId;

        /// <summary>Named as the issuer is printed under the document, and no other office by code or name.</summary>
        public bool IsPrinted(Issuer issuer) => Office is null && Code is null && Names.Contains(issuer.PrintedName);
    }
}
