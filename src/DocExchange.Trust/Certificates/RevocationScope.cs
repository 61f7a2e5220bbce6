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
        names = PublicationPoint.NamesOf(point?.DistributionPoint, list.Issuer, int.MaxValue, out _);
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
        var isIssuer = candidate.Issuers is { } issuers ? IsIndirect && issuers.Contains(issuerKey) : issuerKey == ownIssuer;
        return isIssuer && (names is null || candidate.Names?.Any(names.Contains) == true);
    }
}
