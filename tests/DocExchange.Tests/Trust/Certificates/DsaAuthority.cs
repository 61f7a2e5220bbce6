using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>An authority that signs by DSA: certificates and lists such as this product never makes.</summary>
internal sealed class DsaAuthority(DistinguishedName name, DsaParameter group, BigInteger secret, bool omitsParameters)
{
    // Made with openssl genpkey -genparam -algorithm DSA.
    public static readonly DsaParameter Group1024 = Read(
        "MIIBHgKBgQCfEJ6snhe3ZdxmF9QjVcv7JV/6lDc1fcnjAx43mutT/WlAcyUkKvvV4o0wJoP6+5kp0S5uLdaVy6CDEiPl+DuJtg8BqiT3MffymZlitKeFvWKu"
        + "NXXHXWZtz1O5ZMKJsnesByDUpca/pwhJpkIzosU5JvET/3hJGpqujgS4yMcN2QIVALQa0WogejUY7iLtiqZgSJrMg4FpAoGAePDIuFD3dZHhfdDAXBuJATYo"
        + "eMy/wppweLDa/z1kjHiWvxgegOAXGyutoWwg29479U7ImpJqpqweYhFRyJO0ImeQWXk2bOw/uoAIqZHYl+NZWgEIjOtpJn9gEpDW5qfZDhXlf1Ye3/aWcNd8"
        + "x2xxfjZXVk8LRYPI6xBMv3OCWWU=");

    public static readonly DsaParameter Group2048 = Read(
        "MIICLAKCAQEAxXp3trIY1+bgKZEIaNj/DNdg7TUJTGXo+WWojg+txgwz9RR2LBM9LuRG9K26go0Qn/qvBuqSxNoCGuYf/ptpUFKPx5QSHSD42SngaNUHeDLb"
        + "/jjfcHeJETwfSV4AYj6bTlPc3zbXrDSwQuUS0CWR/NidhW6ztqGXZlIqloTvDC9RbR2rYN30N+saHZ4ZAiHrQhtv1SJk9QUMdHf4jF3zP8NUe5zINe14JpEr"
        + "HiK/kP79pTAx3xRZqnj9O3Btjn9sqWr69mGqPNSFHlaUfQB/2QddqOtd/eBupT13r7fdZh5T7u50dJcBNyT17Zg3XSfs0keGHhAWNJEWn9kX0lf8vwIhAMxj"
        + "uTUG2t6Y9NRMWXmBjpg6UBhoPHMFxYl1AYwLSC1XAoIBADOsGULn8mcXtZ59EUwCoFd/fezQpadTSliKYWw/8znf4xgzY8/Q36f28qw2ktj86mbebe8KbdHJ"
        + "ucKz07p2nURaAFmnVjNRedJK79yQQuC0tOV2A+WXOweSbVxPa4NK8kH2dDUybAau5EjD2GvzD19wFVzt961cOe2490HcgoPHDV1Tz/qjiOjNVinilbkTiygW"
        + "pYP/QG2IFX+WfZAl+/jWlmlpD2JgIPxckFaw4lIIjzFL/ZJvTUjIJv+w7ss63mn5k+KDREnF0nbboEOd1qXV3Mvck/1eWgYjjRItFO5S7QOxrPM0B0QzWq0j"
        + "UzE7HdlnZv3LM0wx1IMHwLSESoM=");

    private static int numbers;

    public DistinguishedName Name { get; } = name;

    public DsaParameter Group { get; } = group;

    /// <summary>y.</summary>
    public BigInteger PublicValue { get; } = group.G.ModPow(secret, group.P);

    public SubjectPublicKeyInfo PublicKey => new(
        omitsParameters ? new AlgorithmIdentifier(X9ObjectIdentifiers.IdDsa) : new AlgorithmIdentifier(X9ObjectIdentifiers.IdDsa, Group), new DerInteger(PublicValue));

    private AlgorithmIdentifier Algorithm => new(Group.Q.BitLength == 160 ? X9ObjectIdentifiers.IdDsaWithSha1 : NistObjectIdentifiers.DsaWithSha256);

    public static DsaAuthority Create(DistinguishedName name, DsaParameter group, bool omitsParameters = false) =>
        new(name, group, new BigInteger(1, RandomNumberGenerator.GetBytes(32)).Mod(group.Q.Subtract(BigInteger.Two)).Add(BigInteger.One), omitsParameters);

    public Certificate SelfSigned() => Issue(Name, PublicKey, isAuthority: true);

    public Certificate Issue(DsaAuthority subordinate) => Issue(subordinate.Name, subordinate.PublicKey, isAuthority: true);

    public Certificate Issue(DistinguishedName subject, SubjectPublicKeyInfo key, bool isAuthority = false)
    {
        var extensions = new X509ExtensionsGenerator();
        AddAuthority(extensions, isAuthority);
        extensions.AddExtension(X509Extensions.SubjectKeyIdentifier, false, new SubjectKeyIdentifier(CertificateIssuing.KeyIdOf(key)));
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(PublicKey)));
        var generator = new V3TbsCertificateGenerator();
        generator.SetSerialNumber(DerInteger.ValueOf(Interlocked.Increment(ref numbers)));
        generator.SetSignature(Algorithm);
        generator.SetIssuer(Name.ToName());
        generator.SetStartDate(CertificateIssuing.TimeOf(SamplePki.Start));
        generator.SetEndDate(CertificateIssuing.TimeOf(SamplePki.Start.AddYears(1)));
        generator.SetSubject(subject.ToName());
        generator.SetSubjectPublicKeyInfo(key);
        generator.SetExtensions(extensions.Generate());
        return Certificate.Parse(Sign(generator.GenerateTbsCertificate()));
    }

    public RevocationList List(params Certificate[] revoked)
    {
        var generator = new V2TbsCertListGenerator();
        generator.SetSignature(Algorithm);
        generator.SetIssuer(Name.ToName());
        generator.SetThisUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(-1)));
        generator.SetNextUpdate(CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(6)));
        foreach (var certificate in revoked)
        {
            generator.AddCrlEntry(new DerInteger(certificate.Inner.SerialNumber), CertificateIssuing.TimeOf(SamplePki.Noon.AddDays(-2)), extensions: null);
        }

        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(PublicKey)));
        extensions.AddExtension(X509Extensions.CrlNumber, false, DerInteger.ValueOf(Interlocked.Increment(ref numbers)));
        generator.SetExtensions(extensions.Generate());
        return RevocationList.Parse(Sign(generator.GenerateTbsCertList()));
    }

    public static void AddAuthority(X509ExtensionsGenerator extensions, bool isAuthority = true)
    {
        if (isAuthority)
        {
            extensions.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            extensions.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
        }
    }

    /// <summary>r and s over the data, as DER.</summary>
    public byte[] ValueOver(byte[] data)
    {
        var signer = new DsaSigner();
        signer.Init(forSigning: true, new DsaPrivateKeyParameters(secret, new DsaParameters(Group.P, Group.Q, Group.G)));
        var hash = CryptographicOperations.HashData(Group.Q.BitLength == 160 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, data);
        var pair = signer.GenerateSignature(hash);
        return new DerSequence(new DerInteger(pair[0]), new DerInteger(pair[1])).GetDerEncoded();
    }

    private static DsaParameter Read(string base64) => DsaParameter.GetInstance(Asn1Object.FromByteArray(Convert.FromBase64String(base64)));

    private byte[] Sign(Asn1Encodable signed) =>
        new DerSequence(signed, Algorithm, new DerBitString(ValueOver(signed.GetDerEncoded()))).GetDerEncoded();
}
