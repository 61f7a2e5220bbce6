using DocExchange.Trust.Digests;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// The names of one judgement and what came out of holding them against constraints. Certificates recur in its chains and in
/// those of its lists' signers: each is read once, and held once against each authority. All of it is paid for from the budget
/// of the judgement. On one thread.
/// </summary>
internal sealed class NameComparisons(SignatureBudget budget)
{
    private const int MaxNames = 2048;

    private readonly Dictionary<Digest, List<NameForm>> names = [];
    private readonly Dictionary<Digest, NameSubtrees> subtrees = [];
    private readonly Dictionary<(Digest Certificate, Digest Authority), NameForm?> outside = [];

    /// <summary>False where it would cost too much; null where the authority has no constraints.</summary>
    /// <exception cref="Exception">The library throws many kinds for malformed ones.</exception>
    public bool TryRead(Certificate authority, out NameSubtrees? constraints)
    {
        constraints = null;
        if (authority.IsExtensionCritical(X509Extensions.NameConstraints) is null || subtrees.TryGetValue(authority.Fingerprint, out constraints))
        {
            return true;
        }

        if (!budget.TrySpendWork(RuleCost.OfReadingNames(authority)))
        {
            return false;
        }

        constraints = new NameSubtrees(NameConstraints.GetInstance(authority.Extension(X509Extensions.NameConstraints)));
        subtrees.Add(authority.Fingerprint, constraints);
        return true;
    }

    /// <summary>The first name of a certificate that the authority's constraints do not allow; null where they allow all. False where it would cost too much.</summary>
    public bool TryFindOutside(Certificate certificate, Certificate authority, NameSubtrees constraints, out NameForm? name)
    {
        var pair = (certificate.Fingerprint, authority.Fingerprint);
        if (outside.TryGetValue(pair, out name))
        {
            return true;
        }

        if (NamesOf(certificate) is not { Count: <= MaxNames } all || !budget.TrySpendWork(RuleCost.OfComparing(all.Count * constraints.Parts)))
        {
            return false;
        }

        name = all.Find(each => !constraints.Allow(each));
        outside.Add(pair, name);
        return true;
    }

    /// <summary>
    /// The subject, its e-mail addresses, and the alternative names; one more than <see cref="MaxNames"/> at most. Null where it would
    /// cost too much.
    /// </summary>
    private List<NameForm>? NamesOf(Certificate certificate)
    {
        if (names.TryGetValue(certificate.Fingerprint, out var known))
        {
            return known;
        }

        if (!budget.TrySpendWork(RuleCost.OfReadingNames(certificate)))
        {
            return null;
        }

        var subject = certificate.Inner.SubjectDN;
        var all = subject.GetValueList(PkcsObjectIdentifiers.Pkcs9AtEmailAddress).Select(address => new GeneralName(GeneralName.Rfc822Name, address))
            .Concat(NameRules.AlternativesOf(certificate));

        // RFC 9598 §6: constraints on e-mail addresses hold for internationalised ones too.
        known =
        [
            .. (subject.GetOidList().Count > 0 ? all.Prepend(new GeneralName(subject)) : all).Take(MaxNames + 1)
                .SelectMany(name => NameForm.MailboxOf(name) is { } mailbox ? [new NameForm(name), mailbox] : new[] { new NameForm(name) }),
        ];
        names.Add(certificate.Fingerprint, known);
        return known;
    }
}
