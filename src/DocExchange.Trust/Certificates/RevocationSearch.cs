using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <param name="Chain">Null where it is judged anyway: the certificate's issuer, or the certificate itself.</param>
internal sealed record ListSigner(Certificate Certificate, ExaminedChain? Chain);

/// <summary>
/// Gathers what is known about the revocation of the certificates of one judgement: complete, delta, indirect and
/// partitioned lists (RFC 5280 §6.3.3), and OCSP answers. Signers other than a certificate's own issuer get chains of
/// their own, to the same trust anchor (§6.3.3 (f)).
/// </summary>
/// <param name="listsByIssuer">Keyed by <see cref="CertificateNames.KeyOf"/>.</param>
/// <param name="responders">Known certificates that an answer may name as its responder's.</param>
/// <param name="signers">Who other than the issuer signed a list for the certificate at an index of a chain.</param>
internal sealed class RevocationSearch(
    ILookup<string, RevocationList> listsByIssuer, IReadOnlyList<OcspResponse> answers, CertificatePathOptions options, SignatureBudget budget,
    Func<RevocationList, CandidateChain, int, ListSigner?> signers, Func<OcspResponse, IEnumerable<Certificate>> responders)
{
    // Certificates of one responder that are tried.
    private const int MaxResponders = 8;

    public RevocationFacts Gather(CandidateChain chain, int index)
    {
        var statements = new List<RevocationStatement>();
        var findings = new List<Finding>();
        var subject = new Subject(chain, index);
        var refused = budget.Refused;
        AddAnswers(subject, statements, findings);
        AddLists(subject, statements, findings);
        if (subject.Certificate.PublicationPoints.IsCut)
        {
            findings.Add(StatusFindings.TooManyPoints(subject.Certificate));
        }

        if (budget.Refused > refused)
        {
            findings.Add(PathFindings.StatusWork(subject.Certificate));
        }

        return new RevocationFacts(statements, findings);
    }

    private void AddLists(Subject subject, List<RevocationStatement> statements, List<Finding> findings)
    {
        var lists = ListsFor(subject);
        if (lists.Count > options.MaxListsPerIssuer)
        {
            findings.Add(PathFindings.TooManyLists(subject.Certificate, options.MaxListsPerIssuer));
        }

        var usable = lists.Take(options.MaxListsPerIssuer).Select(list => Use(list, subject, findings)).OfType<UsableList>().ToList();
        foreach (var delta in usable.Where(used => used.List.Entries.BaseNumber is not null))
        {
            // §5.2.4: the newest complete list of the same scope and signer that the delta builds upon.
            var complete = usable.Where(delta.BuildsUpon).MaxBy(used => used.List.Entries.Number);
            if (complete is not null)
            {
                var entry = delta.List.Entries.Find(subject.Certificate) ?? complete.List.Entries.Find(subject.Certificate);
                var said = delta.Says(entry?.Reason == RevocationReason.RemoveFromCrl ? null : entry);

                // A complete list that clears nobody does not by being brought up to date.
                statements.Add(said with { Reasons = said.Reasons & complete.Reasons });
            }
            else
            {
                // Alone it clears nobody; what it names is revoked all the same.
                findings.Add(PathFindings.ListScope(delta.List));
                if (delta.List.Entries.Find(subject.Certificate) is { Reason: not RevocationReason.RemoveFromCrl } named)
                {
                    statements.Add(delta.Says(named) with { Reasons = 0 });
                }
            }
        }

        statements.AddRange(usable.Where(used => used.List.Entries.BaseNumber is null).Select(used => used.Says(used.List.Entries.Find(subject.Certificate))));
    }

    private List<RevocationList> ListsFor(Subject subject) =>
    [
        .. subject.Points.SelectMany(point => point.Issuers ?? Enumerable.Empty<string>()).Prepend(subject.IssuerKey).Distinct()
            .SelectMany(name => listsByIssuer[name]).OrderByDescending(list => list.ThisUpdate),
    ];

    /// <summary>Null, with the reason as a finding, where the list cannot be used for this certificate.</summary>
    private UsableList? Use(RevocationList list, Subject subject, List<Finding> findings)
    {
        if (SignerOf(list, subject) is not { } signer)
        {
            findings.Add(StatusFindings.NotSigned(list, subject.Issuer, options));
            return null;
        }

        if (!ChainRules.MaySignLists(signer.Certificate))
        {
            findings.Add(PathFindings.ListIssuerMayNotSign(signer.Certificate));
            return null;
        }

        var reasons = budget.TryRead(list) ? ReasonsOf(list, subject) : 0;
        if (reasons == 0)
        {
            findings.Add(PathFindings.ListScope(list));
            return null;
        }

        if (!HasOneAlgorithm(list) || (options.RequiresProfile && !HasProfile(list, signer.Certificate)))
        {
            // It clears nobody, but what its issuer says there is revoked, is.
            findings.Add(PathFindings.ListProfile(list));
            reasons = 0;
        }

        if (SignatureScheme.IsBroken(list.Inner.CertificateList.SignatureAlgorithm))
        {
            findings.Add(StatusFindings.BrokenAlgorithm(list));
            reasons = 0;
        }

        if (options.AcceptsDsa && DsaSignatures.IsOn(list))
        {
            findings.Add(PathFindings.ListDsaUsed(list));
        }

        return new UsableList(list, reasons, signer);
    }

    private ListSigner? SignerOf(RevocationList list, Subject subject)
    {
        var isOwn = CertificateNames.KeyOf(list.Inner.IssuerDN) == subject.Issuer.SubjectKey;
        return isOwn && IsSignedByIssuer(list, subject) ? new ListSigner(subject.Issuer, null)
            : subject.Chain.IsComplete ? signers(list, subject.Chain, subject.Index)
            : null;
    }

    private bool IsSignedByIssuer(RevocationList list, Subject subject) => options.AcceptsDsa && DsaSignatures.IsOn(list)
        ? budget.TrySpend() && DsaSignatures.IsSignedBy(list, subject.Chain.Certificates, subject.Index + 1)
        : budget.TrySpendWork(list, subject.Issuer) && CheckedSignatures.IsSignedBy(list, subject.Issuer);

    private static int ReasonsOf(RevocationList list, Subject subject)
    {
        try
        {
            return list.Entries.IsUnderstood ? list.Entries.Scope.ReasonsFor(subject.Certificate, subject.Points) : 0;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Entries are parsed late; whatever is malformed in them makes the list unusable.
            return 0;
        }
    }

    /// <summary>RFC 5280 §5.1.1.2: the algorithm in the signed part is the one the list is signed with.</summary>
    private static bool HasOneAlgorithm(RevocationList list) =>
        list.Inner.CertificateList is var whole && whole.SignatureAlgorithm.Equals(whole.TbsCertList.Signature);

    /// <summary>RFC 5280 §5.1.2.5, §5.2.1, §5.2.3, §5.2.4.</summary>
    private static bool HasProfile(RevocationList list, Certificate signer)
    {
        var whole = list.Inner.CertificateList;
        var extensions = whole.Extensions;
        return whole.Version == 2 && list.NextUpdate is not null && IsNumber(list.Entries.Number) && !list.Entries.HasDuplicates
            && NamesKeyOf(list, signer)
            && !extensions.GetExtension(X509Extensions.CrlNumber).IsCritical
            && (extensions.GetExtension(X509Extensions.DeltaCrlIndicator) is not { } indicator || (indicator.IsCritical && IsNumber(list.Entries.BaseNumber)));
    }

    /// <summary>§5.2.1: by the key identifier, which is the signer's own where it has one.</summary>
    private static bool NamesKeyOf(RevocationList list, Certificate signer)
    {
        try
        {
            return list.Inner.CertificateList.Extensions.GetExtension(X509Extensions.AuthorityKeyIdentifier)?.GetParsedValue() is { } value
                && AuthorityKeyIdentifier.GetInstance(value).KeyIdentifier is { } key && (signer.SubjectKeyId is not { } own || own == Convert.ToHexString(key.GetOctets()));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The library throws many kinds for a malformed extension.
            return false;
        }
    }

    /// <summary>Not negative, and at most 20 octets.</summary>
    private static bool IsNumber(BigInteger? number) => number is { SignValue: >= 0, BitLength: <= 160 };

    /// <summary>An answer may hold a thousand statements about one certificate: its signer is looked for once, and each fault is named once.</summary>
    private void AddAnswers(Subject subject, List<RevocationStatement> statements, List<Finding> findings)
    {
        foreach (var answer in answers)
        {
            var about = answer.About(subject.Certificate, subject.IssuerHashes, out var isCut);
            var understood = about.FindAll(single => !answer.HasUnknownCritical && !single.HasUnknownCritical);
            var known = understood.FindAll(single => single.IsKnown);
            if (understood.Count < about.Count)
            {
                findings.Add(PathFindings.OcspExtension(subject.Certificate));
            }

            if (known.Count < understood.Count)
            {
                findings.Add(PathFindings.OcspUnknown(subject.Certificate));
            }

            if (known.Count == 0)
            {
                continue;
            }

            if (RespondersOf(answer, subject) is [var (_, chain), .. var others])
            {
                findings.AddRange(StatusFindings.Of(answer, subject.Certificate, isCut));
                var reasons = SignatureScheme.IsBroken(answer.SignatureAlgorithm) ? 0 : RevocationReasons.All;
                statements.AddRange(known.Select(single => new RevocationStatement(
                    RevocationStatement.OfAnswers, single.ThisUpdate, single.NextUpdate, single.Revocation, reasons, chain)
                {
                    OtherSigners = [.. others.Select(other => other.Chain!)],
                }));
            }
            else
            {
                findings.Add(StatusFindings.NotSigned(answer, subject.Certificate));
            }
        }
    }

    /// <summary>
    /// RFC 6960 §4.2.2.2: the issuer itself, or one the issuer gave a certificate for signing answers. A renewed responder has several
    /// certificates of one key, any of which will do.
    /// </summary>
    private List<ListSigner> RespondersOf(OcspResponse answer, Subject subject)
    {
        if (answer.Names(subject.Issuer) && budget.TrySpend(answer, subject.Issuer) && CheckedSignatures.IsSignedBy(answer, subject.Issuer))
        {
            return [new ListSigner(subject.Issuer, null)];
        }

        return
        [
            .. answer.Certificates.Where(answer.Names).Concat(responders(answer)).Distinct().OrderByDescending(delegated => delegated.NotAfter)
                .Where(delegated => delegated.IssuerKey == subject.Issuer.SubjectKey
                    && budget.TrySpend(answer, delegated) && CheckedSignatures.IsSignedBy(answer, delegated)
                    && budget.TrySpend(delegated, subject.Issuer) && CheckedSignatures.IsSignedBy(delegated, subject.Issuer))
                .Take(MaxResponders)
                .Select(delegated => new ListSigner(delegated, Examine(delegated, subject))),
        ];
    }

    /// <summary>The responder below the issuer; what is above is judged with the certificate itself.</summary>
    private ExaminedChain Examine(Certificate responder, Subject subject)
    {
        IReadOnlyList<Certificate> certificates = [responder, .. subject.Chain.Certificates.Skip(subject.Index + 1)];
        var chain = subject.Chain with { Certificates = certificates, Usage = CertificateUsage.OcspSigning };
        var facts = PurposeRules.IsExemptResponder(responder) ? RevocationFacts.Exempt : new RevocationSearch(listsByIssuer, [], options, budget, signers, responders).Gather(chain, 0);
        return new ExaminedChain(
            certificates, [new ExaminedCertificate(responder, responder.NotBefore, responder.NotAfter, IsLeaf: true, facts)], [.. ChainRules.Examine(chain)], []);
    }

    /// <summary>The certificate that is asked about.</summary>
    private sealed class Subject(CandidateChain chain, int index)
    {
        public CandidateChain Chain { get; } = chain;

        public int Index { get; } = index;

        public Certificate Certificate { get; } = chain.Certificates[index];

        public Certificate Issuer { get; } = chain.Certificates[index + 1];

        public IssuerHashes IssuerHashes { get; } = new(chain.Certificates[index], chain.Certificates[index + 1]);

        public string IssuerKey { get; } = chain.Certificates[index].IssuerKey;

        public IReadOnlyList<PublicationPoint> Points => Certificate.PublicationPoints.All;
    }

    private sealed record UsableList(RevocationList List, int Reasons, ListSigner Signer)
    {
        public RevocationStatement Says(RevokedCertificate? entry) =>
            new(List.Entries.Scope.Partition, List.ThisUpdate, List.NextUpdate, entry, Reasons, Signer.Chain);

        /// <summary>§6.3.3 (c): same issuer, scope and key; numbers that follow one another.</summary>
        public bool BuildsUpon(UsableList complete)
        {
            var (delta, whole) = (List.Entries, complete.List.Entries);
            return whole.BaseNumber is null && whole.Number is { } number && delta.BaseNumber is { } from && delta.Number is { } to
                && number.CompareTo(from) >= 0 && number.CompareTo(to) < 0
                && whole.Scope.Partition == delta.Scope.Partition && complete.Signer.Certificate.Equals(Signer.Certificate);
        }
    }
}
