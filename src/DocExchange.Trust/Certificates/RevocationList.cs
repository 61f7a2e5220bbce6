using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>An X.509 v2 certificate revocation list (RFC 5280 §5), kept as the bytes it came in.</summary>
public sealed class RevocationList
{
    /// <summary>The largest list that is read: 64 MiB.</summary>
    public const int MaxSize = 64 * 1024 * 1024;

    /// <summary>All but the entries is read into objects, which take many times their size: 64 KiB.</summary>
    private const int MaxHead = 64 * 1024;

    private const string Label = "X509 CRL";

    private readonly Lazy<RevocationEntries> entries;
    private readonly Lazy<string> issuerKey;

    private RevocationList(X509Crl inner, byte[] der, ListBytes bytes)
    {
        entries = new Lazy<RevocationEntries>(() => RevocationEntries.Read(inner.CertificateList, bytes.Entries));
        issuerKey = new Lazy<string>(() => CertificateNames.KeyOf(inner.IssuerDN), LazyThreadSafetyMode.PublicationOnly);
        HeadSize = bytes.WithoutEntries.Length;
        Inner = inner;
        Der = der;
        Fingerprint = Digest.Of(der);
    }

    public byte[] Der { get; }

    public Digest Fingerprint { get; }

    /// <summary>The size of all but the entries, in bytes: what is read into objects, which take many times as much.</summary>
    public int HeadSize { get; }

    public string Issuer => Inner.IssuerDN.ToString();

    public DateTimeOffset ThisUpdate => new(DateTime.SpecifyKind(Inner.ThisUpdate, DateTimeKind.Utc));

    /// <summary>Null where the issuer gave none.</summary>
    public DateTimeOffset? NextUpdate => Inner.NextUpdate is { } next ? new(DateTime.SpecifyKind(next, DateTimeKind.Utc)) : null;

    /// <summary>The issuer's running number (RFC 5280 §5.2.3); null where there is none or it exceeds 64 bits.</summary>
    public long? Number =>
        X509Extensions.GetExtensionParsedValue(Inner.CertificateList.Extensions, X509Extensions.CrlNumber) is DerInteger number && number.TryGetLongPositiveValueExact(out var value)
            ? value
            : null;

    /// <summary>The entries, read once.</summary>
    public IReadOnlyCollection<RevokedCertificate> Revoked => Entries.All;

    /// <summary>Names only what changed since a complete list (RFC 5280 §5.2.4).</summary>
    public bool IsDelta => Entries.BaseNumber is not null;

    /// <summary>Speaks also for certificates of other issuers than its own (§5.2.5).</summary>
    public bool IsIndirect => Entries.Scope.IsIndirect;

    /// <summary>The issuer, and the part of its certificates the list is about: of one signer, lists of one partition replace one another.</summary>
    public string Partition => Entries.Scope.Partition;

    /// <summary>Without the entries.</summary>
    internal X509Crl Inner { get; }

    /// <summary>The issuer as <see cref="CertificateNames.KeyOf"/> gives it.</summary>
    internal string IssuerKey => issuerKey.Value;

    /// <summary>Read at first use and kept.</summary>
    internal RevocationEntries Entries => entries.Value;

    /// <summary>Whether it says that the key of a certificate is stolen; who signed it is not looked at. What cannot be read says nothing.</summary>
    internal bool SaysStolen(Certificate certificate)
    {
        try
        {
            return Entries.Find(certificate) is { IsCompromise: true };
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <exception cref="FormatException">The bytes are not one list, or larger than <see cref="MaxSize"/>.</exception>
    public static RevocationList Parse(ReadOnlySpan<byte> derOrPem)
    {
        var blocks = Pem.Blocks(derOrPem, Label);
        return blocks.Count == 1 ? Take(blocks[0]) : throw new FormatException($"One revocation list is expected, {blocks.Count} found.");
    }

    /// <exception cref="FormatException">A block is not a list, or has a beginning or an end only.</exception>
    public static IReadOnlyList<RevocationList> ParseAll(ReadOnlySpan<byte> derOrPem) =>
        Pem.FaultIn(derOrPem, Label) is { } fault ? throw fault : [.. Pem.Blocks(derOrPem, Label).Select(Take)];

    /// <summary>Reads one list, DER, without a copy of what may be large: the caller leaves the bytes alone from then on.</summary>
    /// <exception cref="CertificateFormatException">The bytes are not a list, or more than is read of one.</exception>
    public static RevocationList Take(byte[] der)
    {
        if (der.Length > MaxSize)
        {
            throw CertificateFormatException.Limit($"吊销列表有 {der.Length} 字节，超过 {MaxSize} 字节。", $"A revocation list of {der.Length} bytes is larger than {MaxSize}.");
        }

        try
        {
            Asn1Depth.Check(der);
            var bytes = ListBytes.Of(der);
            if (bytes.WithoutEntries.Length > MaxHead)
            {
                throw CertificateFormatException.Limit(
                    $"条目以外的部分有 {bytes.WithoutEntries.Length} 字节，超过 {MaxHead} 字节。", $"All but its entries is {bytes.WithoutEntries.Length} bytes, more than {MaxHead}.");
            }

            return new RevocationList(new X509Crl(CertificateList.GetInstance(Asn1Object.FromByteArray(bytes.WithoutEntries))), der, bytes);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw CertificateFormatException.Of("内容无法作为吊销列表读取", "The bytes cannot be read as a certificate revocation list", fault);
        }
    }

    /// <summary>Whether this authority signed the list, by an algorithm that is trusted, and may sign lists.</summary>
    public bool IsSignedBy(Certificate authority) =>
        SignatureScheme.Of(Inner.CertificateList.SignatureAlgorithm, null) is not null && CheckedSignatures.IsSignedBy(this, authority) && ChainRules.MaySignLists(authority);

    public string ToPem() => Pem.Write(Label, Der);
}
