using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// Gathers what is known about the revocation of the certificates of one judgement: complete, delta, indirect and
/// partitioned lists (RFC 5280 §6.3.3), and OCSP answers. Signers other than a certificate's own issuer get chains of
/// their own, to the same trust anchor (§6.3.3 (f)).
/// </summary>
internal sealed class RevocationSearch(KnownStatus known, CertificatePathOptions options, SignatureBudget budget, StatusSigners signers)
{
    // Certificates of one responder that hold at once: an authority gives out one or two.
    private const int MaxResponders = 8;

    private readonly Dictionary<Digest, ExaminedChain> responders = [];

    public RevocationFacts Gather(CandidateChain chain, int index)
    {
        var statements = new List<RevocationStatement>();
        var findings = new StatusRemarks();
        var subject = new AskedCertificate(chain, index);
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

        var facts = new RevocationFacts(statements, findings.All) { Renewals = chain.IsComplete && statements.Count > 0 ? signers.Renewals(chain, index + 1) : [] };
        return index == 0 && chain.Usage == CertificateUsage.OcspSigning && PurposeRules.IsExemptResponder(chain.Leaf) ? facts.Exempted() : facts;
    }

    private void AddLists(AskedCertificate subject, List<RevocationStatement> statements, StatusRemarks findings)
    {
        var lists = known.ListsOn(subject.Certificate, budget, options.MaxListsPerIssuer + 1);
        if (lists.Count > options.MaxListsPerIssuer)
        {
            findings.Add(PathFindings.TooManyLists(subject.Certificate, options.MaxListsPerIssuer));
        }

        var used = lists.Take(options.MaxListsPerIssuer).Select(list => Use(list, subject, findings)).OfType<UsableList>().ToLookup(list => list.IsUnread);
        statements.AddRange(used[true].Select(unread => unread.SaysNothing()));
        var usable = used[false].ToList();
        statements.AddRange(DeltaLists.Say(usable, subject, findings, budget));
        statements.AddRange(usable.Where(used => used.List.Entries.BaseNumber is null).Select(used => used.Says(used.List.Entries.Find(subject.Certificate))));
        statements.AddRange(
            from list in usable
            where list.Elsewhere.Count + list.Strangers.Count > 0
            let entry = list.List.Entries.Find(subject.Certificate)
            where entry is { Reason: not RevocationReason.RemoveFromCrl }
            from said in list.SaysElsewhere(entry)
            select said);
    }

    /// <summary>Null, with the reason as a finding, where the list cannot be used for this certificate.</summary>
    private UsableList? Use(RevocationList list, AskedCertificate subject, StatusRemarks findings)
    {
        var able = AbleSigners(list, subject, findings);
        if (able.Count == 0)
        {
            return null;
        }

        if (!budget.TryRead(list))
        {
            findings.Add("CRL_SCOPE", () => PathFindings.ListScope(list));
            return null;
        }

        var read = subject.ReasonsOf(list);
        if (read is not { } reasons || reasons == 0 || (!list.Entries.IsUnderstood && list.Entries.Find(subject.Certificate) is null))
        {
            findings.Add("CRL_SCOPE", () => PathFindings.ListScope(list));
            return able.Exists(signer => !signer.IsStranger) && (read is null || (read != 0 && !list.Entries.IsWhole)) ? new UsableList(list, 0, able) { IsUnread = true } : null;
        }

        if (!subject.MaySign(able[0]))
        {
            var isNamed = list.Entries.Find(subject.Certificate) is not null;
            findings.Add("CRL_ISSUER_USAGE", () => isNamed ? StatusFindings.ListIssuerOnlyRevokes(able[0].Certificate) : PathFindings.ListIssuerMayNotSign(able[0].Certificate));
            if (!isNamed)
            {
                return null;
            }

            reasons = 0;
        }

        if (!list.Entries.IsUnderstood)
        {
            // ITU-T X.509 §7.3: at the least, what is named counts as revoked. RFC 5280 §5.2 forbids to take such a list for more.
            findings.Add("CRL_EXTENSION", () => StatusFindings.ListNotUnderstood(list));
            reasons = 0;
        }

        if (!ListProfile.HasOneAlgorithm(list) || (options.RequiresProfile && !ListProfile.Holds(list, able[0].Certificate)))
        {
            // It clears nobody, but what its issuer says there is revoked, is.
            findings.Add("CRL_PROFILE", () => PathFindings.ListProfile(list));
            reasons = 0;
        }

        if (SignatureScheme.IsBroken(list.Inner.CertificateList.SignatureAlgorithm))
        {
            findings.Add("CRL_ALGORITHM", () => StatusSignatureFindings.BrokenAlgorithm(list));
            reasons = 0;
        }

        if (options.AcceptsDsa && DsaSignatures.IsOn(list))
        {
            findings.Add("CRL_DSA", () => PathFindings.ListDsaUsed(list));
        }

        var own = able.FindAll(signer => !signer.IsElsewhere);
        if (own.Count == 0 && list.Entries.Find(subject.Certificate) is null)
        {
            NotSigned(list, subject, findings);
            return null;
        }

        var (elsewhere, strangers) = (able.FindAll(signer => signer is { IsElsewhere: true, IsStranger: false }), able.FindAll(signer => signer.IsStranger));
        return own.Count > 0 ? new UsableList(list, reasons, own) { Elsewhere = elsewhere, Strangers = strangers }
            : elsewhere.Count > 0 ? new UsableList(list, 0, elsewhere) { Strangers = strangers }
            : new UsableList(list, 0, strangers);
    }

