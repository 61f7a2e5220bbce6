using System.Formats.Asn1;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// What RFC 5280 §4 demands of conforming issuers beyond path validation, for judgements that ask for it. Left out is what
/// RFC 5280 tells users of certificates to live with: negative serial numbers, and basicConstraints or policyConstraints
/// that are not critical.
/// </summary>
internal static class ProfileRules
{
    private const int KeyCertSign = 5;
    private const int MaxSerialOctets = 20;

    private static readonly DerObjectIdentifier IdCe = new("2.5.29");
    private static readonly DerObjectIdentifier IdPe = new("1.3.6.1.5.5.7.1");

    private static readonly DerObjectIdentifier[] MustNotBeCritical =
    [
        X509Extensions.AuthorityKeyIdentifier, X509Extensions.SubjectKeyIdentifier, X509Extensions.IssuerAlternativeName,
        X509Extensions.AuthorityInfoAccess, X509Extensions.SubjectInfoAccess, X509Extensions.FreshestCrl,
    ];

    // It depends on the certificate's bytes alone, and certificates recur in chains.
    private static readonly BoundedCache<Digest, IReadOnlyList<Finding>> Known = new(1024);

    public static IEnumerable<Finding> Examine(CandidateChain chain)
    {
        if (!chain.Options.RequiresProfile)
        {
            return [];
        }

        return
        [
            .. chain.Certificates.SelectMany(Examined),
            .. chain.Authorities.SelectMany(AsAuthority),
            .. chain.Certificates.Where(certificate => !certificate.IsSelfIssued || !certificate.Equals(chain.Certificates[^1])).SelectMany(IssuedByAnother),
            .. chain.Certificates.TakeLast(1).Where(certificate => certificate.IsSelfIssued).SelectMany(root => AsRoot(root, chain.Budget)),
            .. AsLeaf(chain),
        ];
    }

    private static IReadOnlyList<Finding> Examined(Certificate certificate)
    {
        if (!Known.TryGet(certificate.Fingerprint, out var findings))
        {
            findings = ExtensionForms.Collect(() => Examine(certificate), [certificate]);
            Known.Put(certificate.Fingerprint, findings);
        }

        return findings;
    }

    private static IEnumerable<Finding> Examine(Certificate certificate)
    {
        var tbs = certificate.Inner.CertificateStructure.TbsCertificate;
        if (!DerForm.IsDer(certificate.Der) || certificate.Inner.CertificateStructure.Extensions?.GetExtensionOids().All(oid => IsReadable(certificate, oid)) == false)
        {
            yield return PathFindings.Profile(certificate, "CERT_NOT_DER", "证书或其扩展的编码不是 DER", "it or an extension of it is not encoded as DER");
        }

        // X.690 §11.5. Old authorities write it often, and nothing can be read into it.
        if (WritesDefaults(certificate))
        {
            yield return PathFindings.DefaultsWritten(certificate);
        }

        // RFC 5758 §3.2.
        if (SignatureScheme.Of(tbs.Signature, null) is { Family: SignatureFamily.Ecdsa } && tbs.Signature.Parameters is not null)
        {
            yield return PathFindings.Profile(certificate, "CERT_ALGORITHM_PARAMETERS", "ECDSA 签名算法不得带参数", "its ECDSA signature algorithm must not have parameters");
        }

        if (certificate.Inner.Version != 3)
        {
            yield return PathFindings.Profile(certificate, "CERT_VERSION", "不是 X.509 第 3 版", "it is not of version 3");
        }

        // §4.1.2.2: users are to handle negative numbers gracefully.
        if (certificate.Inner.SerialNumber.SignValue == 0 || tbs.SerialNumber.Value.ToByteArray().Length > MaxSerialOctets)
        {
            yield return PathFindings.Profile(certificate, "CERT_SERIAL_NUMBER", "序列号为零或超过 20 个字节", "its serial number is zero or longer than 20 octets");
        }

        foreach (var oid in MustNotBeCritical.Where(oid => certificate.IsExtensionCritical(oid) == true))
        {
            yield return PathFindings.Profile(certificate, "CERT_CRITICALITY", $"扩展 {oid.Id} 不得为关键", $"its extension {oid.Id} must not be critical");
        }

        if (!HasRealTimes(certificate))
        {
            yield return PathFindings.Profile(certificate, "CERT_TIME_FORMAT", "有效期的时间格式错误", "the times of its period are not written as demanded");
        }

        foreach (var finding in Consistency(certificate).Concat(Names(certificate)))
        {
            yield return finding;
        }
    }

