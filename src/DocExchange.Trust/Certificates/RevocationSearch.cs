using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Gathers what is known about the revocation of the certificates of one judgement: complete, delta, indirect and
/// partitioned lists (RFC 5280 §6.3.3), and OCSP answers. Signers other than a certificate's own issuer get chains of
/// their own, to the same trust anchor (§6.3.3 (f)).
/// </summary>
/// <param name="listsByIssuer">Keyed by <see cref="CertificateNames.KeyOf"/>.</param>
internal sealed class RevocationSearch(
    ILookup<string, RevocationList> listsByIssuer, IReadOnlyList<OcspResponse> answers, CertificatePathOptions options, SignatureBudget budget,
    StatusSigners signers)
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
            findings.Add(StatusSignatureFindings.TooManyPoints(subject.Certificate));
        }

        if (budget.Refused > refused)
        {
            findings.Add(PathFindings.StatusWork(subject.Certificate));
        }

        return new RevocationFacts(statements, findings) { Renewals = chain.IsComplete && statements.Count > 0 ? signers.Renewals(chain, index + 1) : [] };
    }

    private void AddLists(Subject subject, List<RevocationStatement> statements, List<Finding> findings)
    {
        var lists = ListsFor(subject);
        if (lists.Count > options.MaxListsPerIssuer)
        {
            findings.Add(PathFindings.TooManyLists(subject.Certificate, options.MaxListsPerIssuer));
        }

        var used = lists.Take(options.MaxListsPerIssuer).Select(list => Use(list, subject, findings)).OfType<UsableList>().ToLookup(list => list.IsUnread);
        statements.AddRange(used[true].Select(unread => unread.SaysNothing()));
        var usable = used[false].ToList();
        foreach (var delta in usable.Where(used => used.List.Entries.BaseNumber is not null))
        {
            // §5.2.4: the newest complete list of the same scope and signer that the delta builds upon.
            var complete = usable.Where(delta.BuildsUpon).MaxBy(used => used.List.Entries.Number);
            if (complete is not null)
            {
                var entry = delta.List.Entries.Find(subject.Certificate) ?? complete.List.Entries.Find(subject.Certificate);
                statements.Add(delta.Completed(complete, entry?.Reason == RevocationReason.RemoveFromCrl ? null : entry));
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
        var able = AbleSigners(list, subject, findings);
        if (able.Count == 0)
        {
            return null;
        }

        if (!budget.TryRead(list))
        {
            findings.Add(PathFindings.ListScope(list));
            return null;
        }

        var read = ReasonsOf(list, subject);
        if (read is not { } reasons || reasons == 0 || (!list.Entries.IsUnderstood && list.Entries.Find(subject.Certificate) is null))
        {
            findings.Add(PathFindings.ListScope(list));
            return read is null || (read != 0 && !list.Entries.IsWhole) ? new UsableList(list, 0, able) { IsUnread = true } : null;
        }

        if (!MaySign(able[0], subject))
        {
            var isNamed = list.Entries.Find(subject.Certificate) is not null;
            findings.Add(isNamed ? StatusFindings.ListIssuerOnlyRevokes(able[0].Certificate) : PathFindings.ListIssuerMayNotSign(able[0].Certificate));
            if (!isNamed)
            {
                return null;
            }

            reasons = 0;
        }

        if (!list.Entries.IsUnderstood)
        {
            // ITU-T X.509 §7.3: at the least, what is named counts as revoked. RFC 5280 §5.2 forbids to take such a list for more.
            findings.Add(StatusFindings.ListNotUnderstood(list));
            reasons = 0;
        }

        if (!ListProfile.HasOneAlgorithm(list) || (options.RequiresProfile && !ListProfile.Holds(list, able[0].Certificate)))
        {
            // It clears nobody, but what its issuer says there is revoked, is.
            findings.Add(PathFindings.ListProfile(list));
            reasons = 0;
        }

        if (SignatureScheme.IsBroken(list.Inner.CertificateList.SignatureAlgorithm))
        {
            findings.Add(StatusSignatureFindings.BrokenAlgorithm(list));
            reasons = 0;
        }

        if (options.AcceptsDsa && DsaSignatures.IsOn(list))
        {
            findings.Add(PathFindings.ListDsaUsed(list));
        }

        return new UsableList(list, reasons, able);
    }

    /// <summary>
    /// Who signed the list and may do so; none, with the reason as a finding, where nobody known did. The issuer itself, though it may not: whoever
    /// forged that had the key that signs the certificates.
    /// </summary>
    private List<ListSigner> AbleSigners(RevocationList list, Subject subject, List<Finding> findings)
    {
        var all = SignersOf(list, subject);
        var able = all.Where(signer => MaySign(signer, subject)).ToList();
        if (able.Count == 0 && all is [var own] && own.Certificate.Equals(subject.Issuer))
        {
            return [own];
        }

        if (able is [var best, ..])
        {
            if (IsOfOtherKey(best, subject))
            {
                findings.Add(StatusFindings.ListOtherKey(list, subject.Issuer));
            }
        }
        else
        {
            findings.Add(all is [var unable, ..] ? PathFindings.ListIssuerMayNotSign(unable.Certificate) : StatusSignatureFindings.NotSigned(list, subject.Issuer, options));
        }

        return able;
    }

    private IReadOnlyList<ListSigner> SignersOf(RevocationList list, Subject subject)
    {
        var isOwn = CertificateNames.KeyOf(list.Inner.IssuerDN) == subject.Issuer.SubjectKey;
        return isOwn && IsSignedByIssuer(list, subject) ? [new ListSigner(subject.Issuer, null)]
            : subject.Chain.IsComplete ? signers.OfList(list, subject.Chain, subject.Index)
            : [];
    }

    /// <summary>A namesake of the issuer that is no authority must have been certified for lists: a keyUsage that is not there gives no such right.</summary>
    private static bool MaySign(ListSigner signer, Subject subject) => ChainRules.MaySignLists(signer.Certificate)
        && (signer.Certificate.IsAuthority || signer.Certificate.Inner.GetKeyUsage() is not null || !IsOfOtherKey(signer, subject));

    private static bool IsOfOtherKey(ListSigner signer, Subject subject) => signer.Chain is not null
        && signer.Certificate.SubjectKey == subject.Issuer.SubjectKey && signer.Certificate.PublicKeyFingerprint != subject.Issuer.PublicKeyFingerprint;

    private bool IsSignedByIssuer(RevocationList list, Subject subject) => options.AcceptsDsa && DsaSignatures.IsOn(list)
        ? budget.TrySpend() && DsaSignatures.IsSignedBy(list, subject.Chain.Certificates, subject.Index + 1)
        : budget.TrySpendWork(list, subject.Issuer) && CheckedSignatures.IsSignedBy(list, subject.Issuer);

    /// <summary>Null where the list cannot be read.</summary>
    private static int? ReasonsOf(RevocationList list, Subject subject)
    {
        try
        {
            return list.Entries.Scope.ReasonsFor(subject.Certificate, subject.Points);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Entries are parsed late; whatever is malformed in them makes the list unusable.
            return null;
        }
    }

    /// <summary>An answer may hold a thousand statements about one certificate: its signer is looked for once, and each fault is named once.</summary>
    private void AddAnswers(Subject subject, List<RevocationStatement> statements, List<Finding> findings)
    {
        foreach (var answer in answers)
        {
            var about = answer.About(subject.Certificate, subject.IssuerHashes, out var isCut);
            var understood = about.FindAll(single => !answer.HasUnknownCritical && !single.HasUnknownCritical);
            var known = about.FindAll(single => single.IsKnown && (single.Revocation is not null || (!answer.HasUnknownCritical && !single.HasUnknownCritical)));
            if (understood.Count < about.Count)
            {
                findings.Add(PathFindings.OcspExtension(subject.Certificate));
            }

            if (understood.Exists(single => !single.IsKnown))
            {
                findings.Add(PathFindings.OcspUnknown(subject.Certificate));
            }

            if (known.Count == 0)
            {
                continue;
            }

            if (RespondersOf(answer, subject) is [var (_, chain), .. var others])
            {
                findings.AddRange(StatusSignatureFindings.Of(answer, subject.Certificate, isCut));
                var isBroken = SignatureScheme.IsBroken(answer.SignatureAlgorithm);
                IReadOnlyList<ExaminedChain> otherSigners = [.. others.Select(other => other.Chain!)];
                IReadOnlyList<Digest> sources = [answer.Fingerprint];
                statements.AddRange(known.Select(single => new RevocationStatement(
                    RevocationStatement.OfAnswers, single.ThisUpdate, single.NextUpdate, single.Revocation, isBroken || answer.HasUnknownCritical || single.HasUnknownCritical ? 0 : RevocationReasons.All, chain)
                {
                    OtherSigners = otherSigners,
                    SignedAt = answer.ProducedAt,
                    KeepsExpiredSince = single.ArchiveCutoff,
                    Sources = sources,
                }));
            }
            else
            {
                findings.Add(StatusSignatureFindings.NotSigned(answer, subject.Certificate));
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
            .. answer.Certificates.Where(answer.Names).Concat(signers.OfAnswer(answer)).Distinct().OrderByDescending(delegated => delegated.NotAfter)
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
        var facts = PurposeRules.IsExemptResponder(responder) ? RevocationFacts.Exempt : new RevocationSearch(listsByIssuer, [], options, budget, signers).Gather(chain, 0);
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
}