    /// <summary>
    /// Who signed the list and may do so; none, with the reason as a finding, where nobody known did. The issuer itself, though it may not: whoever
    /// forged that had the key that signs the certificates.
    /// </summary>
    private List<ListSigner> AbleSigners(RevocationList list, AskedCertificate subject, StatusRemarks findings)
    {
        var all = SignersOf(list, subject);
        var able = all.Where(subject.MaySign).ToList();
        if (able.Count == 0 && all is [.., { Chain: null } own] && own.Certificate.Equals(subject.Issuer))
        {
            return [own];
        }

        if (able is [var best, ..])
        {
            if (subject.IsOfOtherKey(best))
            {
                findings.Add("CRL_OTHER_KEY", () => StatusFindings.ListOtherKey(list, subject.Issuer));
            }
        }
        else if (all is [var unable, ..])
        {
            findings.Add("CRL_ISSUER_USAGE", () => PathFindings.ListIssuerMayNotSign(unable.Certificate));
        }
        else
        {
            NotSigned(list, subject, findings);
        }

        return able;
    }

    private void NotSigned(RevocationList list, AskedCertificate subject, StatusRemarks findings) => findings.Add(
        StatusSignatureFindings.IsVerifiable(list, options) ? "CRL_SIGNATURE" : "CRL_ALGORITHM", () => StatusSignatureFindings.NotSigned(list, subject.Issuer, options));

    private IReadOnlyList<ListSigner> SignersOf(RevocationList list, AskedCertificate subject)
    {
        var isOwn = list.IssuerKey == subject.Issuer.SubjectKey && IsSignedByIssuer(list, subject);
        if (isOwn && ChainRules.MaySignLists(subject.Issuer))
        {
            return [new ListSigner(subject.Issuer, null)];
        }

        // Another certificate of the issuer's key may give it the right to sign lists.
        var others = subject.Chain.IsComplete ? signers.OfList(list, subject.Chain, subject.Index) : [];
        return isOwn ? [.. others, new ListSigner(subject.Issuer, null)] : others;
    }

    private bool IsSignedByIssuer(RevocationList list, AskedCertificate subject) => options.AcceptsDsa && DsaSignatures.IsOn(list)
        ? budget.TrySpend() && DsaSignatures.IsSignedBy(list, subject.Chain.Certificates, subject.Index + 1)
        : budget.TrySpendWork(list, subject.Issuer) && CheckedSignatures.IsSignedBy(list, subject.Issuer);

