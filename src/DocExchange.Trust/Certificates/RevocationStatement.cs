using DocExchange.Trust.Digests;

namespace DocExchange.Trust.Certificates;

/// <summary>What one revocation list or OCSP answer says about one certificate.</summary>
/// <param name="Partition">Which other statements it replaces when it is newer.</param>
/// <param name="Reasons">For which reasons it speaks, as <see cref="RevocationReasons"/>.</param>
/// <param name="Signer">The chain of who signed it; null for the certificate's own issuer, which is judged anyway.</param>
internal sealed record RevocationStatement(
    string Partition, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, RevokedCertificate? Entry, int Reasons, ExaminedChain? Signer)
{
    /// <summary>The partition of all OCSP answers: whoever gives one speaks for the issuer (RFC 6960 §2.6, §4.2.2.2; ARCHITECTURE 82).</summary>
    public const string OfAnswers = "OCSP";

    /// <summary>Further chains of who signed it, by other certificates of the same key; one that holds is enough.</summary>
    public IReadOnlyList<ExaminedChain> OtherSigners { get; init; } = [];

    /// <summary>When it was signed, by its own word.</summary>
    public DateTimeOffset SignedAt { get; init; } = ThisUpdate;

    /// <summary>It goes on naming certificates that ended then or later; null where it does not say so.</summary>
    public DateTimeOffset? KeepsExpiredSince { get; init; }

    /// <summary>The lists or the answer it is made of.</summary>
    public IReadOnlyList<Digest> Sources { get; init; } = [];

    /// <summary>A list of a right signer that was not read to its end: what it names is not known.</summary>
    public bool IsUnread { get; init; }

    /// <summary>Signed after its issuer was revoked or had expired, or not shown to be older: it clears nobody.</summary>
    public bool IsOfEndedIssuer { get; init; }

    /// <summary>Whoever is known to have had the key may have signed it: what it names is not known to be revoked, nor not to be.</summary>
    public bool IsInDoubt { get; init; }

    /// <summary>Its signer leads to an anchor that no chain of the leaf reaches: no authority fails what is below another.</summary>
    public bool IsOfStranger { get; init; }

    /// <summary>It names another certificate of the key, which another authority made: whoever knows a public key can certify it.</summary>
    public bool IsOfOtherIssuer { get; init; }

    /// <summary>There was no work left to ask who signed it: it clears nobody, and leaves open what it names.</summary>
    public bool IsUnweighed { get; init; }

    /// <summary>Every certificate of its signer has ended since, and nothing shows that it is older than that.</summary>
    public bool IsUnproven { get; init; }

    public bool IsAnswer => Partition == OfAnswers;

    /// <summary>Whether its silence says something.</summary>
    public bool Clears => Reasons != 0 && !IsOfEndedIssuer;

    /// <summary>Until when it is current.</summary>
    public DateTimeOffset DueAt(CertificatePathOptions options) => NextUpdate ?? ThisUpdate.Plus(options.MaxListAge);

    public bool IsDueAfter(DateTimeOffset at, CertificatePathOptions options) => DueAt(options) > at;

    /// <summary>Since the date it gives, or because it was given out by then: what is on a list is revoked, whatever date stands beside it (RFC 5280 §6.3.3 (i), (j)).</summary>
    public bool RevokesAt(DateTimeOffset at) => Entry is { } entry && (entry.Since <= at || ThisUpdate <= at);

    /// <summary>Whether it would name a certificate that ended then (ITU-T X.509 §9.5.2.10, RFC 6960 §4.4.4).</summary>
    public bool SpeaksOf(DateTimeOffset notAfter) => ThisUpdate <= notAfter || KeepsExpiredSince <= notAfter;
}