    /// <summary>A critical or cA of FALSE.</summary>
    private static bool WritesDefaults(Certificate certificate) =>
        Asn1Sequence.GetInstance(Asn1Sequence.GetInstance(certificate.Der)[0]).OfType<Asn1TaggedObject>().Where(field => field.TagNo == 3)
            .SelectMany(field => Asn1Sequence.GetInstance(field, declaredExplicit: true)).Any(extension => Asn1Sequence.GetInstance(extension)[1] is DerBoolean { IsTrue: false })
        || (certificate.Extension(X509Extensions.BasicConstraints) is Asn1Sequence { Count: > 0 } constraints && constraints[0] is DerBoolean { IsTrue: false });

    /// <summary>The extensions of RFC 5280 are DER inside too; others' are theirs to define.</summary>
    private static bool IsReadable(Certificate certificate, DerObjectIdentifier oid)
    {
        if (!oid.On(IdCe) && !oid.On(IdPe))
        {
            return true;
        }

        var value = certificate.Inner.GetExtensionValue(oid).GetOctets();
        try
        {
            return BerScan.Of(value, CmsLimits.Default).Length == value.Length && DerForm.IsDer(value);
        }
        catch (CmsFormatException)
        {
            return false;
        }
    }

    /// <summary>§4.2.1.9, §4.2.1.3, §4.2.1.10, §4.2.1.4, §4.2.1.12.</summary>
    private static IEnumerable<Finding> Consistency(Certificate certificate)
    {
        var isAuthority = certificate.IsAuthority;
        var mayIssue = certificate.Inner.GetKeyUsage() is not { } usage || usage[KeyCertSign];
        var constraints = certificate.Extension(X509Extensions.BasicConstraints) is { } value ? BasicConstraints.GetInstance(value) : null;
        if (!isAuthority && certificate.Inner.GetKeyUsage() is not null && mayIssue)
        {
            yield return PathFindings.Profile(certificate, "CERT_KEY_USAGE_CA", "不是颁发机构却有 keyCertSign", "it has keyCertSign but is not of an authority");
        }

        // The other way round nothing forbids it in so many words, yet it says two things.
        if (isAuthority && !mayIssue)
        {
            yield return PathFindings.Profile(certificate, "CERT_KEY_USAGE_CA", "是颁发机构却没有 keyCertSign", "it is of an authority but lacks keyCertSign");
        }

        if (constraints?.PathLenConstraint is not null && (!isAuthority || !mayIssue))
        {
            yield return PathFindings.Profile(certificate, "CERT_PATH_LENGTH_UNDUE", "不得含有 pathLenConstraint", "it must not have a pathLenConstraint");
        }

        if (certificate.Extension(X509Extensions.NameConstraints) is not null
            && (!isAuthority || certificate.IsExtensionCritical(X509Extensions.NameConstraints) != true))
        {
            yield return PathFindings.Profile(
                certificate, "CERT_NAME_CONSTRAINTS_UNDUE", "名称限制须为关键扩展且只用于颁发机构", "name constraints must be critical and only in an authority's certificate");
        }

        if (certificate.Extension(X509Extensions.CertificatePolicies) is { } policies)
        {
            var oids = CertificatePolicies.GetInstance(policies).GetPolicyInformation().Select(policy => policy.PolicyIdentifier.Id).ToList();
            if (oids.Count == 0 || oids.Distinct().Count() != oids.Count)
            {
                yield return PathFindings.Profile(certificate, "CERT_POLICIES", "证书策略为空或重复", "its certificate policies are empty or named twice");
            }
        }

        // §4.2.1.5: PolicyMappings ::= SEQUENCE SIZE (1..MAX).
        if (certificate.Extension(X509Extensions.PolicyMappings) is Asn1Sequence { Count: 0 })
        {
            yield return PathFindings.Profile(certificate, "CERT_POLICIES", "策略映射为空", "its policy mappings are empty");
        }

        if (certificate.Extension(X509Extensions.ExtendedKeyUsage) is Asn1Sequence { Count: 0 }
            || (certificate.Extension(X509Extensions.KeyUsage) is DerBitString bits && Array.TrueForAll(bits.GetBytes(), octet => octet == 0)))
        {
            yield return PathFindings.Profile(certificate, "CERT_USAGE_EMPTY", "密钥用法为空", "it names no usage of its key");
        }
    }

