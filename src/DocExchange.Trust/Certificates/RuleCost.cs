using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// What the rules whose work grows with a product of sizes cost, in the microseconds of <see cref="VerificationCost"/>: estimates
/// from sizes alone, made before anything is read, on the high side.
/// </summary>
internal static class RuleCost
{
    // A URI, the dearest of names, is taken apart in the time that is set down for thirty bytes.
    private const int BytesOfNames = 8;
    private const int BytesOfPolicies = 2;

    // To search from one certificate upwards, or to take one step of that, beside the signature.
    public const long OfStep = 4;

    /// <summary>To look through the certificates of one name or key, which anybody can add to.</summary>
    public static long OfNamesakes(int count) => count;

    public static long OfReadingNames(Certificate certificate) => certificate.Der.Length / BytesOfNames;

    /// <param name="comparisons">One name against one subtree, or one part of it.</param>
    public static long OfComparing(long comparisons) => comparisons;

    /// <summary>For one certificate of one path: policies are processed anew in each.</summary>
    public static long OfPolicies(Certificate certificate) =>
        (LengthOf(certificate, X509Extensions.CertificatePolicies) + LengthOf(certificate, X509Extensions.PolicyMappings)) / BytesOfPolicies;

    private static long LengthOf(Certificate certificate, DerObjectIdentifier oid) =>
        certificate.Inner.CertificateStructure.Extensions?.GetExtension(oid)?.Value.GetOctetsLength() ?? 0;
}
