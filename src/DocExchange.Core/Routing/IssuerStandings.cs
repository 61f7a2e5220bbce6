using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Core.Routing;

/// <summary>Why an issuer's seal over the package does not count.</summary>
public enum SealLack
{
    /// <summary>There is none by a certificate that the directory binds to the office, or it does not verify.</summary>
    Missing,

    /// <summary>It is none of the seals the directory lists for the office.</summary>
    NotListed,

    Stopped,

    /// <summary>Outside the period the directory gives it.</summary>
    OutOfPeriod,
}

/// <summary>What one issuer of a document has put under it so far.</summary>
/// <param name="Office">Null where the metadata names no office id.</param>
/// <param name="IsHost">主办机关: the first issuer, for which the document is dispatched.</param>
/// <param name="HasSigned">With a key that the directory binds to the office.</param>
/// <param name="HasSealed">With a seal of the office that verifies and is in force, or with one in the body that is intact.</param>
public sealed record IssuerStanding(Issuer Issuer, PartyId? Office, bool IsHost, bool HasSigned, bool HasSealed)
{
    public bool LacksSeal => Issuer.Seal == SealPlacement.Container && !HasSealed;

    /// <summary>Where it has not sealed the package: why not.</summary>
    public SealLack? SealLack { get; init; }

    /// <summary>Why the seal that the metadata says is in the body does not count; the body being frozen, nobody can add it.</summary>
    public RejectionReason? BodySealMissing { get; init; }

    public bool IsComplete => HasSigned && !LacksSeal && BodySealMissing is null;
}

/// <param name="HasStranger">Somebody who is not an issuer has signed, or there are more seals than issuers.</param>
public sealed record IssuerStandings(IReadOnlyList<IssuerStanding> Issuers, bool HasStranger)
{
    /// <param name="directory">The version in force when the package is judged.</param>
    /// <param name="at">The time of judgement.</param>
    public static IssuerStandings Of(PackageVerdict package, DocumentMetadata metadata, OfficeDirectory directory, DateTimeOffset at)
    {
        var signers = package.Issuers.Where(verdict => verdict.Signer is not null)
            .Select(verdict => directory.HolderOf(verdict.Signer!.Fingerprint, CertificateUse.Document, at)).ToList();
        var unsealed = BodySeals.Missing(package.Body, metadata.Issuers, directory).ToLookup(missing => missing.Issuer, missing => missing.Reason);
        var issuers = metadata.Issuers.Select((issuer, index) =>
        {
            var office = PartyId.TryParse(issuer.OfficeId);
            var lack = LackOf(package.Seals, office, directory, at);
            var hasSealed = issuer.Seal == SealPlacement.Body ? !unsealed.Contains(issuer) : lack is null;
            return new IssuerStanding(issuer, office, index == 0, office is not null && signers.Contains(office), hasSealed)
            {
                SealLack = lack,
                BodySealMissing = unsealed[issuer].FirstOrDefault(),
            };
        }).ToList();
        var hasStranger = signers.Any(signer => signer is null || issuers.All(issuer => issuer.Office != signer)) || package.Seals.Count > issuers.Count;
        return new IssuerStandings(issuers, hasStranger);
    }

    /// <summary>Null where one of the seals is good; otherwise what is wrong with the one that comes nearest.</summary>
    private static SealLack? LackOf(IReadOnlyList<JudgedSeal> seals, PartyId? issuer, OfficeDirectory directory, DateTimeOffset at)
    {
        var lacks = seals.Select(seal => LackOf(seal, issuer, directory, at)).ToList();
        return lacks.Contains(null) ? null : lacks.Max() ?? SealLack.Missing;
    }

    private static SealLack? LackOf(JudgedSeal judged, PartyId? issuer, OfficeDirectory directory, DateTimeOffset at)
    {
        if (issuer is null || judged.Signature is not { } signature || judged.Verdict.Indication != Indication.TotalPassed
            || directory.HolderOf(signature.SignerCertificate.Fingerprint, CertificateUse.Seal, at) != issuer)
        {
            return SealLack.Missing;
        }

        var listed = directory.Find(issuer)!.Seals.Where(seal => seal.Seal == Digest.Of(signature.Seal.Der.Span)).ToList();
        return listed.Count == 0 ? SealLack.NotListed
            : listed.Exists(seal => !seal.IsStopped && seal.Period.Contains(at)) ? null
            : listed.Exists(seal => seal.IsStopped) ? SealLack.Stopped
            : SealLack.OutOfPeriod;
    }
}
