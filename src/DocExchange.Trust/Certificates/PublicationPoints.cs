using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>Where a certificate says that its revocation is published: one distribution point (RFC 5280 §4.2.1.13).</summary>
/// <param name="Names">Its own, or those of who signs the lists there; null where it has neither.</param>
/// <param name="Issuers">Who signs the lists there, as <see cref="CertificateNames.KeyOf"/>; null where that is the certificate's issuer.</param>
internal sealed record PublicationPoint(IReadOnlySet<string>? Names, int Reasons, IReadOnlySet<string>? Issuers)
{
    /// <summary>The names of a distribution point, a relative one completed.</summary>
    /// <param name="max">How many are read.</param>
    /// <param name="isCut">There are more.</param>
    public static IReadOnlySet<string>? NamesOf(DistributionPointName? name, X509Name issuer, int max, out bool isCut)
    {
        isCut = false;
        if (name is null)
        {
            return null;
        }

        if (name.Type != DistributionPointName.FullName)
        {
            return new HashSet<string> { DirectoryKey(ComparableName.Of(issuer).With(Asn1Set.GetInstance(name.Name)).ToString()) };
        }

        var names = GeneralNames.GetInstance(name.Name).GetNames();
        isCut = names.Length > max;
        return names.Take(max).Select(KeyOf).ToHashSet();
    }

    public static string KeyOf(GeneralName name) => name.TagNo == GeneralName.DirectoryName
        ? DirectoryKey(CertificateNames.KeyOf(X509Name.GetInstance(name.Name)))
        : Convert.ToHexString(name.GetDerEncoded());

    public static string DirectoryKey(string name) => "DN " + name;
}

/// <summary>
/// The points a certificate names and, last, its issuer itself (RFC 5280 §6.3.3, last paragraph). Read once for each certificate, and of
/// all points together no more than <see cref="Max"/> names: every list is held against each of them.
/// </summary>
internal sealed record PublicationPoints(IReadOnlyList<PublicationPoint> All, bool IsCut)
{
    /// <summary>Of points, and of names in them: far more than any certificate has.</summary>
    public const int Max = 64;

    /// <summary>None where they are malformed: no list can then be shown to be the right one.</summary>
    public static PublicationPoints Of(Certificate certificate)
    {
        try
        {
            return Read(certificate);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return new PublicationPoints([], IsCut: false);
        }
    }

    private static PublicationPoints Read(Certificate certificate)
    {
        var issuer = certificate.Inner.IssuerDN;
        var implied = new PublicationPoint(new HashSet<string> { PublicationPoint.DirectoryKey(certificate.IssuerKey) }, RevocationReasons.All, null);
        if (certificate.Extension(X509Extensions.CrlDistributionPoints) is not { } value)
        {
            return new PublicationPoints([implied], IsCut: false);
        }

        var points = CrlDistPoint.GetInstance(value).GetDistributionPoints();
        var (all, left, isCut) = (new List<PublicationPoint>(), Max, points.Length > Max);
        foreach (var point in points.Take(Max))
        {
            all.Add(Read(point, issuer, ref left, ref isCut));
        }

        return new PublicationPoints([.. all, implied], isCut);
    }

    private static PublicationPoint Read(DistributionPoint point, X509Name issuer, ref int left, ref bool isCut)
    {
        var signers = point.CrlIssuer?.GetNames().Where(name => name.TagNo == GeneralName.DirectoryName).ToList();
        isCut |= signers?.Count > left;
        var issuers = signers?.Take(left).Select(name => X509Name.GetInstance(name.Name)).ToList();
        left -= issuers?.Count ?? 0;
        var keys = issuers?.Select(CertificateNames.KeyOf).ToHashSet();
        var names = PublicationPoint.NamesOf(point.DistributionPointName, issuers?.FirstOrDefault() ?? issuer, left, out var isShort);
        isCut |= isShort;
        left -= names?.Count ?? 0;
        return new PublicationPoint(names ?? keys?.Select(PublicationPoint.DirectoryKey).ToHashSet(), RevocationReasons.Of(point.Reasons), keys);
    }
}
