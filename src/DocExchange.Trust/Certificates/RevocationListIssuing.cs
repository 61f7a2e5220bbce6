using System.Globalization;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Certificates;

/// <summary>Puts a revocation list together and signs it.</summary>
internal static class RevocationListIssuing
{
    public static RevocationList Issue(
        KeyPair key, Certificate issuer, IReadOnlyList<RevokedCertificate> revoked, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, BigInteger number)
    {
        if (nextUpdate <= thisUpdate)
        {
            throw new ArgumentException($"The next update {nextUpdate:u} does not follow this one, {thisUpdate:u}.", nameof(nextUpdate));
        }

        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(SignatureScheme.IdentifierFor(key.Algorithm));
        generator.SetIssuer(issuer.Inner.SubjectDN);
        generator.SetThisUpdate(CertificateIssuing.TimeOf(thisUpdate));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(nextUpdate));
        var named = new HashSet<BigInteger>();
        foreach (var entry in revoked)
        {
            var serial = SerialOf(entry);
            if (!named.Add(serial))
            {
                throw new ArgumentException($"The serial number {entry.SerialNumber} is named twice.", nameof(revoked));
            }

            generator.AddCrlEntry(new DerInteger(serial), CertificateIssuing.TimeOf(entry.At), ExtensionsOf(entry));
        }

        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(issuer)));
        extensions.AddExtension(X509Extensions.CrlNumber, false, new DerInteger(number));
        generator.SetExtensions(extensions.Generate());
        return RevocationList.Parse(CertificateIssuing.Sign(key, generator.GenerateTbsCertList()));
    }

    private static BigInteger SerialOf(RevokedCertificate entry)
    {
        if (entry.SerialNumber.Length is 0 or > 40 || !entry.SerialNumber.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"'{entry.SerialNumber}' is not a serial number: 1 to 40 hexadecimal characters are expected.", nameof(entry));
        }

        return new BigInteger(entry.SerialNumber, 16);
    }

    private static X509Extensions? ExtensionsOf(RevokedCertificate entry)
    {
        var extensions = new X509ExtensionsGenerator();
        switch (entry.Reason)
        {
            case RevocationReason.Unspecified:
                // RFC 5280 §5.3.1: unspecified is expressed by leaving the extension out.
                break;
            case RevocationReason.RemoveFromCrl:
                throw new ArgumentException("removeFromCRL occurs in delta lists only (RFC 5280 §5.3.1).", nameof(entry));
            default:
                extensions.AddExtension(X509Extensions.ReasonCode, false, new DerEnumerated((int)entry.Reason));
                break;
        }

        if (entry.InvalidityDate is { } date)
        {
            var text = date.UtcDateTime.ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
            extensions.AddExtension(X509Extensions.InvalidityDate, false, new DerGeneralizedTime(text));
        }

        return extensions.IsEmpty ? null : extensions.Generate();
    }
}
