using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// An X.509 v3 certificate (RFC 5280) of either suite, kept as the bytes it came in. Two certificates are equal when
/// their bytes are.
/// </summary>
public sealed class Certificate : IEquatable<Certificate>
{
    /// <summary>The largest certificate that is read: 64 KiB.</summary>
    public const int MaxSize = 64 * 1024;

    private readonly Lazy<string> subjectKey;
    private readonly Lazy<string> issuerKey;
    private readonly Lazy<string?> subjectKeyId;
    private readonly Lazy<string?> authorityKeyId;
    private readonly Lazy<PublicationPoints> publicationPoints;
    private readonly Lazy<BasicConstraints?> constraints;
    private readonly Lazy<Digest> publicKeyFingerprint;

    private Certificate(X509Certificate inner, byte[] der)
    {
        // Reading is repeatable, so that two threads may both do it and neither waits.
        subjectKey = new(() => CertificateNames.KeyOf(inner.SubjectDN), LazyThreadSafetyMode.PublicationOnly);
        issuerKey = new(() => CertificateNames.KeyOf(inner.IssuerDN), LazyThreadSafetyMode.PublicationOnly);
        subjectKeyId = new(() => KeyIdIn(X509Extensions.SubjectKeyIdentifier, value => Asn1OctetString.GetInstance(value)), LazyThreadSafetyMode.PublicationOnly);
        authorityKeyId = new(() => KeyIdIn(X509Extensions.AuthorityKeyIdentifier, value => AuthorityKeyIdentifier.GetInstance(value).KeyIdentifier), LazyThreadSafetyMode.PublicationOnly);
        publicationPoints = new(() => Certificates.PublicationPoints.Of(this), LazyThreadSafetyMode.PublicationOnly);
        constraints = new(() => Extension(X509Extensions.BasicConstraints) is { } value ? BasicConstraints.GetInstance(value) : null, LazyThreadSafetyMode.PublicationOnly);
        publicKeyFingerprint = new(() => Digest.Of(inner.CertificateStructure.SubjectPublicKeyInfo.GetDerEncoded()), LazyThreadSafetyMode.PublicationOnly);
        Inner = inner;
        Der = der;
        Fingerprint = Digest.Of(der);
    }

    public byte[] Der { get; }

    /// <summary>SHA-256 over the DER bytes.</summary>
    public Digest Fingerprint { get; }

    /// <summary>SHA-256 over subjectPublicKeyInfo: the same for every certificate and request of one key.</summary>
    public Digest PublicKeyFingerprint => publicKeyFingerprint.Value;

    public string Subject => Inner.SubjectDN.ToString();

    public string Issuer => Inner.IssuerDN.ToString();

    /// <summary>Null where the subject has no CN.</summary>
    public string? CommonName => CommonNames.FirstOrDefault();

    public string? Organization => Organizations.FirstOrDefault();

    /// <summary>Every CN of the subject: one is usual, more are possible.</summary>
    public IReadOnlyList<string> CommonNames => [.. Inner.SubjectDN.GetValueList(X509Name.CN)];

    /// <summary>Every O of the subject.</summary>
    public IReadOnlyList<string> Organizations => [.. Inner.SubjectDN.GetValueList(X509Name.O)];

    /// <summary>Every OU of the subject.</summary>
    public IReadOnlyList<string> OrganizationalUnits => [.. Inner.SubjectDN.GetValueList(X509Name.OU)];

    /// <summary>The DNS names among the subject's alternative names; none where the extension is malformed.</summary>
    public IReadOnlyList<string> DnsNames
    {
        get
        {
            try
            {
                return [.. NameRules.AlternativesOf(this).Where(name => name.TagNo == GeneralName.DnsName).Select(name => new NameForm(name).Text)];
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // A rule reports what is malformed.
                return [];
            }
        }
    }

    /// <summary>Lower-case hexadecimal, without leading zeros.</summary>
    public string SerialNumber => Inner.SerialNumber.ToString(16);

    public DateTimeOffset NotBefore => new(DateTime.SpecifyKind(Inner.NotBefore, DateTimeKind.Utc));

    public DateTimeOffset NotAfter => new(DateTime.SpecifyKind(Inner.NotAfter, DateTimeKind.Utc));

    /// <summary>basicConstraints with cA set (RFC 5280 §4.2.1.9).</summary>
    public bool IsAuthority => Constraints?.IsCA() == true;

    /// <summary>Its issuer has its own name (RFC 5280 §3.2): a root, or an authority that certified a new key of its own.</summary>
    public bool IsSelfIssued => SubjectKey == IssuerKey;