    /// <summary>An answer may hold a thousand statements about one certificate: its signer is looked for once, and each fault is named once.</summary>
    private void AddAnswers(AskedCertificate subject, List<RevocationStatement> statements, StatusRemarks findings)
    {
        foreach (var answer in known.AnswersOn(subject.Certificate, budget))
        {
            var about = answer.About(subject.Certificate, subject.IssuerHashes, out var isCut);
            var understood = about.FindAll(single => !answer.HasUnknownCritical && !single.HasUnknownCritical);
            var usable = about.FindAll(single => single.IsKnown && (single.Revocation is not null || (!answer.HasUnknownCritical && !single.HasUnknownCritical)));
            if (understood.Count < about.Count)
            {
                findings.Add("OCSP_EXTENSION", () => PathFindings.OcspExtension(subject.Certificate));
            }

            if (understood.Exists(single => !single.IsKnown))
            {
                findings.Add("OCSP_UNKNOWN", () => PathFindings.OcspUnknown(subject.Certificate));
            }

            if (usable.Count == 0)
            {
                continue;
            }

            if (RespondersOf(answer, subject, findings) is [{ Chain: var chain }, .. var others])
            {
                var isBroken = SignatureScheme.IsBroken(answer.SignatureAlgorithm);
                if (isBroken)
                {
                    findings.Add("OCSP_ALGORITHM", () => StatusSignatureFindings.BrokenAlgorithm(subject.Certificate));
                }

                if (isCut)
                {
                    findings.Add("CRL_LIMIT", () => StatusSignatureFindings.TooManyStatements(subject.Certificate));
                }

                IReadOnlyList<ExaminedChain> otherSigners = [.. others.Select(other => other.Chain!)];
                IReadOnlyList<Digest> sources = [answer.Fingerprint];
                statements.AddRange(usable.Select(single => new RevocationStatement(
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
                findings.Add(StatusSignatureFindings.IsVerifiable(answer) ? "OCSP_SIGNATURE" : "OCSP_ALGORITHM", () => StatusSignatureFindings.NotSigned(answer, subject.Certificate));
            }
        }
    }

    /// <summary>
    /// RFC 6960 §4.2.2.2: the issuer itself, or one the issuer gave a certificate for signing answers. A renewed responder has several
    /// certificates of one key, any of which will do.
    /// </summary>
    private List<ListSigner> RespondersOf(OcspResponse answer, AskedCertificate subject, StatusRemarks findings)
    {
        if (answer.Names(subject.Issuer) && IsSignedByIssuer(answer, subject))
        {
            return [new ListSigner(subject.Issuer, null)];
        }

        var able = answer.Certificates.Where(answer.Names).Concat(signers.OfAnswer(answer)).Distinct()
            .Where(delegated => delegated.IssuerKey == subject.Issuer.SubjectKey && signers.IsIssued(delegated, subject.Issuer)
                && budget.TrySpend(answer, delegated) && CheckedSignatures.IsSignedBy(answer, delegated))
            .OrderByDescending(IsOfThen).ThenByDescending(delegated => delegated.NotAfter).ToList();
        if (able.Count(IsOfThen) > MaxResponders)
        {
            findings.Add("CRL_LIMIT", () => StatusSignatureFindings.TooManyResponders(subject.Certificate, MaxResponders));
        }

        return able.Count > 0 ? [.. able.Take(MaxResponders).Select(delegated => new ListSigner(delegated, Examine(delegated, subject)))]

            // Whatever name the answer gives itself.
            : !answer.Names(subject.Issuer) && IsSignedByIssuer(answer, subject) ? [new ListSigner(subject.Issuer, null)]
            : [];

        bool IsOfThen(Certificate delegated) => delegated.NotBefore <= answer.ProducedAt && !delegated.NotAfter.HasExpiredAt(answer.ProducedAt);
    }

    private bool IsSignedByIssuer(OcspResponse answer, AskedCertificate subject) => budget.TrySpend(answer, subject.Issuer) && CheckedSignatures.IsSignedBy(answer, subject.Issuer);

    /// <summary>The responder below the issuer; what is above is judged with the certificate itself.</summary>
    private ExaminedChain Examine(Certificate responder, AskedCertificate subject)
    {
        if (!responders.TryGetValue(responder.Fingerprint, out var examined))
        {
            IReadOnlyList<Certificate> certificates = [responder, .. subject.Chain.Certificates.Skip(subject.Index + 1)];
            var chain = subject.Chain with { Certificates = certificates, Usage = CertificateUsage.OcspSigning };
            var facts = new RevocationSearch(known.WithoutAnswers(), options, budget, signers).Gather(chain, 0);
            examined = new ExaminedChain(
                certificates, [new ExaminedCertificate(responder, responder.NotBefore, responder.NotAfter, IsLeaf: true, facts)], [.. ChainRules.Examine(chain)], []);
            responders.Add(responder.Fingerprint, examined);
        }

        return examined;
    }
}
