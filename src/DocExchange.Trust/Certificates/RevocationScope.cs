using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>Reasons as the bits of RFC 5280 §4.2.1.13; bit 0 is unused.</summary>
internal static class RevocationReasons
{
    public const int All = 0b1_1111_1110;

    public static int Of(DerBitString? flags)
    {
        if (flags is null)
        {
            return All;
        }

        var (mask, bytes) = (0, flags.GetBytes());
        for (var bit = 1; bit <= 8 && bit / 8 < bytes.Length; bit++)
        {
            mask |= ((bytes[bit / 8] >> (7 - (bit % 8))) & 1) << bit;
        }

        return mask;
    }
}

/// <summary>Where a certificate says that its revocation is published: one distribution point (RFC 5280 §4.2.1.13).</summary>
/// <param name="Names">Null where it has no name of its own.</param>
/// <param name="Issuers">Who signs the lists there; null where that is the certificate's issuer.</param>
internal sealed record PublicationPoint(IReadOnlySet<string>? Names, int Reasons, IReadOnlyList<X509Name>? Issuers)
{
    // Far more than any certificate has.
    private const int MaxPoints = 64;

    /// <summary>The points the certificate names and, last, the issuer itself (§6.3.3, last paragraph).</summary>
    public static IReadOnlyList<PublicationPoint> Of(Certificate certificate)
    {
        var issuer = certificate.Inner.IssuerDN;
        var implied = new PublicationPoint(new HashSet<string> { KeyOf(new GeneralName(issuer)) }, RevocationReasons.All, null);
        if (certificate.Extension(X509Extensions.CrlDistributionPoints) is not { } value)
        {
            return [implied];
        }

        return [.. CrlDistPoint.GetInstance(value).GetDistributionPoints().Take(MaxPoints).Select(point => Read(point, issuer)), implied];
    }

    /// <summary>The names of a distribution point, a relative one completed.</summary>
    public static IReadOnlySet<string>? NamesOf(DistributionPointName? name, X509Name issuer)
    {
        if (name is null)
        {
            return null;
        }

        return name.Type == DistributionPointName.FullName
            ? GeneralNames.GetInstance(name.Name).GetNames().Select(KeyOf).ToHashSet()
            : [DirectoryKey(ComparableName.Of(issuer).With(Asn1Set.GetInstance(name.Name)))];
    }

    public static string KeyOf(GeneralName name) => name.TagNo == GeneralName.DirectoryName
        ? DirectoryKey(ComparableName.Of(X509Name.GetInstance(name.Name)))
        : Convert.ToHexString(name.GetDerEncoded());

    private static string DirectoryKey(ComparableName name) => "DN " + name;

    private static PublicationPoint Read(DistributionPoint point, X509Name issuer)
    {
        var issuers = point.CrlIssuer?.GetNames().Where(name => name.TagNo == GeneralName.DirectoryName).Select(name => X509Name.GetInstance(name.Name)).ToList();
        return new PublicationPoint(NamesOf(point.DistributionPointName, issuers?.FirstOrDefault() ?? issuer), RevocationReasons.Of(point.Reasons), issuers);
    }
}

/// <summary>What a revocation list covers: its issuingDistributionPoint, or everything (RFC 5280 §5.2.5).</summary>
internal sealed class RevocationScope
{
    private readonly IssuingDistributionPoint? point;
    private readonly string issuerKey;
    private readonly IReadOnlySet<string>? names;

    public RevocationScope(CertificateList list)
    {
        issuerKey = CertificateNames.KeyOf(list.Issuer);
        var value = X509Extensions.GetExtensionParsedValue(list.Extensions, X509Extensions.IssuingDistributionPoint);
        point = value is null ? null : IssuingDistributionPoint.GetInstance(value);
        names = PublicationPoint.NamesOf(point?.DistributionPoint, list.Issuer);
        Partition = issuerKey + "\n" + (value is null ? "" : Convert.ToHexString(value.GetDerEncoded()));
    }

    public bool IsIndirect => point?.IsIndirectCrl == true;

    public bool IsOf(string issuer) => issuer == issuerKey;

    /// <summary>Lists of the same partition replace one another.</summary>
    public string Partition { get; }

    /// <summary>
    /// The reasons for which the list speaks for the certificate; 0 where it does not (§6.3.3 (b), (d)).
    /// </summary>
    public int ReasonsFor(Certificate certificate, IReadOnlyList<PublicationPoint> points)
    {
        if (point is not null && (point.OnlyContainsAttributeCerts || (certificate.IsAuthority ? point.OnlyContainsUserCerts : point.OnlyContainsCACerts)))
        {
            return 0;
        }

        var ownIssuer = certificate.IssuerKey;
        return RevocationReasons.Of(point?.OnlySomeReasons)
            & points.Where(candidate => IsAt(candidate, ownIssuer)).Aggregate(0, (mask, candidate) => mask | candidate.Reasons);
    }

    private bool IsAt(PublicationPoint candidate, string ownIssuer)
    {
        var isIssuer = candidate.Issuers is { } issuers
            ? IsIndirect && issuers.Any(named => CertificateNames.KeyOf(named) == issuerKey)
            : issuerKey == ownIssuer;
        return isIssuer && (names is null
            || (candidate.Names ?? candidate.Issuers?.Select(named => PublicationPoint.KeyOf(new GeneralName(named))))?.Any(names.Contains) == true);
    }
}