    /// <summary>Self-issued, and by its own key: what may be a trust anchor.</summary>
    public bool IsSelfSigned => IsSelfIssued && CheckedSignatures.IsSelfSigned(this);

    /// <summary>Null for a key this product does not know.</summary>
    public KeyAlgorithm? KeyAlgorithm => PublicKeys.AlgorithmOf(Inner);

    internal X509Certificate Inner { get; }

    /// <summary>pathLenConstraint, of any size and as it is written, negative too; null where there is none.</summary>
    internal BigInteger? PathLength => Constraints?.PathLenConstraint;

    /// <summary>The subject as <see cref="CertificateNames.KeyOf"/> gives it.</summary>
    internal string SubjectKey => subjectKey.Value;

    internal string IssuerKey => issuerKey.Value;

    /// <summary>Hexadecimal; null where there is none or it is malformed.</summary>
    internal string? SubjectKeyId => subjectKeyId.Value;

    internal string? AuthorityKeyId => authorityKeyId.Value;

    /// <summary>Where its revocation is published.</summary>
    internal PublicationPoints PublicationPoints => publicationPoints.Value;

    /// <summary>Reads one certificate, DER or PEM.</summary>
    /// <exception cref="FormatException">The bytes are not one certificate (<see cref="CertificateFormatException"/>), or larger than <see cref="MaxSize"/>.</exception>
    public static Certificate Parse(ReadOnlySpan<byte> derOrPem)
    {
        var blocks = Pem.Blocks(derOrPem, "CERTIFICATE");
        return blocks.Count == 1
            ? FromDer(blocks[0])
            : throw CertificateFormatException.Malformed($"应有一个证书，却有 {blocks.Count} 个。", $"One certificate is expected, {blocks.Count} found.");
    }

    /// <summary>Reads all certificates of a PEM file, or the one of a DER file.</summary>
    /// <exception cref="FormatException">A block is not a certificate.</exception>
    public static IReadOnlyList<Certificate> ParseAll(ReadOnlySpan<byte> derOrPem) =>
        [.. Pem.Blocks(derOrPem, "CERTIFICATE").Select(FromDer)];

    /// <summary>Whether this authority's key signed it; says nothing about a path.</summary>
    public bool IsSignedBy(Certificate authority) => CheckedSignatures.IsSignedBy(this, authority);

    public string ToPem() => Pem.Write("CERTIFICATE", Der);

    public bool Equals(Certificate? other) => other is not null && Der.AsSpan().SequenceEqual(other.Der);

    public override bool Equals(object? obj) => Equals(obj as Certificate);

    public override int GetHashCode() => Fingerprint.GetHashCode();

    public override string ToString() => $"{Subject} ({SerialNumber})";

    /// <summary>The parsed value of an extension; null where there is none.</summary>
    /// <exception cref="Exception">The library throws many kinds for a malformed one.</exception>
    internal Asn1Object? Extension(DerObjectIdentifier oid) =>
        Inner.CertificateStructure.Extensions is { } extensions ? extensions.GetExtensionParsedValue(oid) : null;

    /// <summary>Null where there is no such extension.</summary>
    internal bool? IsExtensionCritical(DerObjectIdentifier oid) => Inner.CertificateStructure.Extensions?.GetExtension(oid)?.IsCritical;

    private BasicConstraints? Constraints => constraints.Value;

    private string? KeyIdIn(DerObjectIdentifier oid, Func<Asn1Object, Asn1OctetString?> read)
    {
        try
        {
            return Extension(oid) is { } value && read(value) is { } id ? Convert.ToHexString(id.GetOctets()) : null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A rule reports what is malformed.
            return null;
        }
    }

    private static Certificate FromDer(byte[] der)
    {
        if (der.Length > MaxSize)
        {
            throw CertificateFormatException.Limit($"证书有 {der.Length} 字节，超过 {MaxSize} 字节。", $"A certificate of {der.Length} bytes is larger than {MaxSize}.");
        }

        try
        {
            Asn1Depth.Check(der);
            var structure = X509CertificateStructure.GetInstance(Asn1Object.FromByteArray(der));
            Asn1Depth.CheckValues(structure.Extensions);
            return new Certificate(new X509Certificate(structure), der);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The ASN.1 library throws many kinds for malformed input; all of them mean the same here.
            throw CertificateFormatException.Of("内容不是 X.509 证书", "The bytes are not an X.509 certificate", fault);
        }
    }
}
