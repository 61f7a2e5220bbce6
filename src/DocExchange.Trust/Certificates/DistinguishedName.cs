using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// The name of a certificate's holder, written as C, O, OU, CN with UTF8String values (RFC 5280 §4.1.2.4). Each part
/// has 1 to 64 characters, the country two capital letters.
/// </summary>
public sealed record DistinguishedName(string CommonName, string? Organization, string? OrganizationalUnit, string Country = "CN")
{
    // RFC 5280 appendix A.1, ub-common-name and its siblings.
    private const int MaxLength = 64;

    public string CommonName { get; } = Checked(CommonName, nameof(CommonName));

    public string? Organization { get; } = Organization is null ? null : Checked(Organization, nameof(Organization));

    public string? OrganizationalUnit { get; } = OrganizationalUnit is null ? null : Checked(OrganizationalUnit, nameof(OrganizationalUnit));

    public string Country { get; } = Country is [>= 'A' and <= 'Z', >= 'A' and <= 'Z']
        ? Country
        : throw new ArgumentException($"The country '{Country}' is not two capital letters.", nameof(Country));

    public override string ToString() => ToName().ToString();

    internal X509Name ToName()
    {
        var parts = new List<Asn1Encodable> { Part(X509Name.C, new DerPrintableString(Country)) };
        if (Organization is not null)
        {
            parts.Add(Part(X509Name.O, new DerUtf8String(Organization)));
        }

        if (OrganizationalUnit is not null)
        {
            parts.Add(Part(X509Name.OU, new DerUtf8String(OrganizationalUnit)));
        }

        parts.Add(Part(X509Name.CN, new DerUtf8String(CommonName)));
        return X509Name.GetInstance(new DerSequence(parts.ToArray()));
    }

    private static DerSet Part(DerObjectIdentifier type, Asn1Encodable value) => new(new DerSequence(type, value));

    private static string Checked(string value, string part)
    {
        if (value.Length is 0 or > MaxLength || value.Any(char.IsControl) || value.Trim() != value)
        {
            throw new ArgumentException(
                $"'{value}' cannot be the {part} of a certificate: 1 to {MaxLength} characters without control characters and surrounding blanks are expected.", part);
        }

        return value;
    }
}