    /// <summary>§4.1.2.6, §4.2.1.6.</summary>
    private static IEnumerable<Finding> Names(Certificate certificate)
    {
        var isEmpty = ComparableName.Of(certificate.Inner.SubjectDN).IsEmpty;
        var isAlternativeCritical = certificate.IsExtensionCritical(X509Extensions.SubjectAlternativeName);
        if (isEmpty && (certificate.IsAuthority || isAlternativeCritical != true))
        {
            yield return PathFindings.Profile(
                certificate, "CERT_SUBJECT_EMPTY", "主体名称为空，又没有关键的主体别名", "its subject has no name, and no critical alternative name either");
        }

        if (isAlternativeCritical is not null && !(NameRules.AlternativesOf(certificate).Any() && NameRules.AlternativesOf(certificate).All(name => new NameForm(name).IsWellFormed)))
        {
            yield return PathFindings.Profile(certificate, "CERT_ALTERNATIVE_NAME", "主体别名为空或格式错误", "its subject alternative names are empty or malformed");
        }
    }

    /// <summary>§4.2.1.2: authorities name their key.</summary>
    private static IEnumerable<Finding> AsAuthority(Certificate authority)
    {
        if (authority.Extension(X509Extensions.SubjectKeyIdentifier) is null)
        {
            yield return PathFindings.Profile(authority, "CERT_SUBJECT_KEY_IDENTIFIER", "颁发机构没有主体密钥标识", "an authority must have a subject key identifier");
        }

        if (authority.IsExtensionCritical(X509Extensions.InhibitAnyPolicy) == false)
        {
            yield return PathFindings.Profile(authority, "CERT_CRITICALITY", "inhibitAnyPolicy 须为关键扩展", "its inhibitAnyPolicy must be critical");
        }
    }

    /// <summary>§4.2.1.1: all but self-signed ones name their issuer's key.</summary>
    private static IEnumerable<Finding> IssuedByAnother(Certificate certificate)
    {
        if (certificate.Extension(X509Extensions.AuthorityKeyIdentifier) is not { } value || AuthorityKeyIdentifier.GetInstance(value).KeyIdentifier is null)
        {
            yield return PathFindings.Profile(certificate, "CERT_AUTHORITY_KEY_IDENTIFIER", "没有颁发者密钥标识", "it has no authority key identifier");
        }
    }

    /// <summary>§4.2.1.1: what a self-signed one says of its issuer's key is said of its own.</summary>
    private static IEnumerable<Finding> AsRoot(Certificate root, SignatureBudget budget)
    {
        if (root.Extension(X509Extensions.AuthorityKeyIdentifier) is not { } value)
        {
            yield break;
        }

        var named = AuthorityKeyIdentifier.GetInstance(value);
        var isOwn = (named.KeyIdentifier is not { } key || root.SubjectKeyId is not { } own || own == Convert.ToHexString(key.GetOctets()))
            && (named.AuthorityCertSerialNumber is not { } number || number.Equals(root.Inner.SerialNumber))
            && (named.AuthorityCertIssuer?.GetNames().Where(name => name.TagNo == GeneralName.DirectoryName).ToList() is not { Count: > 0 } names
                || names.Exists(name => CertificateNames.KeyOf(X509Name.GetInstance(name.Name)) == root.IssuerKey));

        // One that the authority's former key has signed says so rightly.
        if (isOwn)
        {
            yield break;
        }

        if (!budget.TrySpend(root, root))
        {
            yield return PathFindings.SearchLimited();
        }
        else if (CheckedSignatures.IsSignedBy(root, root))
        {
            yield return PathFindings.KeyIdentifier(root);
        }
    }

    private static IEnumerable<Finding> AsLeaf(CandidateChain chain)
    {
        // RFC 9525 §6.1: the common name is no longer a server's name.
        if (chain.Usage == CertificateUsage.TlsServer && chain.Leaf.Extension(X509Extensions.SubjectAlternativeName) is null)
        {
            yield return PathFindings.Profile(chain.Leaf, "CERT_ALTERNATIVE_NAME", "服务器证书没有主体别名", "a server's certificate must have a subject alternative name");
        }
    }

    /// <summary>§4.1.2.5: whole seconds, in UTC.</summary>
    private static bool HasRealTimes(Certificate certificate)
    {
        try
        {
            var body = new AsnReader(SignedPart.Of(certificate.Der).ToArray(), AsnEncodingRules.DER).ReadSequence();
            while (body.PeekTag() != Asn1Tag.Sequence)
            {
                body.ReadEncodedValue();
            }

            body.ReadEncodedValue();
            body.ReadEncodedValue();
            var period = body.ReadSequence();
            return IsReal(period) && IsReal(period) && !period.HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool IsReal(AsnReader period)
    {
        if (period.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime))
        {
            period.ReadUtcTime();
            return true;
        }

        return period.ReadGeneralizedTime().Ticks % TimeSpan.TicksPerSecond == 0;
    }
}
